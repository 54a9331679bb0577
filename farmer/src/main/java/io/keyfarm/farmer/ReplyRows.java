package io.keyfarm.farmer;

import io.keyfarm.query.eval.RowOrder;
import io.keyfarm.rows.RowView;

/**
 * The rows of one reply where they lie, and how far they have been handed over.
 *
 * <pre>
 *   base | row 0 | row 1 | … | long text |
 *                  ^ index
 * </pre>
 */
final class ReplyRows {
    /** Never filled. */
    static final ReplyRows NONE = new ReplyRows();

    private final long[] heapBases = new long[1];
    private long base;
    private int rowBytes;
    private int count;
    private int index;

    void wrap(long payload, int rowCount, int bytesPerRow, int heapOffset) {
        base = payload;
        heapBases[0] = payload + heapOffset;
        rowBytes = bytesPerRow;
        count = rowCount;
        index = 0;
    }

    void clear() {
        count = 0;
        index = 0;
    }

    boolean isEmpty() {
        return index == count;
    }

    /** Whether the first row here comes before the first one there. */
    boolean isBefore(ReplyRows there, RowOrder order) {
        return order.compare(address(), heapBases, there.address(), there.heapBases) < 0;
    }

    private long address() {
        return base + (long) index * rowBytes;
    }

    /** Moves the view to the first row that was not handed over yet, and past it; false if there is none. */
    boolean next(RowView view) {
        if (index == count) {
            return false;
        }
        view.wrap(address(), heapBases);
        index++;
        return true;
    }
}
