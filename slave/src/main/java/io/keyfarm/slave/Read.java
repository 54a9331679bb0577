package io.keyfarm.slave;

import io.keyfarm.key.RowCursor;
import io.keyfarm.query.eval.Projection;
import io.keyfarm.query.eval.compute.ComputeException;
import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.MoreRequestDecoder;
import io.keyfarm.wire.sbe.QueryRequestDecoder;
import io.keyfarm.wire.sbe.ReplyCode;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One query being read on one part: narrow, confirm, reply.
 *
 * <pre>
 *   start   announce ─ bind parameters ─ open a path
 *   turn    cursor ─► confirm fields ─► confirm the rest ─► reply frames      until the credit is spent: park
 *                                                   └─► count, or gather and sort before anything is sent
 *   end     withdraw the announcement, say how much work it was
 * </pre>
 *
 * All it needs was made when it was, so a query allocates nothing. Serves one query of its plan after another, on one
 * thread.
 */
final class Read {
    /** What a turn left behind. */
    enum Outcome {
        ENDED,
        PARKED,
        /** Closed at its deadline while it was parked: it cannot be used again. */
        EXPIRED
    }

    private static final int BATCH_ROWS = 256;
    private static final int[] NO_ROWS = {};

    private final Slave slave;
    private final PlanReads plan;
    private final ReadSlot slot;
    private final StopSignal stop;
    private final ReplyFrames frames;
    private final RowCollector gathered = new RowCollector();
    private final int[] batch = new int[BATCH_ROWS];

    private @Nullable BoundPart bound;
    private @Nullable RowCursor cursor;

    private long startNs;
    private int attempt;
    private long wantedCount;
    private long memoryBytes;
    private long matchingCount;

    // Confirmed rows that wait to be sent: those of a batch, or all of them where they were gathered.
    private int[] waiting = NO_ROWS;
    private int waitingIndex;
    private int waitingCount;

    Read(SlaveSession session, PlanReads plan) {
        this.slave = session.slave();
        this.plan = plan;
        slot = slave.stamps().newSlot();
        stop = new StopSignal(session, slave.clock());
        frames = new ReplyFrames(slave.ledger());
    }

    /**
     * Begins a query; the request's bytes stay until this returns. What is thrown was not foreseen, and then this read must
     * be closed and not used again.
     */
    Outcome start(FrameHeaderDecoder header, QueryRequestDecoder request, DirectBuffer buffer, Replies replies) {
        startNs = replies.hasOneClock() ? request.sentNs() : slave.clock().nanoTime();
        stop.watch(header.queryId(), startNs + request.remainingDeadlineNs());
        attempt = header.attempt();
        matchingCount = -1;
        frames.begin();
        frames.credit(request.rowCredit(), request.byteCredit());
        memoryBytes = Math.min(request.memoryBytes(), slave.settings().maxQueryBytes());

        slot.enter();
        try {
            final TablePart part = slave.part(queryPlan().tableName(), header.generationDigest());
            if (part == null) {
                return failWithoutPart(replies);
            }
            final BoundPart here = bind(part);
            bindParameters(here, request, buffer);
            open(here, request.keyHint(), header.keyEpoch());
            return turn(here, replies);
        } catch (BadValueException | BadPlanException e) {
            return fail(replies, ReplyCode.BAD_REQUEST, String.valueOf(e.getMessage()));
        } catch (ComputeException e) {
            return fail(replies, ReplyCode.BAD_VALUE, String.valueOf(e.getMessage()));
        } catch (MemoryLimitException e) {
            return fail(replies, ReplyCode.MEMORY_LIMIT, String.valueOf(e.getMessage()));
        }
    }

    /** Goes on where the credit ended; throws as {@link #start} does. */
    Outcome resume(MoreRequestDecoder request, Replies replies) {
        if (!slot.resume()) {
            return Outcome.EXPIRED;
        }
        final BoundPart here = bound;
        assert here != null;
        frames.credit(request.rowCredit(), request.byteCredit());
        try {
            return turn(here, replies);
        } catch (ComputeException e) {
            return fail(replies, ReplyCode.BAD_VALUE, String.valueOf(e.getMessage()));
        } catch (MemoryLimitException e) {
            return fail(replies, ReplyCode.MEMORY_LIMIT, String.valueOf(e.getMessage()));
        }
    }

    /** Ends a parked read that nobody will resume. */
    Outcome abandon() {
        if (!slot.resume()) {
            return Outcome.EXPIRED;
        }
        slot.leave();
        return Outcome.ENDED;
    }

    /** Frees what belongs to this read, which is at rest or expired. */
    void close() {
        slot.leave();
        slave.stamps().remove(List.of(slot));
        frames.close();
    }

    PlanReads plan() {
        return plan;
    }

    int attempt() {
        return attempt;
    }

    long sentCount() {
        return frames.sentCount();
    }

    private QueryPlan queryPlan() {
        return plan.plan();
    }

    /** The plan made ready for the part, which stays while the slot is announced. */
    private BoundPart bind(TablePart part) {
        BoundPart here = bound;
        if (here == null || here.part != part) {
            here = new BoundPart(queryPlan(), part, slave, stop);
            bound = here;
        }
        return here;
    }

    private static void bindParameters(BoundPart here, QueryRequestDecoder request, DirectBuffer buffer) {
        // Variable parts are read in the order they were written in.
        for (QueryRequestDecoder.ReplicasDecoder replica = request.replicas(); replica.hasNext(); ) {
            replica.next();
        }
        final int length = request.parametersLength();
        final int offset = request.limit() + QueryRequestDecoder.parametersHeaderLength();
        here.conditions.bind(buffer, offset, length);
    }

    private void open(BoundPart here, int keyHint, long keyEpoch) {
        waiting = batch;
        waitingIndex = 0;
        waitingCount = 0;
        // A sum of the largest limit and an offset is still no limit.
        wantedCount =
                Math.max(queryPlan().limit(), queryPlan().limit() + queryPlan().offset());
        if (here.conditions.isNothing()) {
            here.path.openNothing();
            cursor = null;
        } else {
            cursor = here.path.open(here.part.shelf(), keyHint, keyEpoch, rowsToRead(here));
        }
        if (queryPlan().isCount()) {
            matchingCount = cursor == null ? 0 : count(here, cursor);
        } else if (queryPlan().isOrdered() && cursor != null) {
            gather(here, cursor);
        }
    }

    /** How many matching rows will be read at most, if that is known before. */
    private long rowsToRead(BoundPart here) {
        if (queryPlan().isCount()) {
            return here.conditions.hasRest() ? Long.MAX_VALUE : ReadPath.COUNTED;
        }
        return queryPlan().isOrdered() || here.conditions.hasRest() ? Long.MAX_VALUE : wantedCount;
    }

    private Outcome turn(BoundPart here, Replies replies) {
        if (!queryPlan().isCount() && !sendRows(here, here.projection(), replies)) {
            slot.park(stop.deadlineNs());
            return Outcome.PARKED;
        }
        final ReplyCode raised = stop.raised();
        if (raised != null) {
            final String why = raised == ReplyCode.CANCELLED ? "the query was cancelled" : "the deadline passed";
            return fail(replies, raised, "%s after %,d rows were examined".formatted(why, here.path.rowsExamined()));
        }
        final long elapsedNs = slave.clock().nanoTime() - startNs;
        if (queryPlan().isCount()) {
            replies.end(frames, here.path, matchingCount, elapsedNs);
        } else {
            frames.end(here.projection(), replies, here.path, elapsedNs);
        }
        slot.leave();
        return Outcome.ENDED;
    }

    /** Sends rows until the last ones are in the frame, or it is time to stop; false if the credit ended before. */
    private boolean sendRows(BoundPart here, Projection projection, Replies replies) {
        frames.open(projection, replies);
        while (stop.raised() == null) {
            final long wanted = wantedCount - frames.sentCount() - projection.rowCount();
            if (wanted == 0 || (waitingIndex == waitingCount && !nextBatch(here))) {
                break;
            }
            final int end = waitingIndex + (int) Math.min(waitingCount - waitingIndex, wanted);
            waitingIndex += frames.add(projection, here.slab, waiting, waitingIndex, end, replies);
            if (waitingIndex < end && !frames.send(projection, replies)) {
                return false;
            }
        }
        return true;
    }

    /** Puts the next confirmed rows into {@code waiting}; false when there are none, or it is time to stop. */
    private boolean nextBatch(BoundPart here) {
        final RowCursor rows = cursor;
        if (rows == null || waiting != batch) {
            return false;
        }
        waitingIndex = 0;
        waitingCount = nextConfirmed(here, rows);
        return waitingCount > 0;
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

    private long count(BoundPart here, RowCursor rows) {
        if (here.path.hasCount() && here.path.isServedWhole() && !here.conditions.hasRest()) {
            return here.path.count();
        }
        long total = 0;
        for (int count = nextConfirmed(here, rows); count > 0; count = nextConfirmed(here, rows)) {
            total += count;
        }
        return total;
    }

    private void gather(BoundPart here, RowCursor rows) {
        gathered.begin(wantedCount, memoryBytes);
        for (int count = nextConfirmed(here, rows); count > 0; count = nextConfirmed(here, rows)) {
            gathered.add(here.slab, here.order, batch, count);
        }
        gathered.end(here.slab, here.order);
        waiting = gathered.rows();
        waitingCount = gathered.count();
    }

    private Outcome failWithoutPart(Replies replies) {
        final String table = queryPlan().tableName();
        final int slaveId = slave.settings().slaveId();
        return slave.hasTable(table)
                ? fail(replies, ReplyCode.OTHER_GENERATION, "slave " + slaveId + " has another generation of " + table)
                : fail(replies, ReplyCode.UNKNOWN_TABLE, "slave " + slaveId + " has no table " + table);
    }

    private Outcome fail(Replies replies, ReplyCode code, String message) {
        slot.leave();
        replies.error(code, message);
        return Outcome.ENDED;
    }
}
