package io.keyfarm.slave;

import io.keyfarm.query.flow.Activity;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows that match, where they stand in the slab: what a plan's steps begin with. None come when it is time to stop. */
final class MatchedRows implements Activity {
    private final RecordLayout layout;
    private static final int ENDS_AT_ONCE = 64;

    private final int[] ends = new int[ENDS_AT_ONCE];
    private @Nullable KeyEnds keyEnds;
    private @Nullable Matches matches;
    private @Nullable BoundPart here;
    /** Never read: it is written so that touching rows is not optimised away. */
    @SuppressWarnings("UnusedVariable")
    private int touched;

    /** @param layout of the part's rows */
    MatchedRows(RecordLayout layout) {
        this.layout = layout;
    }

    /** Draws from these matches, which are open, from the next run on. */
    void drawFrom(Matches open, BoundPart part) {
        keyEnds = null;
        matches = open;
        here = part;
    }

    /** Draws only the rows at the ends of keys, which are open. */
    void drawFrom(KeyEnds open, BoundPart part) {
        keyEnds = open;
        here = part;
    }

    @Override
    public RecordLayout layout() {
        return layout;
    }

    @Override
    public void begin() {}

    @Override
    public int next(RowBatch batch) {
        final BoundPart part = Objects.requireNonNull(here);
        final Slab slab = part.slab;
        batch.begin(slab.heapBases());
        if (keyEnds != null) {
            final int count = keyEnds.next(ends);
            add(slab, ends, 0, count, batch);
            return count;
        }
        final Matches open = Objects.requireNonNull(matches);
        if (open.isEmpty() && !open.next(part)) {
            return 0;
        }
        final int[] rows = open.rows();
        final int from = open.from();
        final int to = from + Math.min(open.to() - from, RowBatch.SIZE);
        add(slab, rows, from, to, batch);
        open.take(to - from);
        return batch.count();
    }

    private void add(Slab slab, int[] rows, int from, int to, RowBatch batch) {
        touched += slab.touch(rows, from, to);
        for (int i = from; i < to; i++) {
            batch.add(slab.address(rows[i]));
        }
    }

    @Override
    public void close() {}
}
