package io.keyfarm.slave;

import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.BatchRequestDecoder;
import io.keyfarm.wire.sbe.CancelRequestDecoder;
import io.keyfarm.wire.sbe.FetchRequestDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.MoreRequestDecoder;
import io.keyfarm.wire.sbe.PlanReplyDecoder;
import io.keyfarm.wire.sbe.QueryRequestDecoder;
import io.keyfarm.wire.sbe.ReplyCode;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One reading thread's way to a slave: takes the frames of one farmer session and answers them on the spot.
 *
 * <p>Frames must arrive on one thread at a time. The one exception is {@link #interrupt}.
 */
public final class SlaveSession implements FrameListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SlaveSession.class.getName());
    private static final long NONE = Long.MIN_VALUE;
    private static final String GONE =
            "the query is not open here any more; it was closed at its deadline, or the slave restarted";

    private final Slave slave;
    private final Replies replies;
    private final Tallies.OfSession tallies;
    private final FrameHeaderDecoder header = new FrameHeaderDecoder();
    private final QueryRequestDecoder queryRequest = new QueryRequestDecoder();
    private final BatchRequestDecoder batchRequest = new BatchRequestDecoder();
    private final FetchRequestDecoder fetchRequest = new FetchRequestDecoder();
    private final MoreRequestDecoder moreRequest = new MoreRequestDecoder();
    private final PlanReplyDecoder planReply = new PlanReplyDecoder();

    /** By the lower half of the plan's id; the upper half is compared. */
    private final Long2ObjectHashMap<PlanReads> reads = new Long2ObjectHashMap<>();

    /** Of the last request: the next one is mostly of the same plan. */
    private @Nullable PlanReads lastReads;

    private final Long2ObjectHashMap<Read> parked = new Long2ObjectHashMap<>();

    /** What answers the frame at hand; left behind when something is thrown on the way. */
    private @Nullable Read atWork;

    private @Nullable PlanReads batchAtWork;

    private volatile long interruptedQueryId = NONE;
    private boolean closed;

    SlaveSession(Slave slave) {
        this.slave = slave;
        this.replies = new Replies(slave.settings());
        tallies = new Tallies.OfSession(slave.tallies());
    }

    @Override
    public void onFrame(Link replyTo, DirectBuffer buffer, int offset, int length) {
        header.wrap(buffer, offset);
        try {
            take(replyTo, buffer, offset);
        } catch (RuntimeException | Error e) {
            onUnforeseen(e);
        }
    }

    private void take(Link replyTo, DirectBuffer buffer, int offset) {
        final int body = offset + FrameHeaderDecoder.ENCODED_LENGTH;
        switch (header.templateId()) {
            case QueryRequestDecoder.TEMPLATE_ID -> {
                queryRequest.wrap(buffer, body, header.blockLength(), header.version());
                replies.begin(replyTo, buffer, offset);
                onQuery(buffer);
            }
            case MoreRequestDecoder.TEMPLATE_ID -> {
                moreRequest.wrap(buffer, body, header.blockLength(), header.version());
                replies.begin(replyTo, buffer, offset);
                onMore();
            }
            case BatchRequestDecoder.TEMPLATE_ID -> {
                batchRequest.wrap(buffer, body, header.blockLength(), header.version());
                replies.begin(replyTo, buffer, offset);
                onBatch(buffer);
            }
            case FetchRequestDecoder.TEMPLATE_ID -> {
                fetchRequest.wrap(buffer, body, header.blockLength(), header.version());
                replies.begin(replyTo, buffer, offset);
                onFetch(buffer);
            }
            case CancelRequestDecoder.TEMPLATE_ID -> onCancel();
            case PlanReplyDecoder.TEMPLATE_ID -> {
                planReply.wrap(buffer, body, header.blockLength(), header.version());
                replies.begin(replyTo, buffer, offset);
                onPlan(buffer);
            }
            default -> {
                // A frame for farmers: whoever sent it here did not mean us.
            }
        }
    }

    /** Makes the query stop at its next look, if it is being read now; from any thread. */
    public void interrupt(long queryId) {
        interruptedQueryId = queryId;
    }

    /** Frees what reading this plan took here; none of its queries is open. On the session's own thread. */
    public void forget(PlanId id) {
        final PlanReads known = reads.get(id.low());
        if (known != null && known.plan().id().equals(id)) {
            lastReads = null;
            reads.remove(id.low());
            parked.values().removeIf(read -> read.plan() == known);
            known.close();
        }
    }

    /** Ends what this session has open. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (final PlanReads plan : reads.values()) {
            plan.close();
        }
        reads.clear();
        lastReads = null;
        parked.clear();
        tallies.close();
    }

    boolean isInterrupted(long queryId) {
        return interruptedQueryId == queryId;
    }

    Slave slave() {
        return slave;
    }

    /** Where what is asked of the table is counted; null if nowhere. */
    @Nullable
    SessionTally tally(TableSchema schema) {
        return tallies.of(schema);
    }

    private void onQuery(DirectBuffer buffer) {
        final Read stale = parked.isEmpty() ? null : parked.remove(header.queryId());
        if (stale != null) {
            abandon(stale); // An earlier attempt that the farmer gave up.
        }
        final PlanReads plan = planReads(queryRequest.boundIdHigh(), queryRequest.boundIdLow());
        if (plan == null) {
            replies.askForPlan(queryRequest.boundIdHigh(), queryRequest.boundIdLow());
            return;
        }
        final Read read = plan.take();
        atWork = read;
        turn(read, read.start(header, queryRequest, buffer, replies));
    }

    private void onBatch(DirectBuffer buffer) {
        final PlanReads plan = planReads(batchRequest.boundIdHigh(), batchRequest.boundIdLow());
        if (plan == null) {
            replies.askForPlan(batchRequest.boundIdHigh(), batchRequest.boundIdLow());
            return;
        }
        batchAtWork = plan;
        plan.batch().answer(header, batchRequest, buffer, replies);
        batchAtWork = null;
    }

    private void onFetch(DirectBuffer buffer) {
        final PlanReads plan = planReads(fetchRequest.boundIdHigh(), fetchRequest.boundIdLow());
        if (plan == null) {
            replies.askForPlan(fetchRequest.boundIdHigh(), fetchRequest.boundIdLow());
            return;
        }
        batchAtWork = plan;
        plan.fetch().answer(header, fetchRequest, buffer, replies);
        batchAtWork = null;
    }

    private void onMore() {
        final Read read = parked.get(header.queryId());
        if (read == null || read.attempt() != header.attempt() || read.sentCount() != moreRequest.position()) {
            replies.error(ReplyCode.UNKNOWN_QUERY, GONE);
            return;
        }
        parked.remove(header.queryId());
        atWork = read;
        turn(read, read.resume(moreRequest, replies));
    }

    private void turn(Read read, Read.Outcome outcome) {
        atWork = null;
        switch (outcome) {
            case ENDED -> read.plan().giveBack(read);
            case PARKED -> parked.put(header.queryId(), read);
            case EXPIRED -> {
                read.plan().forget(read);
                replies.error(ReplyCode.UNKNOWN_QUERY, GONE);
            }
        }
    }

    /**
     * One query's misfortune must not be that of the others: the read that met it is dropped with its memory and its
     * announcement, the farmer is told, and the next frame is answered as ever. The stack has unwound to here, and what
     * a full heap was full of is garbage by now, so that an Error is no other than an exception.
     */
    private void onUnforeseen(Throwable e) {
        final Read read = atWork;
        atWork = null;
        if (read != null) {
            read.plan().forget(read);
        }
        final PlanReads batch = batchAtWork;
        batchAtWork = null;
        if (batch != null) {
            batch.forgetBatch();
        }
        final PlanReads plan = read == null ? batch : read.plan();
        final String doing = plan == null ? "a frame" : "plan " + plan.plan().id();
        try {
            LOG.log(System.Logger.Level.ERROR, "slave " + slave.settings().slaveId() + " failed at " + doing, e);
        } finally {
            if (header.templateId() != CancelRequestDecoder.TEMPLATE_ID) { // which nobody waits for an answer to
                replies.error(ReplyCode.FAILED, e.toString());
            }
        }
    }

    private void abandon(Read read) {
        if (read.abandon() == Read.Outcome.EXPIRED) {
            read.plan().forget(read);
        } else {
            read.plan().giveBack(read);
        }
    }

    private void onCancel() {
        final Read read = parked.remove(header.queryId());
        if (read != null) {
            abandon(read);
        }
    }

    private void onPlan(DirectBuffer buffer) {
        final int length = planReply.planLength();
        final int offset = planReply.limit() + PlanReplyDecoder.planHeaderLength();
        try {
            final QueryPlan plan = QueryPlan.decode(buffer, offset, length);
            if (plan.id().high() == planReply.boundIdHigh() && plan.id().low() == planReply.boundIdLow()) {
                slave.plans().learn(plan);
                return;
            }
            replies.error(ReplyCode.BAD_PLAN, "the plan that came is " + plan.id() + ", not the one it was sent as");
        } catch (BadValueException | BadPlanException e) {
            replies.error(ReplyCode.BAD_PLAN, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable PlanReads planReads(long idHigh, long idLow) {
        final PlanReads last = lastReads;
        if (last != null && last.plan().id().low() == idLow && last.plan().id().high() == idHigh) {
            return last;
        }
        lastReads = findPlanReads(idHigh, idLow);
        return lastReads;
    }

    private @Nullable PlanReads findPlanReads(long idHigh, long idLow) {
        final PlanReads known = reads.get(idLow);
        if (known != null && known.plan().id().high() == idHigh) {
            return known;
        }
        final QueryPlan plan = slave.plans().find(new PlanId(idHigh, idLow));
        if (plan == null) {
            return null;
        }
        final PlanReads fresh = new PlanReads(this, plan);
        final PlanReads before = reads.put(idLow, fresh);
        if (before != null) {
            before.close();
        }
        return fresh;
    }
}
