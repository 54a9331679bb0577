package io.keyfarm.slave;

import io.keyfarm.key.RowCursor;
import io.keyfarm.query.plan.QueryPlan;
import java.util.Arrays;
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
    /** Who wants few rows begins with a batch that hardly holds more, and goes on with larger ones. */
    private static final int[] BATCH_ROWS = {16, 64, 256};

    private static final int[] NO_ROWS = {};

    private final QueryPlan plan;
    private final StopSignal stop;
    private final RowCollector gathered = new RowCollector();
    private final int[][] batches = new int[BATCH_ROWS.length][];
    private final int firstBatch;
    private final long wantedCount;

    private int batchPlace;
    private int[] batch;

    private @Nullable RowCursor cursor;
    private int keyHint;
    private long keyEpoch;

    // Confirmed rows that wait to be taken: those of a batch, or all of them where they were gathered.
    private int[] waiting = NO_ROWS;
    private int waitingIndex;
    private int waitingCount;

    Matches(QueryPlan plan, StopSignal stop) {
        this.plan = plan;
        this.stop = stop;
        // A sum of the largest limit and an offset is still no limit.
        wantedCount = Math.max(plan.limit(), plan.limit() + plan.offset());
        Arrays.setAll(batches, i -> new int[BATCH_ROWS[i]]);
        firstBatch = firstBatch();
        batch = batches[firstBatch];
    }

    private int firstBatch() {
        final boolean readsAll = plan.isOrdered() || plan.isGrouped() || (plan.isCount() && !plan.isExists());
        int place = readsAll ? BATCH_ROWS.length - 1 : 0;
        while (place < BATCH_ROWS.length - 1 && BATCH_ROWS[place] < wantedCount) {
            place++;
        }
        return place;
    }

    /** How many rows whoever asked can use. */
    long wantedCount() {
        return wantedCount;
    }

    /** Begins with the binding that the part's conditions have; where rows are to be ordered, reads them all. */
    void open(BoundPart here, int hint, long hintEpoch, long memoryBytes) {
        keyHint = hint;
        keyEpoch = hintEpoch;
        batchPlace = firstBatch;
        batch = batches[firstBatch];
        waiting = batch;
        waitingIndex = 0;
        waitingCount = 0;
        if (here.conditions.isNothing()) {
            here.rewind();
            here.path.openNothing();
            cursor = null;
            return;
        }
        cursor = here.open(hint, hintEpoch, rowsToRead(here));
        if (plan.isOrdered() && !here.isWholeInOrder()) {
            gather(here, memoryBytes);
        }
    }

    /** How many matching rows will be read at most, if that is known before. */
    private long rowsToRead(BoundPart here) {
        if (plan.isCount()) {
            return here.conditions.hasRest() ? Long.MAX_VALUE : ReadPath.COUNTED;
        }
        return !plan.isOrdered() && here.conditions.hasRest() ? Long.MAX_VALUE : wantedCount;
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
        if (waiting != batch) {
            return false;
        }
        waitingIndex = 0;
        waitingCount = nextConfirmed(here);
        waiting = batch;
        return waitingCount > 0;
    }

    long count(BoundPart here) {
        long total = 0;
        // As long as a cursor can count its segment, no row of it is read.
        while (cursor != null && total < wantedCount && here.isServedWhole() && here.path.hasCount()) {
            total += plan.isExists() ? here.path.exists() : here.path.count();
            nextSegment(here);
        }
        int count = 1;
        while (count > 0 && total < wantedCount) {
            count = nextConfirmed(here);
            total += count;
        }
        return Math.min(wantedCount, total);
    }

    /** Fills the batch with rows that satisfy all conditions; 0 when there are no more, or it is time to stop. */
    private int nextConfirmed(BoundPart here) {
        while (cursor != null) {
            batch = batches[batchPlace];
            batchPlace = Math.min(batchPlace + 1, batches.length - 1);
            int count = cursor.next(batch);
            // Where a batch is not full, the end is near: looking at the clock would cost more than going on.
            if (count == batch.length && stop.poll()) {
                return 0;
            }
            if (count == 0) {
                nextSegment(here);
                continue;
            }
            count = here.path.confirm(batch, count);
            here.toPart(batch, 0, count);
            count = here.conditions.confirmRest(here.slab, batch, count);
            if (count > 0) {
                return count;
            }
        }
        return 0;
    }

    /** At the end of a segment's rows; where the next one is empty, or it is time to stop, it ends at once. */
    private void nextSegment(BoundPart here) {
        cursor = here.hasOneSegment() || stop.poll() ? null : here.openNext(keyHint, keyEpoch, rowsToRead(here));
    }

    private void gather(BoundPart here, long memoryBytes) {
        gathered.begin(wantedCount, memoryBytes);
        int segment = here.segment();
        long left = rowsToGather(here);
        for (int count = nextConfirmed(here); count > 0; count = nextConfirmed(here)) {
            if (here.segment() > segment) {
                segment = here.segment();
                left = rowsToGather(here);
            }
            gathered.add(here.slab, here.order, batch, (int) Math.min(count, left));
            left -= count;
            if (left <= 0) {
                nextSegment(here);
            }
        }
        gathered.end(here.slab, here.order);
        waiting = gathered.rows();
        waitingCount = gathered.count();
    }

    /** Of a segment whose rows come in order, the first are all that can be wanted. */
    private long rowsToGather(BoundPart here) {
        return here.isInOrder() ? wantedCount : Long.MAX_VALUE;
    }
}
