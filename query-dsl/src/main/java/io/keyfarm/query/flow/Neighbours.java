package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/**
 * Whether each row of a batch equals the row before it in some fields, null equal to null, from batch to batch. For one
 * thread.
 *
 * <pre>
 *   batch before   | … x |          its last row is copied, for the rows stand no longer
 *   batch now      | x x y y z |
 *   equal            + + − + −
 * </pre>
 */
final class Neighbours implements AutoCloseable {
    private final KeyEquality equality;
    private final RowStore last;
    private final long[] before = new long[RowBatch.SIZE];
    private final boolean[] equal = new boolean[RowBatch.SIZE];

    Neighbours(RecordLayout layout, int[] fields, FlowMemory memory) {
        equality = new KeyEquality(new KeyFields(layout, fields), new KeyFields(layout, fields));
        last = new RowStore(layout, memory, "the row before");
    }

    /** Compares the rows, the first of them with the one that was remembered; without that it equals none. */
    void compare(RowBatch batch) {
        final int count = batch.count();
        System.arraycopy(batch.rows(), 0, before, 1, count - 1);
        before[0] = batch.row(0);
        equality.compare(batch.rows(), batch.heapBases(), before, batch.heapBases(), count, equal);
        equal[0] = hasLast() && equality.isEqual(batch.row(0), batch.heapBases(), last.address(0), last.heapBases());
    }

    boolean isEqual(int place) {
        return equal[place];
    }

    /** Keeps the last row of the batch. */
    void remember(RowBatch batch) {
        last.clear();
        last.copy(batch.row(batch.count() - 1), batch.heapBases());
    }

    boolean hasLast() {
        return last.rowCount() > 0;
    }

    /** What was remembered. */
    RowStore last() {
        return last;
    }

    @Override
    public void close() {
        last.close();
    }
}
