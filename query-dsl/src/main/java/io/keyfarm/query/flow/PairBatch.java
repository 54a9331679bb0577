package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;

/**
 * Up to {@link #SIZE} pairs of a left row, by its place in its batch, and a right row, by where it stands. Reused;
 * belongs to one thread.
 *
 * <pre>
 *   left     |  0 |  0 |  2 |  5 | …      ascending
 *   right    |  a |  b |  a |  c | …
 *   heapBases   what all right rows reach their long text by
 * </pre>
 */
public final class PairBatch {
    public static final int SIZE = RowBatch.SIZE;

    private static final long[] NO_HEAP = {};

    private final RecordLayout rightLayout;
    private final int[] lefts = new int[SIZE];
    private final long[] rights = new long[SIZE];
    private long[] heapBases = NO_HEAP;
    private int count;

    public PairBatch(RecordLayout rightLayout) {
        this.rightLayout = rightLayout;
    }

    public RecordLayout rightLayout() {
        return rightLayout;
    }

    /** Empties the batch for right rows whose long text is reached by these bases. */
    public void begin(long[] bases) {
        heapBases = bases;
        count = 0;
    }

    /** What all right rows reach their long text by, where it has grown since {@link #begin}. */
    public void grown(long[] bases) {
        heapBases = bases;
    }

    public void add(int leftPlace, long right) {
        lefts[count] = leftPlace;
        rights[count++] = right;
    }

    public int count() {
        return count;
    }

    public boolean isFull() {
        return count == SIZE;
    }

    /** The place of the pair's left row in the batch that was looked up. */
    public int leftPlace(int pair) {
        assert 0 <= pair && pair < count : pair;
        return lefts[pair];
    }

    /** Where the pair's right row begins. */
    public long right(int pair) {
        assert 0 <= pair && pair < count : pair;
        return rights[pair];
    }

    public long[] heapBases() {
        return heapBases;
    }

    public void viewRight(int pair, RowView view) {
        view.wrap(right(pair), heapBases);
    }
}
