package io.keyfarm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.wire.sbe.CancelRequestDecoder;
import io.keyfarm.wire.sbe.CancelRequestEncoder;
import io.keyfarm.wire.sbe.EndReplyDecoder;
import io.keyfarm.wire.sbe.EndReplyEncoder;
import io.keyfarm.wire.sbe.ErrorReplyDecoder;
import io.keyfarm.wire.sbe.ErrorReplyEncoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.MoreRequestDecoder;
import io.keyfarm.wire.sbe.MoreRequestEncoder;
import io.keyfarm.wire.sbe.PlanReplyDecoder;
import io.keyfarm.wire.sbe.PlanReplyEncoder;
import io.keyfarm.wire.sbe.PlanRequestDecoder;
import io.keyfarm.wire.sbe.PlanRequestEncoder;
import io.keyfarm.wire.sbe.QueryRequestDecoder;
import io.keyfarm.wire.sbe.QueryRequestEncoder;
import io.keyfarm.wire.sbe.ReplyCode;
import io.keyfarm.wire.sbe.RowsReplyDecoder;
import io.keyfarm.wire.sbe.RowsReplyEncoder;
import java.util.HashSet;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FramesTest {
    private static final int AT = 24;
    private static final byte STALE = (byte) 0xEE;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final FrameHeaderDecoder read = new FrameHeaderDecoder();

    FramesTest() {
        buffer.setMemory(0, buffer.capacity(), STALE);
        Frames.begin(buffer, AT);
    }

    @Test
    void shouldReadTheHeaderThatWasWritten() {
        new CancelRequestEncoder().wrapAndApplyHeader(buffer, AT, header);
        writeHeader();
        header.flags().crc(true);

        new CancelRequestDecoder().wrapAndApplyHeader(buffer, AT, read);
        assertEquals(CancelRequestDecoder.TEMPLATE_ID, Frames.templateId(buffer, AT));
        assertEquals(3, read.version());
        assertHeader(read);
        assertEquals(3, read.sequence());
        assertTrue(read.flags().crc());
        assertFalse(read.flags().mac());
    }

    @Test
    void shouldBeginAReplyWithTheNodesAndTheQueryOfItsRequest() {
        new CancelRequestEncoder().wrapAndApplyHeader(buffer, AT, header);
        writeHeader();
        header.flags().crc(true);
        new FrameSeal().seal(buffer, AT, Frames.HEADER_BYTES);

        final UnsafeBuffer reply = new UnsafeBuffer(new byte[300]);
        reply.setMemory(0, reply.capacity(), STALE);
        Frames.beginReply(buffer, AT, reply, 7);
        final RowsReplyEncoder rows = new RowsReplyEncoder().wrapAndApplyHeader(reply, 7, header);
        assertEquals(FrameFault.NONE, Frames.check(reply, 7, Frames.endRows(rows, 5, 0, 40, 0, 0)));

        new RowsReplyDecoder().wrapAndApplyHeader(reply, 7, read);
        assertHeader(read);
        assertEquals(0, read.sequence());
        assertFalse(read.flags().crc());
    }

    @Test
    void shouldReadTheQueryRequestThatWasWritten() {
        final QueryRequestEncoder request = new QueryRequestEncoder()
                .wrapAndApplyHeader(buffer, AT, header)
                .boundIdHigh(Long.MIN_VALUE)
                .boundIdLow(-1)
                .remainingDeadlineNs(5_000_000_000L)
                .memoryBytes(1L << 40)
                .byteCredit(1L << 33)
                .rowCredit(1000)
                .keyHint(KeyHint.SCAN);
        header.flags().checksummed(true);
        request.replicasCount(2).next().slaveId(4).next().slaveId(65_534);
        buffer.putLong(Frames.parametersOffset(request), 42);
        final int length = Frames.endParameters(request, Long.BYTES);
        assertEquals(FrameFault.NONE, Frames.check(buffer, AT, length));

        final QueryRequestDecoder decoded = new QueryRequestDecoder().wrapAndApplyHeader(buffer, AT, read);
        assertTrue(read.flags().checksummed());
        assertEquals(Long.MIN_VALUE, decoded.boundIdHigh());
        assertEquals(-1, decoded.boundIdLow());
        assertEquals(5_000_000_000L, decoded.remainingDeadlineNs());
        assertEquals(1L << 40, decoded.memoryBytes());
        assertEquals(1L << 33, decoded.byteCredit());
        assertEquals(1000, decoded.rowCredit());
        assertEquals(KeyHint.SCAN, decoded.keyHint());
        final QueryRequestDecoder.ReplicasDecoder replicas = decoded.replicas();
        assertEquals(2, replicas.count());
        assertEquals(4, replicas.next().slaveId());
        assertEquals(65_534, replicas.next().slaveId());
        final UnsafeBuffer parameters = new UnsafeBuffer(0, 0);
        decoded.wrapParameters(parameters);
        assertEquals(Long.BYTES, parameters.capacity());
        assertEquals(42, parameters.getLong(0));
        assertEquals(AT + length, decoded.limit());
    }

    @Test
    void shouldReadTheMoreRequestThatWasWritten() {
        final MoreRequestEncoder request = new MoreRequestEncoder()
                .wrapAndApplyHeader(buffer, AT, header)
                .position(-77)
                .remainingDeadlineNs(1)
                .byteCredit(2)
                .rowCredit(3);
        assertEquals(FrameFault.NONE, Frames.check(buffer, AT, Frames.HEADER_BYTES + request.encodedLength()));

        final MoreRequestDecoder decoded = new MoreRequestDecoder().wrapAndApplyHeader(buffer, AT, read);
        assertEquals(-77, decoded.position());
        assertEquals(1, decoded.remainingDeadlineNs());
        assertEquals(2, decoded.byteCredit());
        assertEquals(3, decoded.rowCredit());
    }

    @Test
    void shouldLeaveRowsWhereTheSlaveWroteThem() {
        final RowsReplyEncoder reply = new RowsReplyEncoder().wrapAndApplyHeader(buffer, AT, header);
        header.flags().creditSpent(true);
        final int payload = AT + Frames.PAYLOAD_OFFSET;
        buffer.putInt(payload, 10);
        buffer.putInt(payload + 4, 20);
        buffer.putStringWithoutLengthAscii(payload + 16, "long");
        final int length = Frames.endRows(reply, 9, 2, 4, 16, 4);
        assertEquals(FrameFault.NONE, Frames.check(buffer, AT, length));

        final RowsReplyDecoder decoded = new RowsReplyDecoder().wrapAndApplyHeader(buffer, AT, read);
        assertTrue(read.flags().creditSpent());
        assertEquals(9, decoded.position());
        assertEquals(2, decoded.rowCount());
        assertEquals(4, decoded.rowBytes());
        assertEquals(payload, decoded.limit());
        assertEquals(20, buffer.getInt(decoded.limit() + decoded.rowBytes()));
        assertEquals("long", buffer.getStringWithoutLengthAscii(payload + decoded.heapOffset(), decoded.heapBytes()));
    }

    @Test
    void shouldReadTheEndReplyThatWasWritten() {
        final EndReplyEncoder reply = new EndReplyEncoder()
                .wrapAndApplyHeader(buffer, AT, header)
                .rowCount(1)
                .matchingCount(-1)
                .checksum(3)
                .seeks(4)
                .rowsExamined(5)
                .elapsedNs(6)
                .keyTaken("state.zip");
        assertEquals(FrameFault.NONE, Frames.check(buffer, AT, Frames.HEADER_BYTES + reply.encodedLength()));

        final EndReplyDecoder decoded = new EndReplyDecoder().wrapAndApplyHeader(buffer, AT, read);
        assertEquals(1, decoded.rowCount());
        assertEquals(-1, decoded.matchingCount());
        assertEquals(3, decoded.checksum());
        assertEquals(4, decoded.seeks());
        assertEquals(5, decoded.rowsExamined());
        assertEquals(6, decoded.elapsedNs());
        assertEquals("state.zip", decoded.keyTaken());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NULL_VAL")
    void shouldReadTheErrorReplyThatWasWritten(ReplyCode code) {
        final ErrorReplyEncoder reply = new ErrorReplyEncoder()
                .wrapAndApplyHeader(buffer, AT, header)
                .retryAfterNs(50_000)
                .code(code)
                .message("größer als erlaubt");
        assertEquals(FrameFault.NONE, Frames.check(buffer, AT, Frames.HEADER_BYTES + reply.encodedLength()));

        final ErrorReplyDecoder decoded = new ErrorReplyDecoder().wrapAndApplyHeader(buffer, AT, read);
        assertEquals(50_000, decoded.retryAfterNs());
        assertEquals(code, decoded.code());
        assertEquals("größer als erlaubt", decoded.message());
    }

    @Test
    void shouldReadThePlanFramesThatWereWritten() {
        final PlanRequestEncoder request = new PlanRequestEncoder()
                .wrapAndApplyHeader(buffer, AT, header)
                .boundIdHigh(1)
                .boundIdLow(2);
        assertEquals(FrameFault.NONE, Frames.check(buffer, AT, Frames.HEADER_BYTES + request.encodedLength()));
        final PlanRequestDecoder decoded = new PlanRequestDecoder().wrapAndApplyHeader(buffer, AT, read);
        assertEquals(1, decoded.boundIdHigh());
        assertEquals(2, decoded.boundIdLow());

        final PlanReplyEncoder reply = new PlanReplyEncoder()
                .wrapAndApplyHeader(buffer, AT, header)
                .boundIdHigh(1)
                .boundIdLow(2)
                .putPlan(new byte[] {7, 8, 9}, 0, 3);
        assertEquals(FrameFault.NONE, Frames.check(buffer, AT, Frames.HEADER_BYTES + reply.encodedLength()));
        final PlanReplyDecoder plan = new PlanReplyDecoder().wrapAndApplyHeader(buffer, AT, read);
        assertEquals(3, plan.planLength());
        final byte[] bytes = new byte[3];
        plan.getPlan(bytes, 0, 3);
        assertEquals(9, bytes[2]);
    }

    @Test
    void shouldSayOnOneLineWhatAFrameHolds() {
        final MoreRequestEncoder request =
                new MoreRequestEncoder().wrapAndApplyHeader(buffer, AT, header).position(4711);
        writeHeader();
        request.remainingDeadlineNs(1).byteCredit(2).rowCredit(3);

        final String line = Frames.describe(buffer, AT, Frames.HEADER_BYTES + request.encodedLength());
        assertTrue(line.contains("queryId=12345") && line.contains("[MoreRequest]"), line);
        assertTrue(line.contains("position=4711"), line);
        assertFalse(line.contains("\n"), line);
        assertEquals(
                "90 bytes, not a frame: the frame ends within its header or fixed part",
                Frames.describe(buffer, AT, 90));
    }

    @Test
    void shouldWriteAndReadAHotRequestWithoutAllocating() {
        final QueryRequestEncoder request = new QueryRequestEncoder();
        final QueryRequestDecoder decoder = new QueryRequestDecoder();
        final UnsafeBuffer parameters = new UnsafeBuffer(0, 0);
        final Set<FrameFault> faults = new HashSet<>();
        final Runnable roundTrips = () -> {
            for (int i = 0; i < 1_000; i++) {
                Frames.begin(buffer, AT);
                request.wrapAndApplyHeader(buffer, AT, header).boundIdHigh(i).boundIdLow(i);
                writeHeader();
                request.remainingDeadlineNs(i)
                        .memoryBytes(i)
                        .byteCredit(i)
                        .rowCredit(i)
                        .keyHint(KeyHint.NONE);
                request.replicasCount(0);
                buffer.putInt(Frames.parametersOffset(request), i);
                faults.add(Frames.check(buffer, AT, Frames.endParameters(request, 4)));

                decoder.wrapAndApplyHeader(buffer, AT, read).replicas();
                decoder.wrapParameters(parameters);
            }
        };
        assertEquals(0, Allocations.steadyBytesOf(roundTrips));
        assertEquals(Set.of(FrameFault.NONE), faults);
    }

    private void writeHeader() {
        header.clusterId(-2)
                .farmerId(1)
                .slaveId(Frames.NO_ID)
                .channel(2)
                .fragment(5)
                .attempt(65_534)
                .sequence(3)
                .farmerIncarnation(Long.MAX_VALUE)
                .slaveIncarnation(8)
                .queryId(12345)
                .keyEpoch(99)
                .generationDigest(-99);
    }

    private static void assertHeader(FrameHeaderDecoder read) {
        assertEquals(-2, read.clusterId());
        assertEquals(1, read.farmerId());
        assertEquals(Frames.NO_ID, read.slaveId());
        assertEquals(2, read.channel());
        assertEquals(5, read.fragment());
        assertEquals(65_534, read.attempt());
        assertEquals(Long.MAX_VALUE, read.farmerIncarnation());
        assertEquals(8, read.slaveIncarnation());
        assertEquals(12345, read.queryId());
        assertEquals(99, read.keyEpoch());
        assertEquals(-99, read.generationDigest());
    }
}
