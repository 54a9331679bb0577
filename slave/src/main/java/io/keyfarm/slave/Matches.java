package io.keyfarm.slave;

import io.keyfarm.key.RowCursor;
import io.keyfarm.query.plan.QueryPlan;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one part that match one binding of a plan, a batch at a time.
 *
 * <pre>
 *   cursor ─► confirm fields ─► confirm the rest ─► waiting to be taken
 *                                       └─► count, or gather and sort before any waits
 * </pre>
 *
 * Reused from binding to binding; belongs to one thread.
 */
final class Matches {
    private static final int BATCH_ROWS = 256;
    private static final int[] NO_ROWS = {};

    private final QueryPlan plan;
    private final StopSignal stop;
    private final RowCollector gathered = new RowCollector();
    private final int[] batch = new int[BATCH_ROWS];
    private final long wantedCount;

    private @Nullable RowCursor cursor;

    // Confirmed rows that wait to be taken: those of a batch, or all of them where they were gathered.
    private int[] waiting = NO_ROWS;
    private int waitingIndex;
    private int waitingCount;

    Matches(QueryPlan plan, StopSignal stop) {
        this.plan = plan;
        this.stop = stop;
        // A sum of the largest limit and an offset is still no limit.
        wantedCount = Math.max(plan.limit(), plan.limit() + plan.offset());
    }

    /** How many rows whoever asked can use. */
    long wantedCount() {
        return wantedCount;
    }

    /** Begins with the binding that the part's conditions have; where rows are to be ordered, reads them all. */
    void open(BoundPart here, int keyHint, long keyEpoch, long memoryBytes) {
        waiting = batch;
        waitingIndex = 0;
        waitingCount = 0;
        if (here.conditions.isNothing()) {
            here.path.openNothing();
            cursor = null;
            return;
        }
        final RowCursor opened = here.path.open(here.part.shelf(), keyHint, keyEpoch, rowsToRead(here));
        cursor = opened;
        if (plan.isOrdered() && !plan.isCount()) {
            gather(here, opened, memoryBytes);
        }
    }

    /** How many matching rows will be read at most, if that is known before. */
    private long rowsToRead(BoundPart here) {
        if (plan.isCount()) {
            return here.conditions.hasRest() ? Long.MAX_VALUE : ReadPath.COUNTED;
        }
        return plan.isOrdered() || here.conditions.hasRest() ? Long.MAX_VALUE : wantedCount;
    }

    boolean isEmpty() {
        return waitingIndex == waitingCount;
    }

    /** Where those stand that wait: from {@link #from} to {@link #to}. */
    int[] rows() {
        return waiting;
    }

    int from() {
        return waitingIndex;
    }

    int to() {
        return waitingCount;
    }

    void take(int count) {
        waitingIndex += count;
    }

    /** Lets the next confirmed rows wait; false when there are none, or it is time to stop. */
    boolean next(BoundPart here) {
        final RowCursor rows = cursor;
        if (rows == null || waiting != batch) {
            return false;
        }
        waitingIndex = 0;
        waitingCount = nextConfirmed(here, rows);
        return waitingCount > 0;
    }

    long count(BoundPart here) {
        final RowCursor rows = cursor;
        if (rows == null) {
            return 0;
        }
        final boolean isServedWhole = here.path.isServedWhole() && !here.conditions.hasRest();
        if (isServedWhole && here.path.isWholeTable()) {
            return Math.min(wantedCount, here.slab.rowCount());
        }
        if (isServedWhole && here.path.hasCount()) {
            return plan.isExists() ? here.path.exists() : here.path.count();
        }
        long total = 0;
        int count;
        do {
            count = nextConfirmed(here, rows);
            total += count;
        } while (count > 0 && total < wantedCount);
        return Math.min(wantedCount, total);
    }

    /** Fills the batch with rows that satisfy all conditions; 0 when there are no more, or it is time to stop. */
    private int nextConfirmed(BoundPart here, RowCursor rows) {
        while (true) {
            int count = rows.next(batch);
            // Where a batch is not full, the end is near: looking at the clock would cost more than going on.
            if (count == 0 || (count == batch.length && stop.poll())) {
                return 0;
            }
            count = here.path.confirm(batch, count);
            count = here.conditions.confirmRest(here.slab, batch, count);
            if (count > 0) {
                return count;
            }
        }
    }

    private void gather(BoundPart here, RowCursor rows, long memoryBytes) {
        gathered.begin(wantedCount, memoryBytes);
        for (int count = nextConfirmed(here, rows); count > 0; count = nextConfirmed(here, rows)) {
            gathered.add(here.slab, here.order, batch, count);
        }
        gathered.end(here.slab, here.order);
        waiting = gathered.rows();
        waitingCount = gathered.count();
    }
}
