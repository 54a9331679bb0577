package io.keyfarm.wire;

import io.keyfarm.wire.sbe.BatchReplyDecoder;
import io.keyfarm.wire.sbe.BatchRequestDecoder;
import io.keyfarm.wire.sbe.EndReplyDecoder;
import io.keyfarm.wire.sbe.ErrorReplyDecoder;
import io.keyfarm.wire.sbe.FetchRequestDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.KeysReplyDecoder;
import io.keyfarm.wire.sbe.KeysRequestDecoder;
import io.keyfarm.wire.sbe.PlanReplyDecoder;
import io.keyfarm.wire.sbe.QueryRequestDecoder;
import io.keyfarm.wire.sbe.RowsReplyDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads bytes as a farmer or slave would: checks them, and when they pass reads every field. The buffer ends where the
 * frame ends, so that reading beyond it is an exception.
 */
final class HostileReader {
    private static final long ALLOWED_PER_BYTE = 64;
    private static final long ALLOWED_BYTES = 64 * 1024;

    private final FrameHeaderDecoder header = new FrameHeaderDecoder();
    private final UnsafeBuffer part = new UnsafeBuffer(0, 0);
    private final FrameSeal seal = new FrameSeal();
    private FrameFault fault = FrameFault.NONE;

    HostileReader() {
        // Loading classes allocates too, once: not while something is being measured.
        final SampleFrames samples = new SampleFrames(0);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SampleFrames.MAX_BYTES]);
        for (int type = 1; type <= SampleFrames.TYPE_COUNT; type++) {
            final int length = samples.write(type, buffer, 0);
            Frames.check(buffer, 0, length);
            seal.check(buffer, 0, length);
            readBody(buffer, length);
            Frames.describe(buffer, 0, length);
        }
        Frames.describe(buffer, 0, 0);
        Allocations.bytesOf(() -> {});
    }

    /** What check says of the bytes; fails when reading them throws or allocates too much. */
    FrameFault read(byte[] bytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final long allocated = Allocations.bytesOf(() -> {
            seal.check(buffer, 0, bytes.length);
            fault = Frames.check(buffer, 0, bytes.length);
            if (fault == FrameFault.NONE) {
                readBody(buffer, bytes.length);
            }
            Frames.describe(buffer, 0, bytes.length);
        });
        final long allowed = ALLOWED_PER_BYTE * bytes.length + ALLOWED_BYTES;
        if (allocated > allowed) {
            throw new AssertionError(bytes.length + " bytes made their reader allocate " + allocated);
        }
        return fault;
    }

    /** As {@link #read}, after giving the bytes the header of whatever frame they name, so that the rest gets read. */
    FrameFault readRepaired(byte[] bytes) {
        if (bytes.length >= Frames.HEADER_BYTES) {
            final byte[] repaired = bytes.clone();
            final UnsafeBuffer buffer = new UnsafeBuffer(repaired);
            new SampleFrames(0).repairHeader(buffer, 1 + (bytes[2] & 0xFF) % SampleFrames.TYPE_COUNT);
            return read(repaired);
        }
        return read(bytes);
    }

    private void readBody(DirectBuffer buffer, int length) {
        header.wrap(buffer, 0);
        switch (header.templateId()) {
            case QueryRequestDecoder.TEMPLATE_ID -> {
                final QueryRequestDecoder request = new QueryRequestDecoder().wrapAndApplyHeader(buffer, 0, header);
                int replicas = 0;
                for (final QueryRequestDecoder.ReplicasDecoder replica : request.replicas()) {
                    replicas += replica.slaveId() >>> 31;
                }
                request.wrapParameters(part);
                endsWith(length, request.limit() + replicas);
            }
            case RowsReplyDecoder.TEMPLATE_ID -> {
                final RowsReplyDecoder reply = new RowsReplyDecoder().wrapAndApplyHeader(buffer, 0, header);
                part.wrap(buffer, Frames.PAYLOAD_OFFSET, reply.rowCount() * reply.rowBytes());
                part.wrap(buffer, Frames.PAYLOAD_OFFSET + reply.heapOffset(), reply.heapBytes());
                final int rowsLength = Frames.rowsLength(reply);
                if (header.flags().ends()) {
                    readEnd(
                            new EndReplyDecoder()
                                    .wrap(buffer, rowsLength, EndReplyDecoder.BLOCK_LENGTH, header.version()),
                            length);
                } else {
                    endsWith(length, rowsLength);
                }
            }
            case EndReplyDecoder.TEMPLATE_ID ->
                readEnd(new EndReplyDecoder().wrapAndApplyHeader(buffer, 0, header), length);
            case ErrorReplyDecoder.TEMPLATE_ID -> {
                final ErrorReplyDecoder reply = new ErrorReplyDecoder().wrapAndApplyHeader(buffer, 0, header);
                reply.code();
                reply.message();
                endsWith(length, reply.limit());
            }
            case PlanReplyDecoder.TEMPLATE_ID -> {
                final PlanReplyDecoder reply = new PlanReplyDecoder().wrapAndApplyHeader(buffer, 0, header);
                reply.wrapPlan(part);
                endsWith(length, reply.limit());
            }
            case BatchRequestDecoder.TEMPLATE_ID ->
                readBindings(new BatchRequestDecoder().wrapAndApplyHeader(buffer, 0, header), buffer, length);
            case BatchReplyDecoder.TEMPLATE_ID ->
                readBatch(new BatchReplyDecoder().wrapAndApplyHeader(buffer, 0, header), buffer, length);
            case FetchRequestDecoder.TEMPLATE_ID ->
                readRowNumbers(new FetchRequestDecoder().wrapAndApplyHeader(buffer, 0, header), buffer, length);
            case KeysRequestDecoder.TEMPLATE_ID -> {
                final KeysRequestDecoder request = new KeysRequestDecoder().wrapAndApplyHeader(buffer, 0, header);
                request.verb();
                request.table();
                readKeys(request.keyCount(), request.limit() + KeysRequestDecoder.keysHeaderLength(), buffer, length);
            }
            case KeysReplyDecoder.TEMPLATE_ID -> {
                final KeysReplyDecoder reply = new KeysReplyDecoder().wrapAndApplyHeader(buffer, 0, header);
                reply.state();
                reply.table();
                reply.message();
                readKeys(reply.keyCount(), reply.limit() + KeysReplyDecoder.keysHeaderLength(), buffer, length);
            }
            default -> endsWith(length, Frames.HEADER_BYTES + header.blockLength());
        }
    }

    private void readBindings(BatchRequestDecoder request, DirectBuffer buffer, int length) {
        int at = Frames.BINDINGS_OFFSET;
        for (int i = 0; i < request.bindingCount(); i++) {
            final int bytes = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            part.wrap(buffer, at + Integer.BYTES, bytes);
            at += Integer.BYTES + bytes;
        }
        endsWith(length, at);
    }

    private void readRowNumbers(FetchRequestDecoder request, DirectBuffer buffer, int length) {
        int at = Frames.BINDINGS_OFFSET;
        for (int i = 0; i < request.bindingCount(); i++) {
            final int bytes = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            final int rowCount = buffer.getInt(at + Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
            part.wrap(buffer, at + 2 * Integer.BYTES, rowCount * Integer.BYTES);
            part.wrap(
                    buffer, at + 2 * Integer.BYTES + rowCount * Integer.BYTES, bytes - (1 + rowCount) * Integer.BYTES);
            at += Integer.BYTES + bytes;
        }
        endsWith(length, at);
    }

    private void readBatch(BatchReplyDecoder reply, DirectBuffer buffer, int length) {
        int at = Frames.batchEndsOffset(reply);
        int from = 0;
        for (int i = 0; i < reply.answeredCount(); i++, at += Integer.BYTES) {
            final int to = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            part.wrap(buffer, Frames.BATCH_ROWS_OFFSET + from * reply.rowBytes(), (to - from) * reply.rowBytes());
            from = to;
        }
        part.wrap(buffer, Frames.BATCH_ROWS_OFFSET + reply.heapOffset(), reply.heapBytes());
        endsWith(length, at + Short.BYTES + buffer.getShort(at, ByteOrder.LITTLE_ENDIAN));
    }

    private void readKeys(int keyCount, int from, DirectBuffer buffer, int length) {
        int at = from;
        for (int i = 0; i < keyCount; i++) {
            final int bytes = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            part.wrap(buffer, at + Integer.BYTES, bytes);
            at += Integer.BYTES + bytes;
        }
        endsWith(length, at);
    }

    private static void readEnd(EndReplyDecoder end, int length) {
        if (end.rowCount() < 0 || end.seeks() < 0 || end.rowsExamined() < 0 || end.elapsedNs() < 0) {
            throw new AssertionError("a count below zero: " + end);
        }
        final String key = end.keyTaken();
        endsWith(length, end.limit());
        assert key.chars().allMatch(c -> c < 128) : key;
    }

    private static void endsWith(int length, int limit) {
        if (length != limit) {
            throw new AssertionError("read up to " + limit + " of " + length + " bytes");
        }
    }
}
