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
        matches = open;
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
        final Matches open = Objects.requireNonNull(matches);
        final BoundPart part = Objects.requireNonNull(here);
        final Slab slab = part.slab;
        batch.begin(slab.heapBases());
        if (open.isEmpty() && !open.next(part)) {
            return 0;
        }
        final int[] rows = open.rows();
        final int from = open.from();
        final int to = from + Math.min(open.to() - from, RowBatch.SIZE);
        touched += slab.touch(rows, from, to);
        for (int i = from; i < to; i++) {
            batch.add(slab.address(rows[i]));
        }
        open.take(to - from);
        return batch.count();
    }

    @Override
    public void close() {}
}
