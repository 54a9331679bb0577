package io.keyfarm.farmer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.sbe.BatchReplyDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One channel's answer to a batch, in a copy of its own: whatever other queries the slave answers meanwhile, the rows stand
 * until the next batch. Copying a frame as a whole costs a few nanoseconds a row.
 */
final class BatchAnswer implements AutoCloseable {
    private final MemoryLedger ledger;
    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final BatchReplyDecoder reply = new BatchReplyDecoder();
    private final FrameHeaderDecoder header = new FrameHeaderDecoder();
    private final long[] heapBases = new long[1];
    private int capacityBytes;
    private boolean isHere;
    private long rows;
    private int rowBytes;
    private int heapOffset;
    private int ends;
    private int answeredCount;

    BatchAnswer(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    /** Awaits the next. */
    void clear() {
        isHere = false;
        answeredCount = 0;
    }

    /** @throws io.keyfarm.rows.MemoryLimitException if the process has no memory for it */
    void take(DirectBuffer buffer, int offset, int length) {
        if (capacityBytes < length) {
            close();
            ledger.reserve("the answers to a batch", length);
            frame.wrap(Memory.allocateRaw(length), length);
            capacityBytes = length;
        }
        frame.putBytes(0, buffer, offset, length);
        reply.wrapAndApplyHeader(frame, 0, header);
        rows = frame.addressOffset() + Frames.BATCH_ROWS_OFFSET;
        rowBytes = reply.rowBytes();
        heapOffset = reply.heapOffset();
        heapBases[0] = rows + heapOffset;
        ends = Frames.batchEndsOffset(reply);
        answeredCount = reply.answeredCount();
        isHere = true;
    }

    boolean isHere() {
        return isHere;
    }

    int answeredCount() {
        return answeredCount;
    }

    /** Rows before the binding's first one. */
    int from(int binding) {
        return binding == 0 ? 0 : to(binding - 1);
    }

    int to(int binding) {
        return frame.getInt(ends + binding * Integer.BYTES, LITTLE_ENDIAN);
    }

    long address(int row) {
        return rows + (long) row * rowBytes;
    }

    long[] heapBases() {
        return heapBases;
    }

    /** The rows of one binding. */
    void wrap(ReplyRows into, int binding) {
        final int from = from(binding);
        final int skipped = from * rowBytes;
        into.wrap(rows + skipped, to(binding) - from, rowBytes, heapOffset - skipped);
    }

    long seeks() {
        return isHere ? reply.seeks() : 0;
    }

    long rowsExamined() {
        return isHere ? reply.rowsExamined() : 0;
    }

    long elapsedNs() {
        return isHere ? reply.elapsedNs() : 0;
    }

    String keyTaken() {
        final int at = ends + answeredCount * Integer.BYTES;
        final int length = isHere ? frame.getShort(at, LITTLE_ENDIAN) : 0;
        if (length == 0) {
            return "full scan";
        }
        final byte[] name = new byte[length];
        frame.getBytes(at + Short.BYTES, name);
        return new String(name, StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        clear();
        if (capacityBytes > 0) {
            Memory.free(frame.addressOffset());
            ledger.release(capacityBytes);
            capacityBytes = 0;
            frame.wrap(0, 0);
        }
    }
}
