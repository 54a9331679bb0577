package io.keyfarm.slave;

import io.keyfarm.query.eval.Projection;
import io.keyfarm.query.eval.compute.ComputeException;
import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.wire.sbe.BatchRequestDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.ReplyCode;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Many bindings of one query read on one part, under one announcement, answered by one frame.
 *
 * <pre>
 *   32 at a time   code or bind each ─► one interval of codes in the hinted key?
 *                     yes ─► sought together ─► confirm what the key leaves ─► reply frame
 *                     no  ─► read by itself, as a query of its own would be ─► reply frame
 *   stops          where the frame is full, a binding is in trouble, or it is time to
 * </pre>
 *
 * Each binding takes the way that it would take as a query of its own, so that its rows and their order are the same. What
 * is not answered the farmer asks again, and a binding in trouble by itself: errors are told there.
 */
final class BatchRead extends ManyBindings {
    private static final int GROUP = SoughtBindings.SIZE;

    private final Matches matches;
    private final RowCollector ordered = new RowCollector();
    private @Nullable SoughtBindings sought;

    /** Rows that wait to be written, and the buffer in which a binding's rows are confirmed. */
    private final int[] waiting = new int[GROUP * ReadPath.FEW_ROWS];

    private int waitingCount;
    private final int[] confirming = new int[ReadPath.FEW_ROWS];
    private final int[] scratch = new int[ReadPath.FEW_ROWS];

    private int keyHint;
    private long keyEpoch;
    private long memoryBytes;

    BatchRead(SlaveSession session, QueryPlan plan) {
        super(session, plan);
        matches = new Matches(plan, stop);
    }

    /** See {@link #answer(FrameHeaderDecoder, long, long, int, int, DirectBuffer, Replies)}. */
    void answer(FrameHeaderDecoder header, BatchRequestDecoder request, DirectBuffer buffer, Replies replies) {
        if (plan.isCount() || plan.isGrouped()) {
            replies.error(ReplyCode.BAD_REQUEST, "a query that counts or groups is not asked in batches");
            return;
        }
        keyHint = request.keyHint();
        keyEpoch = header.keyEpoch();
        memoryBytes = Math.min(request.memoryBytes(), slave.settings().maxQueryBytes());
        answer(
                header,
                request.sentNs(),
                request.remainingDeadlineNs(),
                request.bindingCount(),
                request.offset(),
                buffer,
                replies);
    }

    private void bind(BoundPart here, DirectBuffer buffer, int binding) {
        here.conditions.bind(buffer, start(binding), end(binding) - start(binding));
    }

    @Override
    void read(BoundPart here, DirectBuffer buffer, int count) {
        readAll(here, buffer, count);
        final SessionTally tally = here.tally;
        final int answered = frame.answeredCount(here.projection());
        final long weight = tally == null || answered == 0 ? 0 : tally.weightOf(answered);
        if (tally != null && weight > 0) {
            bind(here, buffer, tally.anyOf(answered));
            final long counted = tally.onBinding(here.conditions, weight);
            here.countUse(counted, rowsExamined * counted / answered);
        }
    }

    private void readAll(BoundPart here, DirectBuffer buffer, int count) {
        for (int first = 0; first < count && !stop.poll(); first += GROUP) {
            try {
                if (!readGroup(here, buffer, first, Math.min(GROUP, count - first))) {
                    return;
                }
            } catch (BadValueException | BadPlanException | ComputeException | MemoryLimitException e) {
                // Told to whoever asks for that binding by itself. What waited for it comes before it, and is answered.
                flush(here);
                return;
            }
        }
    }

    /** Reads a few bindings; false if not all of them were answered. */
    private boolean readGroup(BoundPart here, DirectBuffer buffer, int first, int count) {
        waitingCount = 0;
        final SoughtBindings group = sought(here);
        final boolean isHinted = group.begin(here, keyHint, keyEpoch);
        if (isHinted) {
            seekTogether(here, group, buffer, first, count);
        }
        for (int i = 0; i < count; i++) {
            if (!isHinted || group.isByItself(i)) {
                if (!flush(here) || !readByItself(here, buffer, first + i)) {
                    return false;
                }
            } else if (group.isUnconfirmed(i)) {
                bind(here, buffer, first + i);
                orderAndEnd(here, group.confirm(here, i, confirming, scratch));
            } else if (plan.isOrdered()) {
                orderAndEnd(here, group.copy(here, i, confirming, 0));
            } else {
                waitingCount += (int) Math.min(group.copy(here, i, waiting, waitingCount), matches.wantedCount());
                endBinding(here);
            }
        }
        return flush(here);
    }

    private SoughtBindings sought(BoundPart here) {
        SoughtBindings group = sought;
        if (group == null || group.segmentCount() != here.segmentCount()) {
            group = new SoughtBindings(here.segmentCount());
            sought = group;
        }
        return group;
    }

    private void seekTogether(BoundPart here, SoughtBindings group, DirectBuffer buffer, int first, int count) {
        for (int i = 0; i < count; i++) {
            final int from = start(first + i);
            group.add(here, i, buffer, from, end(first + i) - from);
        }
        group.find();
        seeks += group.seeks();
        rowsExamined += group.rowsExamined();
    }

    /** Orders the binding's first rows of the buffer, if that is asked for, and lets them wait. */
    private void orderAndEnd(BoundPart here, int confirmedCount) {
        int count = confirmedCount;
        int[] rows = confirming;
        if (plan.isOrdered()) {
            ordered.begin(matches.wantedCount(), memoryBytes);
            ordered.add(here.slab, here.order, confirming, count);
            ordered.end(here.slab, here.order);
            rows = ordered.rows();
            count = ordered.count();
        }
        final int taken = (int) Math.min(count, matches.wantedCount());
        System.arraycopy(rows, 0, waiting, waitingCount, taken);
        waitingCount += taken;
        endBinding(here);
    }

    /** Reads one binding as a query of its own is read; false if it does not fit or it is time to stop. */
    private boolean readByItself(BoundPart here, DirectBuffer buffer, int binding) {
        if (stop.poll()) {
            return false;
        }
        final Projection projection = here.projection();
        bind(here, buffer, binding);
        matches.open(here, keyHint, keyEpoch, memoryBytes);
        long wanted = matches.wantedCount();
        while (wanted > 0 && stop.raised() == null && (!matches.isEmpty() || matches.next(here))) {
            final int from = matches.from();
            final int taken = (int) Math.min(matches.to() - from, wanted);
            if (!frame.add(projection, here.slab, matches.rows(), from, from + taken)) {
                return false;
            }
            matches.take(taken);
            wanted -= taken;
        }
        seeks += here.seeks();
        rowsExamined += here.rowsExamined();
        if (stop.raised() != null) {
            return false;
        }
        endBinding(here);
        return true;
    }

    private void endBinding(BoundPart here) {
        frame.endBinding(here.projection().rowCount() + waitingCount);
    }

    /** Writes the rows that wait, all at once so that they are fetched at once; false if not all of them fit. */
    private boolean flush(BoundPart here) {
        final int count = waitingCount;
        waitingCount = 0;
        return count == 0 || frame.add(here.projection(), here.slab, waiting, 0, count);
    }
}
