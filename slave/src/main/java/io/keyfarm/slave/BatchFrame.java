package io.keyfarm.slave;

import io.keyfarm.query.eval.Projection;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.wire.Frames;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The one frame that answers a batch: rows of binding after binding, and where each ends. Rows of a binding that did not fit
 * as a whole may stand behind the last end, and mean nothing.
 */
final class BatchFrame implements AutoCloseable {
    private final MemoryLedger ledger;
    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final int[] ends = new int[Frames.MAX_BINDINGS];
    private long address;
    private int capacityBytes;
    private int endCount;
    private int nameBytes;

    BatchFrame(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    /** Starts an empty frame with room for the ends of so many bindings, and the name of a key. */
    void begin(Projection projection, int bindingCount, int keyNameBytes, Replies replies) {
        final int bytes = replies.maxFrameBytes();
        if (capacityBytes < bytes) {
            close();
            ledger.reserve("a batch's reply frame", bytes);
            address = Memory.allocateRaw(bytes);
            capacityBytes = bytes;
            frame.wrap(address, bytes);
        }
        endCount = 0;
        nameBytes = keyNameBytes;
        final int room = capacityBytes - Frames.BATCH_ROWS_OFFSET - Frames.batchTailBytes(bindingCount, keyNameBytes);
        projection.begin(address + Frames.BATCH_ROWS_OFFSET, Math.max(0, room));
    }

    /** Adds rows; false if not all of them fit, and then the frame is full. */
    boolean add(Projection projection, Slab slab, int[] rows, int from, int to) {
        return projection.append(slab, rows, from, to) == to - from;
    }

    /** The next binding has all its rows when the frame has so many. */
    void endBinding(int rowCount) {
        ends[endCount++] = rowCount;
    }

    /** Bindings whose rows are all here. */
    int answeredCount(Projection projection) {
        int count = endCount;
        while (count > 0 && ends[count - 1] > projection.rowCount()) {
            count--;
        }
        return count;
    }

    /** Whether there is room for this name; there is, unless keys have changed meanwhile. */
    boolean holds(byte[] keyName) {
        return keyName.length <= nameBytes;
    }

    UnsafeBuffer buffer() {
        return frame;
    }

    int[] ends() {
        return ends;
    }

    @Override
    public void close() {
        if (capacityBytes > 0) {
            Memory.free(address);
            ledger.release(capacityBytes);
            capacityBytes = 0;
            frame.wrap(0, 0);
        }
    }
}
