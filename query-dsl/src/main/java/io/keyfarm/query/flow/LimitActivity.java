package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/** Rows of its input from {@code offset} on, at most {@code limit}. Asks for none behind the last that it hands on. */
public final class LimitActivity implements Activity {
    private final Activity input;
    private final long offset;
    private final long limit;
    private long toSkip;
    private long toGive;

    public LimitActivity(Activity input, long offset, long limit) {
        assert offset >= 0 && limit >= 0 : offset + ", " + limit;
        this.input = input;
        this.offset = offset;
        this.limit = limit;
    }

    @Override
    public RecordLayout layout() {
        return input.layout();
    }

    @Override
    public void begin() {
        toSkip = offset;
        toGive = limit;
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        while (toGive > 0) {
            final int count = input.next(batch);
            if (count <= 0) {
                return count;
            }
            if (toSkip >= count) {
                toSkip -= count;
                continue;
            }
            batch.dropFirst((int) toSkip);
            toSkip = 0;
            batch.truncate((int) Math.min(toGive, RowBatch.SIZE));
            toGive -= batch.count();
            return batch.count();
        }
        // Whoever works for rows that nobody wants may stop now.
        input.close();
        batch.begin(batch.heapBases());
        return 0;
    }

    @Override
    public void close() {
        toGive = 0;
        input.close();
    }
}
