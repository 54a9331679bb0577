package io.keyfarm.farmer;

import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.PartialGroups;
import io.keyfarm.query.plan.Plan;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.BatchReplyDecoder;
import io.keyfarm.wire.sbe.EndReplyDecoder;
import io.keyfarm.wire.sbe.ErrorReplyDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.PlanRequestDecoder;
import io.keyfarm.wire.sbe.RowsReplyDecoder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One thread's way to ask queries. Belongs to the thread that uses it, as do the prepared queries and rows that come of
 * it; many threads take many sessions.
 */
public final class Session implements FrameListener, AutoCloseable {
    /** Query ids are fetched from the farmer in runs, so that sessions do not meet at one counter. */
    private static final int QUERY_ID_RUN = 1 << 16;

    private final Farmer farmer;
    private final Channels channels;
    private final OpenChannel[] open;
    private final List<PreparedQuery> prepared = new ArrayList<>();
    private final List<PreparedFlow> flows = new ArrayList<>();
    /** Runs under way: one beside the others, so that where there is but one, as mostly, no map is written. */
    private final Long2ObjectHashMap<QueryRun> runs = new Long2ObjectHashMap<>();

    private @Nullable QueryRun onlyRun;
    private long onlyQueryId;

    private @Nullable BatchAsker asking;
    private long askingQueryId;

    private final FrameHeaderDecoder header = new FrameHeaderDecoder();
    private final RowsReplyDecoder rowsReply = new RowsReplyDecoder();
    private final EndReplyDecoder endReply = new EndReplyDecoder();
    private final ErrorReplyDecoder errorReply = new ErrorReplyDecoder();

    private long nextQueryId;
    private long queryIdLimit;
    private boolean closed;

    Session(Farmer farmer, Channels channels) {
        this.farmer = farmer;
        this.channels = channels;
        open = openChannels();
    }

    private OpenChannel[] openChannels() {
        final OpenChannel[] opened = new OpenChannel[channels.count()];
        for (int i = 0; i < opened.length; i++) {
            opened[i] = channels.open(i, this);
        }
        return opened;
    }

    /**
     * Whether there is a query of this plan. Rows are read in a slave's frame, which serves one query of a plan after another:
     * two of them read at once need ends of their own.
     */
    private boolean isPrepared(QueryPlan plan) {
        return prepared.stream().anyMatch(query -> query.plan().equals(plan));
    }

    /** Compiles the query; the same words compile to the same plan. */
    public PreparedQuery prepare(Query query) {
        return prepare(query.compile());
    }

    /**
     * Takes a compiled plan.
     *
     * @throws BadValueException if its answer would be states of groups, which mean nothing before they are put together
     */
    public PreparedQuery prepare(QueryPlan plan) {
        if (plan.isGrouped()) {
            throw new BadValueException("plan " + plan.id()
                    + " is what slaves are sent for a part of a flow, and nothing to be asked by itself");
        }
        return prepareRead(plan);
    }

    /** As {@link #prepare}, also of what slaves answer in part. */
    PreparedQuery prepareRead(QueryPlan plan) {
        if (closed) {
            throw new IllegalStateException("this session is closed");
        }
        farmer.catalogue().require(plan.tableName());
        final PreparedQuery query = isPrepared(plan)
                ? new PreparedQuery(this, plan, openChannels(), true)
                : new PreparedQuery(this, plan, open, false);
        prepared.add(query);
        return query;
    }

    /**
     * Takes a plan that was submitted.
     *
     * @throws io.keyfarm.rows.BadValueException if there is no plan with this id
     */
    public Prepared prepare(PlanId id) {
        return prepare(farmer.plans().require(id).plan());
    }

    /** Takes a compiled plan of either kind. */
    public Prepared prepare(Plan plan) {
        return plan instanceof QueryPlan query ? prepare(query) : prepare((FlowPlan) plan);
    }

    /**
     * Takes what the name means, now and at each run to come.
     *
     * @throws io.keyfarm.rows.BadValueException if there is no alias of this name
     */
    public NamedQuery prepare(String alias) {
        return new NamedQuery(this, alias);
    }

    /** Compiles a query of several steps. */
    public PreparedFlow prepare(Flow flow) {
        return prepare(flow.compile());
    }

    /** Takes a compiled plan of several steps. */
    public PreparedFlow prepare(FlowPlan plan) {
        return prepare(plan, PartialGroups.of(plan));
    }

    /** As {@link #prepare(FlowPlan)}, but slaves send all rows, and none groups them: the same answer, to compare with. */
    public PreparedFlow prepareShipping(FlowPlan plan) {
        return prepare(plan, PartialGroups.none(plan));
    }

    private PreparedFlow prepare(FlowPlan plan, PartialGroups partials) {
        final PreparedFlow flow = new PreparedFlow(this, plan, partials);
        flows.add(flow);
        return flow;
    }

    /** Closes what was prepared here, and the slaves' ends. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (final PreparedFlow flow : List.copyOf(flows)) {
            flow.close();
        }
        for (final PreparedQuery query : List.copyOf(prepared)) {
            query.close();
        }
        for (final OpenChannel channel : open) {
            channel.close();
        }
    }

    @Override
    public void onFrame(Link replyTo, DirectBuffer buffer, int offset, int length) {
        header.wrap(buffer, offset);
        if (asking != null && header.queryId() == askingQueryId) {
            onBatchFrame(asking, buffer, offset, length);
            return;
        }
        final QueryRun run = run(header.queryId());
        if (run == null || header.farmerIncarnation() != farmer.settings().incarnation()) {
            return; // An answer to a query that has ended, as after a resend.
        }
        final int body = offset + FrameHeaderDecoder.ENCODED_LENGTH;
        switch (header.templateId()) {
            case RowsReplyDecoder.TEMPLATE_ID -> {
                rowsReply.wrap(buffer, body, header.blockLength(), header.version());
                final boolean ends = header.flags().ends();
                if (ends) {
                    final int behindRows = offset + Frames.rowsLength(rowsReply);
                    endReply.wrap(buffer, behindRows, EndReplyDecoder.BLOCK_LENGTH, header.version());
                }
                run.onRows(header, rowsReply, ends ? endReply : null, buffer, offset);
            }
            case EndReplyDecoder.TEMPLATE_ID -> {
                endReply.wrap(buffer, body, header.blockLength(), header.version());
                run.onEnd(header, endReply);
            }
            case ErrorReplyDecoder.TEMPLATE_ID -> {
                errorReply.wrap(buffer, body, header.blockLength(), header.version());
                run.onError(header, errorReply);
            }
            case PlanRequestDecoder.TEMPLATE_ID -> run.onPlanRequest(header);
            default -> {
                // A frame for slaves: whoever sent it here did not mean us.
            }
        }
    }

    /** The answer to a batch; whatever else comes instead, it is asked anew in another way. */
    private void onBatchFrame(BatchAsker batch, DirectBuffer buffer, int offset, int length) {
        if (header.farmerIncarnation() != farmer.settings().incarnation()) {
            return;
        }
        if (header.templateId() == BatchReplyDecoder.TEMPLATE_ID) {
            batch.onReply(header.channel(), buffer, offset, length);
        } else if (header.templateId() == PlanRequestDecoder.TEMPLATE_ID) {
            batch.onPlanRequest(header.channel());
        }
    }

    /** Looks after the timers of the queries under way; answers how many had something to do. */
    int doWork() {
        final long nowNs = farmer.clock().nanoTime();
        int workCount = onlyRun == null ? 0 : onlyRun.doWork(nowNs);
        for (final QueryRun run : runs.values()) {
            workCount += run.doWork(nowNs);
        }
        return workCount;
    }

    /** Lets time pass for a query that waits. */
    void await() {
        channels.await();
        doWork();
    }

    private long newQueryId() {
        if (nextQueryId == queryIdLimit) {
            nextQueryId = farmer.reserveQueryIds(QUERY_ID_RUN);
            queryIdLimit = nextQueryId + QUERY_ID_RUN;
        }
        return nextQueryId++;
    }

    /** Frames for this batch come from now on until {@link #endBatch}, within the calls that ask for them. */
    long begin(BatchAsker batch) {
        assert asking == null;
        asking = batch;
        askingQueryId = newQueryId();
        return askingQueryId;
    }

    void endBatch() {
        asking = null;
    }

    long begin(QueryRun run) {
        final long queryId = newQueryId();
        if (onlyRun == null) {
            onlyRun = run;
            onlyQueryId = queryId;
        } else {
            runs.put(queryId, run);
        }
        return queryId;
    }

    void end(long queryId) {
        if (queryId == onlyQueryId) {
            onlyRun = null;
        } else {
            runs.remove(queryId);
        }
    }

    private @Nullable QueryRun run(long queryId) {
        return queryId == onlyQueryId ? onlyRun : runs.get(queryId);
    }

    void forget(PreparedQuery query) {
        prepared.remove(query);
        if (closed || prepared.stream().anyMatch(other -> other.plan().equals(query.plan()))) {
            return;
        }
        for (final OpenChannel channel : open) {
            channel.forget(query.plan().id());
        }
    }

    void forget(PreparedFlow flow) {
        flows.remove(flow);
    }

    OpenChannel[] channels() {
        return open;
    }

    Farmer farmer() {
        return farmer;
    }
}
