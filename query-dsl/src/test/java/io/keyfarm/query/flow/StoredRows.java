package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;
import java.util.random.RandomGenerator;

/** Rows of a store as an activity; now and then it has nothing yet, and its batches are of any size. */
final class StoredRows implements Activity {
    private final RowStore rows;
    private final RandomGenerator random;
    private final RowBatch whole;
    private int next;

    StoredRows(RowStore rows, RandomGenerator random) {
        this.rows = rows;
        this.random = random;
        whole = new RowBatch(rows.layout());
    }

    @Override
    public RecordLayout layout() {
        return rows.layout();
    }

    @Override
    public void begin() {
        rows.rewind();
        whole.begin(rows.heapBases());
        next = 0;
    }

    @Override
    public int next(RowBatch batch) {
        if (random.nextInt(4) == 0) {
            return WAITING;
        }
        if (next == whole.count()) {
            next = 0;
            if (rows.next(whole) == 0) {
                return 0;
            }
        }
        batch.begin(rows.heapBases());
        final int count = 1 + random.nextInt(whole.count() - next);
        for (int i = 0; i < count; i++) {
            batch.add(whole.row(next++));
        }
        return count;
    }

    @Override
    public void close() {
        // The store belongs to the test.
    }
}
