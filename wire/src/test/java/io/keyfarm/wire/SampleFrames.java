package io.keyfarm.wire;

import io.keyfarm.wire.sbe.BatchReplyEncoder;
import io.keyfarm.wire.sbe.BatchRequestEncoder;
import io.keyfarm.wire.sbe.CancelRequestEncoder;
import io.keyfarm.wire.sbe.EndReplyEncoder;
import io.keyfarm.wire.sbe.ErrorReplyEncoder;
import io.keyfarm.wire.sbe.FetchRequestEncoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.KeysReplyEncoder;
import io.keyfarm.wire.sbe.KeysRequestEncoder;
import io.keyfarm.wire.sbe.KeysState;
import io.keyfarm.wire.sbe.KeysVerb;
import io.keyfarm.wire.sbe.MoreRequestEncoder;
import io.keyfarm.wire.sbe.PlanReplyEncoder;
import io.keyfarm.wire.sbe.PlanRequestEncoder;
import io.keyfarm.wire.sbe.QueryRequestEncoder;
import io.keyfarm.wire.sbe.ReplyCode;
import io.keyfarm.wire.sbe.RowsReplyEncoder;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes frames of every type with random contents, all of them right. */
public final class SampleFrames {
    public static final int TYPE_COUNT = 13;
    public static final int MAX_BYTES = 4096;

    private static final ReplyCode[] CODES = ReplyCode.values();
    private static final KeysVerb[] VERBS = KeysVerb.values();
    private static final KeysState[] STATES = KeysState.values();

    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final SplittableRandom random;

    public SampleFrames(long seed) {
        random = new SplittableRandom(seed);
    }

    /**
     * Writes one frame.
     *
     * @param type from 1 to {@link #TYPE_COUNT}: its template id.
     * @return its length.
     */
    public int write(int type, MutableDirectBuffer buffer, int offset) {
        Frames.begin(buffer, offset);
        final int length = switch (type) {
            case QueryRequestEncoder.TEMPLATE_ID -> query(buffer, offset);
            case MoreRequestEncoder.TEMPLATE_ID -> more(buffer, offset);
            case CancelRequestEncoder.TEMPLATE_ID ->
                Frames.HEADER_BYTES
                        + new CancelRequestEncoder()
                                .wrapAndApplyHeader(buffer, offset, header)
                                .encodedLength();
            case RowsReplyEncoder.TEMPLATE_ID -> rows(buffer, offset);
            case EndReplyEncoder.TEMPLATE_ID -> end(buffer, offset);
            case ErrorReplyEncoder.TEMPLATE_ID -> error(buffer, offset);
            case PlanRequestEncoder.TEMPLATE_ID ->
                Frames.HEADER_BYTES
                        + new PlanRequestEncoder()
                                .wrapAndApplyHeader(buffer, offset, header)
                                .boundIdHigh(random.nextLong())
                                .boundIdLow(random.nextLong())
                                .encodedLength();
            case PlanReplyEncoder.TEMPLATE_ID -> plan(buffer, offset);
            case BatchRequestEncoder.TEMPLATE_ID -> batch(buffer, offset);
            case BatchReplyEncoder.TEMPLATE_ID -> batchReply(buffer, offset);
            case FetchRequestEncoder.TEMPLATE_ID -> fetch(buffer, offset);
            case KeysRequestEncoder.TEMPLATE_ID -> keysRequest(buffer, offset);
            case KeysReplyEncoder.TEMPLATE_ID -> keysReply(buffer, offset);
            default -> throw new AssertionError(type);
        };
        header.clusterId(random.nextLong())
                .farmerId(random.nextInt(Frames.NO_ID))
                .slaveId(random.nextInt(Frames.NO_ID + 1))
                .channel(random.nextInt(Frames.NO_ID))
                .fragment(random.nextInt(16))
                .attempt(random.nextInt(Frames.NO_ID))
                .sequence(count())
                .farmerIncarnation(random.nextLong())
                .slaveIncarnation(random.nextLong())
                .queryId(random.nextLong())
                .keyEpoch(random.nextLong())
                .generationDigest(random.nextLong());
        return length;
    }

    /** Makes the first bytes those of a frame of the type, without flags and seal, and leaves the rest as it is. */
    void repairHeader(MutableDirectBuffer buffer, int type) {
        final UnsafeBuffer sample = new UnsafeBuffer(new byte[MAX_BYTES]);
        write(type, sample, 0);
        header.wrap(sample, 0).flags().clear();
        buffer.putBytes(0, sample, 0, Frames.HEADER_BYTES);
    }

    private int query(MutableDirectBuffer buffer, int offset) {
        final QueryRequestEncoder request = new QueryRequestEncoder()
                .wrapAndApplyHeader(buffer, offset, header)
                .boundIdHigh(random.nextLong())
                .boundIdLow(random.nextLong())
                .remainingDeadlineNs(count())
                .memoryBytes(count())
                .byteCredit(count())
                .rowCredit(count())
                .sentNs(random.nextLong())
                .keyHint(random.nextInt(KeyHint.SCAN, 10));
        header.flags().checksummed(random.nextBoolean());
        final int replicaCount = random.nextInt(5);
        final QueryRequestEncoder.ReplicasEncoder replicas = request.replicasCount(replicaCount);
        for (int i = 0; i < replicaCount; i++) {
            replicas.next().slaveId(random.nextInt(Frames.NO_ID));
        }
        final byte[] parameters = bytes(random.nextInt(200));
        buffer.putBytes(Frames.parametersOffset(request), parameters);
        return Frames.endParameters(request, parameters.length);
    }

    private int more(MutableDirectBuffer buffer, int offset) {
        return Frames.HEADER_BYTES
                + new MoreRequestEncoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .position(random.nextLong())
                        .remainingDeadlineNs(count())
                        .byteCredit(count())
                        .rowCredit(count())
                        .encodedLength();
    }

    private int rows(MutableDirectBuffer buffer, int offset) {
        final RowsReplyEncoder reply = new RowsReplyEncoder().wrapAndApplyHeader(buffer, offset, header);
        final boolean ends = random.nextBoolean();
        final boolean isSpent = !ends && random.nextBoolean();
        header.flags()
                .creditSpent(isSpent)
                .inOrder(isSpent && random.nextBoolean())
                .ends(ends)
                .checksummed(ends && random.nextBoolean());
        final int rowCount = random.nextInt(20);
        final int rowBytes = 1 + random.nextInt(100);
        final int heapBytes = random.nextInt(500);
        buffer.putBytes(offset + Frames.PAYLOAD_OFFSET, bytes(rowCount * rowBytes + heapBytes));
        final int length = Frames.endRows(reply, random.nextLong(), rowCount, rowBytes, rowCount * rowBytes, heapBytes);
        return ends ? length + writeEnd(new EndReplyEncoder().wrap(buffer, offset + length)) : length;
    }

    private int end(MutableDirectBuffer buffer, int offset) {
        final EndReplyEncoder reply = new EndReplyEncoder().wrapAndApplyHeader(buffer, offset, header);
        header.flags().checksummed(true);
        return Frames.HEADER_BYTES + writeEnd(reply);
    }

    private int writeEnd(EndReplyEncoder end) {
        return end.rowCount(count())
                .matchingCount(count() - 1)
                .checksum(random.nextLong())
                .seeks(count())
                .rowsExamined(count())
                .elapsedNs(count())
                .keyTaken(random.nextBoolean() ? "state.make.year" : "")
                .encodedLength();
    }

    private int error(MutableDirectBuffer buffer, int offset) {
        return Frames.HEADER_BYTES
                + new ErrorReplyEncoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .retryAfterNs(count())
                        .code(CODES[random.nextInt(CODES.length - 1)]) // the last is SBE's NULL_VAL
                        .message("no part of Größen here")
                        .encodedLength();
    }

    private int plan(MutableDirectBuffer buffer, int offset) {
        final byte[] plan = bytes(random.nextInt(1000));
        return Frames.HEADER_BYTES
                + new PlanReplyEncoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .boundIdHigh(random.nextLong())
                        .boundIdLow(random.nextLong())
                        .putPlan(plan, 0, plan.length)
                        .encodedLength();
    }

    private int batch(MutableDirectBuffer buffer, int offset) {
        final int bindingCount = 1 + random.nextInt(20);
        final UnsafeBuffer bindings = new UnsafeBuffer(new byte[MAX_BYTES]);
        int at = 0;
        for (int i = 0; i < bindingCount; i++) {
            final byte[] parameters = bytes(random.nextInt(50));
            bindings.putInt(at, parameters.length, ByteOrder.LITTLE_ENDIAN);
            bindings.putBytes(at + Integer.BYTES, parameters);
            at += Integer.BYTES + parameters.length;
        }
        return Frames.HEADER_BYTES
                + new BatchRequestEncoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .boundIdHigh(random.nextLong())
                        .boundIdLow(random.nextLong())
                        .remainingDeadlineNs(count())
                        .memoryBytes(count())
                        .sentNs(random.nextLong())
                        .keyHint(random.nextInt(KeyHint.SCAN, 10))
                        .bindingCount(bindingCount)
                        .putBindings(bindings, 0, at)
                        .encodedLength();
    }

    private int fetch(MutableDirectBuffer buffer, int offset) {
        final int bindingCount = 1 + random.nextInt(20);
        final boolean confirms = random.nextBoolean();
        final UnsafeBuffer bindings = new UnsafeBuffer(new byte[MAX_BYTES]);
        int at = 0;
        for (int i = 0; i < bindingCount; i++) {
            final int rowCount = random.nextInt(10);
            final byte[] parameters = bytes(confirms ? random.nextInt(50) : 0);
            final int numbers = Integer.BYTES + rowCount * Integer.BYTES;
            bindings.putInt(at, numbers + parameters.length, ByteOrder.LITTLE_ENDIAN);
            bindings.putInt(at + Integer.BYTES, rowCount, ByteOrder.LITTLE_ENDIAN);
            at += Integer.BYTES;
            bindings.putBytes(at + Integer.BYTES, bytes(rowCount * Integer.BYTES));
            bindings.putBytes(at + numbers, parameters);
            at += numbers + parameters.length;
        }
        return Frames.HEADER_BYTES
                + new FetchRequestEncoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .boundIdHigh(random.nextLong())
                        .boundIdLow(random.nextLong())
                        .remainingDeadlineNs(count())
                        .memoryBytes(count())
                        .sentNs(random.nextLong())
                        .confirms(confirms ? 1 : 0)
                        .bindingCount(bindingCount)
                        .putBindings(bindings, 0, at)
                        .encodedLength();
    }

    private int batchReply(MutableDirectBuffer buffer, int offset) {
        final BatchReplyEncoder reply = new BatchReplyEncoder()
                .wrapAndApplyHeader(buffer, offset, header)
                .seeks(count())
                .rowsExamined(count())
                .elapsedNs(count());
        final int rowCount = random.nextInt(20);
        final int rowBytes = 1 + random.nextInt(100);
        final int payloadBytes = rowCount * rowBytes + random.nextInt(500);
        buffer.putBytes(offset + Frames.BATCH_ROWS_OFFSET, bytes(payloadBytes));
        final int[] ends =
                random.ints(random.nextInt(20), 0, rowCount + 1).sorted().toArray();
        final byte[] key = random.nextBoolean() ? new byte[] {'z', 'i', 'p'} : new byte[0];
        return Frames.endBatch(reply, rowCount, rowBytes, payloadBytes, ends, ends.length, key);
    }

    private int keysRequest(MutableDirectBuffer buffer, int offset) {
        final KeysVerb verb = VERBS[random.nextInt(VERBS.length - 1)];
        final int keyCount = verb == KeysVerb.PROPOSE ? random.nextInt(5) : 0;
        final byte[] keys = blocks(keyCount, 1);
        return Frames.HEADER_BYTES
                + new KeysRequestEncoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .counter(count())
                        .baseEpoch(random.nextLong())
                        .keyCount(keyCount)
                        .verb(verb)
                        .wantsSummaries((short) random.nextInt(2))
                        .table("Größen")
                        .putKeys(keys, 0, keys.length)
                        .encodedLength();
    }

    private int keysReply(MutableDirectBuffer buffer, int offset) {
        final int keyCount = random.nextInt(5);
        final byte[] keys = blocks(keyCount, Long.BYTES);
        return Frames.HEADER_BYTES
                + new KeysReplyEncoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .proposerIncarnation(random.nextLong())
                        .counter(count())
                        .epochInForce(count() + KeyEpoch.UNSETTLED)
                        .keyCount(keyCount)
                        .state(STATES[random.nextInt(STATES.length - 1)])
                        .table("vehicles")
                        .message(random.nextBoolean() ? "" : "kein Raum für Schlüssel")
                        .putKeys(keys, 0, keys.length)
                        .encodedLength();
    }

    /** So many times a length and so many bytes. */
    private byte[] blocks(int count, int minBytes) {
        final UnsafeBuffer blocks = new UnsafeBuffer(new byte[MAX_BYTES]);
        int at = 0;
        for (int i = 0; i < count; i++) {
            final byte[] block = bytes(minBytes + random.nextInt(100));
            blocks.putInt(at, block.length, ByteOrder.LITTLE_ENDIAN);
            blocks.putBytes(at + Integer.BYTES, block);
            at += Integer.BYTES + block.length;
        }
        return Arrays.copyOf(blocks.byteArray(), at);
    }

    private int count() {
        return random.nextInt(Integer.MAX_VALUE);
    }

    private byte[] bytes(int count) {
        final byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
