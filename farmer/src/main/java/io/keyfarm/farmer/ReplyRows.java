package io.keyfarm.farmer;

import io.keyfarm.query.eval.RowOrder;
import io.keyfarm.query.flow.RowBatch;

/**
 * The rows of one reply where they lie, and how far they have been handed over.
 *
 * <pre>
 *   | row 0 | row 1 | … | long text |
 *             ^ next    (left: so many from there on)
 * </pre>
 */
final class ReplyRows {
    /** Never filled. */
    static final ReplyRows NONE = new ReplyRows();

    private final long[] oneBase = new long[1];
    private long[] heapBases = oneBase;
    private long next;
    private long left;
    private int rowBytes = 1;

    void wrap(long payload, int rowCount, int bytesPerRow, int heapOffset) {
        oneBase[0] = payload + heapOffset;
        heapBases = oneBase;
        rowBytes = bytesPerRow;
        next = payload;
        left = rowCount;
    }

    /** Takes the rows of a batch from this place on, as far as they stand one behind another; answers how many. */
    int wrap(RowBatch batch, int from) {
        heapBases = batch.heapBases();
        rowBytes = batch.layout().rowBytes();
        next = batch.row(from);
        int count = 1;
        while (from + count < batch.count() && batch.row(from + count) == next + (long) count * rowBytes) {
            count++;
        }
        left = count;
        return count;
    }

    void clear() {
        left = 0;
    }

    boolean isEmpty() {
        return left == 0;
    }

    /** From one row to the next. */
    int rowBytes() {
        return rowBytes;
    }

    /** Where the first row stands that was not handed over yet. */
    long next() {
        return next;
    }

    /** What a view needs to read them. */
    long[] heapBases() {
        return heapBases;
    }

    /** Hands over the next rows, at most so many; answers how many, which end where the next now are. */
    long take(long most) {
        final long count = Math.min(most, left);
        left -= count;
        next += count * rowBytes;
        return count;
    }

    /** Whether the first row here comes before the first one there. */
    boolean isBefore(ReplyRows there, RowOrder order) {
        return order.compare(next, heapBases, there.next, there.heapBases) < 0;
    }
}
