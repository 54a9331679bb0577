package io.keyfarm.slave;

import io.keyfarm.query.eval.Projection;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.Slab;
import io.keyfarm.wire.AttemptChecksum;
import io.keyfarm.wire.Frames;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One read's reply frame: rows are projected into it where they are sent from, and it counts what was sent against the
 * credit. It stays as it is until the read's next turn, so that a farmer a call away reads the rows in place.
 *
 * <pre>
 *   | header and block | row 0 | row 1 | … | long text |      up to the link's or the slave's frame length
 * </pre>
 */
final class ReplyFrames implements AutoCloseable {
    private final MemoryLedger ledger;
    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final AttemptChecksum checksum = new AttemptChecksum();

    private long address;
    private int capacityBytes;
    private long rowCredit;
    private long byteCredit;
    private long sentCount;
    private int sequence;

    ReplyFrames(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    /** Begins an attempt. */
    void begin() {
        sentCount = 0;
        sequence = 0;
        checksum.reset();
    }

    /** What may be sent until the next request. */
    void credit(long rows, long bytes) {
        rowCredit = rows;
        byteCredit = bytes;
    }

    /** Starts an empty frame. */
    void open(Projection projection, Replies replies) {
        if (capacityBytes < replies.maxFrameBytes()) {
            resize(replies.maxFrameBytes());
        }
        begin(projection);
    }

    /**
     * Adds the rows {@code [from, to)} as far as frame and credit allow; answers how many.
     *
     * @throws MemoryLimitException if one row alone is longer than any frame of this link
     */
    int add(Projection projection, Slab slab, int[] rows, int from, int to, Replies replies) {
        final int end = from + (int) Math.min(to - from, rowCredit - projection.rowCount());
        int added = projection.append(slab, rows, from, end);
        if (added == 0 && projection.rowCount() == 0 && end > from) {
            grow(projection.bytesOf(slab, rows[from]), replies);
            begin(projection);
            added = projection.append(slab, rows, from, end);
        }
        return added;
    }

    /** As above, of rows that have been made: those of the batch from the place {@code from} on. */
    int add(Projection projection, RowBatch rows, int from, Replies replies) {
        final int end = from + (int) Math.min(rows.count() - from, rowCredit - projection.rowCount());
        int added = projection.append(rows, from, end);
        if (added == 0 && projection.rowCount() == 0 && end > from) {
            grow(projection.bytesOf(rows.row(from)), replies);
            begin(projection);
            added = projection.append(rows, from, end);
        }
        return added;
    }

    /** Sends the frame's rows, which are not the last, and starts the next; answers whether there is credit left. */
    boolean send(Projection projection, Replies replies, boolean isInOrder) {
        final int length = finish(projection, replies);
        final boolean isCreditSpent = rowCredit <= 0 || byteCredit <= 0;
        replies.rows(frame, length, isCreditSpent, isInOrder);
        if (!isCreditSpent) {
            begin(projection);
        }
        return !isCreditSpent;
    }

    /** Sends the last rows, if there are any, and with them or behind them the end. */
    void end(Projection projection, Replies replies, BoundPart read, long elapsedNs) {
        if (projection.rowCount() > 0) {
            final int length = finish(projection, replies);
            if (length + Frames.END_BYTES + read.pathName().length <= capacityBytes) {
                replies.lastRows(frame, length, this, read, elapsedNs);
                return;
            }
            replies.rows(frame, length, false, false);
        }
        replies.end(this, read, -1, elapsedNs);
    }

    /** Puts everything but flags around the rows; answers the frame's length so far. */
    private int finish(Projection projection, Replies replies) {
        final int rowCount = projection.rowCount();
        final int payloadBytes = projection.finish();
        sentCount += rowCount;
        rowCredit -= rowCount;
        byteCredit -= payloadBytes;
        final int rowBytes = projection.outputLayout().rowBytes();
        final int length = replies.beginRows(frame, sequence, sentCount, rowCount, rowBytes, payloadBytes);
        assert length <= capacityBytes : length;
        if (replies.isChecked()) {
            checksum.addRows(frame, 0, length);
        }
        sequence++;
        return length;
    }

    long sentCount() {
        return sentCount;
    }

    /** Frames sent so far. */
    int sequence() {
        return sequence;
    }

    long checksum(long matchingCount) {
        return checksum.value(sentCount, matchingCount);
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

    private void begin(Projection projection) {
        projection.begin(address + Frames.PAYLOAD_OFFSET, capacityBytes - Frames.PAYLOAD_OFFSET);
    }

    private void grow(long rowBytes, Replies replies) {
        final long needed = rowBytes + Frames.PAYLOAD_OFFSET;
        if (needed > replies.linkFrameBytes()) {
            throw new MemoryLimitException("one row has %,d bytes, but a frame of this link takes %,d"
                    .formatted(rowBytes, replies.linkFrameBytes() - Frames.PAYLOAD_OFFSET));
        }
        resize((int) Math.min(replies.linkFrameBytes(), needed * 2));
    }

    private void resize(int bytes) {
        close();
        ledger.reserve("a reply frame", bytes);
        address = Memory.allocateRaw(bytes);
        capacityBytes = bytes;
        frame.wrap(address, bytes);
    }
}
