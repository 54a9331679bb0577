package io.keyfarm.slave;

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

    private final SlaveSession session;
    private final Slave slave;
    private final PlanReads plan;
    private final ReadSlot slot;
    private final StopSignal stop;
    private final ReplyFrames frames;
    private final Matches matches;

    private @Nullable BoundPart bound;

    private long startNs;
    private int attempt;
    private long memoryBytes;
    private long matchingCount;
    /** As how many queries this one was counted; 0 where others were counted for it. */
    private long weight;

    Read(SlaveSession session, PlanReads plan) {
        this.session = session;
        this.slave = session.slave();
        this.plan = plan;
        slot = slave.stamps().newSlot();
        stop = new StopSignal(session, slave.clock());
        frames = new ReplyFrames(slave.ledger());
        matches = new Matches(plan.plan(), stop);
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
            weight = here.tally == null ? 0 : here.tally.onQuery(here.conditions);
            open(here, header, request.keyHint());
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
        leave();
        return Outcome.ENDED;
    }

    /** Frees what belongs to this read, which is at rest or expired. */
    void close() {
        weight = 0;
        leave();
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
            here = new BoundPart(queryPlan(), part, session, stop);
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
        if (here.grouped != null) {
            here.grouped.bind(buffer, offset, length);
        }
    }

    private void open(BoundPart here, FrameHeaderDecoder header, int keyHint) {
        if (here.grouped != null) {
            here.grouped.begin(matches, here, header, keyHint, memoryBytes);
            return;
        }
        matches.open(here, keyHint, header.keyEpoch(), memoryBytes);
        if (queryPlan().isCount()) {
            matchingCount = matches.count(here);
        }
    }

    private Outcome turn(BoundPart here, Replies replies) {
        if (!queryPlan().isCount() && !send(here, replies)) {
            slot.park(stop.deadlineNs());
            return Outcome.PARKED;
        }
        final ReplyCode raised = stop.raised();
        if (raised != null) {
            final String why = raised == ReplyCode.CANCELLED ? "the query was cancelled" : "the deadline passed";
            return fail(replies, raised, "%s after %,d rows were examined".formatted(why, here.rowsExamined()));
        }
        final long elapsedNs = slave.clock().nanoTime() - startNs;
        if (queryPlan().isCount()) {
            replies.end(frames, here, matchingCount, elapsedNs);
        } else {
            frames.end(here.projection(), replies, here, elapsedNs);
        }
        leave();
        return Outcome.ENDED;
    }

    private boolean send(BoundPart here, Replies replies) {
        final GroupedRows grouped = here.grouped;
        return grouped == null ? sendRows(here, here.projection(), replies) : grouped.send(stop, frames, replies);
    }

    /** Sends rows until the last ones are in the frame, or it is time to stop; false if the credit ended before. */
    private boolean sendRows(BoundPart here, Projection projection, Replies replies) {
        frames.open(projection, replies);
        while (stop.raised() == null) {
            final long wanted = matches.wantedCount() - frames.sentCount() - projection.rowCount();
            if (wanted == 0 || (matches.isEmpty() && !matches.next(here))) {
                break;
            }
            final int from = matches.from();
            final int end = from + (int) Math.min(matches.to() - from, wanted);
            matches.take(frames.add(projection, here.slab, matches.rows(), from, end, replies));
            if (matches.from() < end && !frames.send(projection, replies, here.isWholeInOrder())) {
                return false;
            }
        }
        return true;
    }

    private Outcome failWithoutPart(Replies replies) {
        final String table = queryPlan().tableName();
        final int slaveId = slave.settings().slaveId();
        return slave.hasTable(table)
                ? fail(replies, ReplyCode.OTHER_GENERATION, "slave " + slaveId + " has another generation of " + table)
                : fail(replies, ReplyCode.UNKNOWN_TABLE, "slave " + slaveId + " has no table " + table);
    }

    private Outcome fail(Replies replies, ReplyCode code, String message) {
        leave();
        replies.error(code, message);
        return Outcome.ENDED;
    }

    /** Holds nothing any more, neither the part nor what was made of its rows. */
    private void leave() {
        final BoundPart here = bound;
        if (weight > 0 && here != null) {
            here.countUse(weight, weight * here.rowsExamined());
            weight = 0;
        }
        slot.leave();
        if (here != null && here.grouped != null) {
            here.grouped.close();
        }
    }
}
