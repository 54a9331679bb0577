package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;

/**
 * Up to {@link #SIZE} rows of one layout, by where they stand. They stand there until whoever filled the batch is asked
 * again. Reused from batch to batch; belongs to one thread.
 *
 * <pre>
 *   rows        | address | address | address | …           in the order of the rows, wherever they are
 *   heapBases   what all of them reach their long text by
 * </pre>
 */
public final class RowBatch {
    /** Large enough that what is done once a batch costs nothing a row, small enough for the first-level cache. */
    public static final int SIZE = 512;

    private static final long[] NO_HEAP = {};

    private final RecordLayout layout;
    private final long[] rows = new long[SIZE];
    private long[] heapBases = NO_HEAP;
    private int count;

    public RowBatch(RecordLayout layout) {
        this.layout = layout;
    }

    public RecordLayout layout() {
        return layout;
    }

    /** Empties the batch for rows whose long text is reached by these bases. */
    public void begin(long[] bases) {
        heapBases = bases;
        count = 0;
    }

    /** Names the bases anew, for a store whose text grew while its rows were added. */
    void useHeap(long[] bases) {
        heapBases = bases;
    }

    public void add(long row) {
        rows[count++] = row;
    }

    /** The row at this place, which is the last from now on; of places left out before it nobody asks. */
    void put(int place, long row) {
        assert place >= count - 1 : place + ", " + count;
        rows[place] = row;
        count = place + 1;
    }

    /** Rows that stand one behind another, as far as the batch has room; answers how many it took. */
    public int addRun(long first, int wanted) {
        final int taken = Math.min(wanted, SIZE - count);
        final int rowBytes = layout.rowBytes();
        for (int i = 0; i < taken; i++) {
            rows[count + i] = first + (long) i * rowBytes;
        }
        count += taken;
        return taken;
    }

    public int count() {
        return count;
    }

    public boolean isFull() {
        return count == SIZE;
    }

    /** Where the row at this place begins. */
    public long row(int place) {
        assert 0 <= place && place < count : place;
        return rows[place];
    }

    /** The first {@link #count} are the rows; for loops over a whole batch. */
    long[] rows() {
        return rows;
    }

    public long[] heapBases() {
        return heapBases;
    }

    /** Keeps the rows at these places, which ascend; in place. */
    public void keep(int[] places, int kept) {
        for (int i = 0; i < kept; i++) {
            rows[i] = rows[places[i]];
        }
        count = kept;
    }

    /** Only the first so many, or all if there are fewer. */
    public void truncate(int most) {
        count = Math.min(count, most);
    }

    /** Drops the first so many. */
    public void dropFirst(int dropped) {
        System.arraycopy(rows, dropped, rows, 0, count - dropped);
        count -= dropped;
    }

    public void view(int place, RowView view) {
        view.wrap(row(place), heapBases);
    }
}
