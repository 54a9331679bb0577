package io.keyfarm.slave;

import io.keyfarm.query.eval.Projection;
import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.GroupActivity;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.RecordLayout;
import org.agrona.DirectBuffer;

/**
 * The rows of one part that match, on their way through a plan's steps to the states of its groups.
 *
 * <pre>
 *   matches ─► filter ─► transform ─► groups ─► reply frames       until the credit is spent: park
 *   where they stand     a batch at a time └─► counted against the query's memory on this slave
 * </pre>
 *
 * Groups hold copies, so that nothing of them lies in the part. Reused from query to query; belongs to one thread.
 */
final class GroupedRows implements AutoCloseable {
    /** Rows of different channels are numbered apart: no slave has so many on one. */
    private static final int CHANNEL_SHIFT = 44;

    private final FlowMemory memory;
    private final MatchedRows source;
    private final GroupPipeline steps;
    private final GroupActivity groups;
    private final ParameterBlock parameters;
    private final Projection projection;
    private final RowBatch states;
    private int handedOver;

    /** @param table whose fields have been checked against the plan's */
    GroupedRows(QueryPlan plan, RecordLayout table, Slave slave) {
        memory = new FlowMemory(slave.ledger(), 0);
        source = new MatchedRows(table);
        // Whoever draws from the part asks whether to stop, and there is no other source of rows.
        steps = new GroupPipeline(plan, source, memory);
        groups = steps.groups();
        parameters = new ParameterBlock(plan);
        projection = Projection.ofWholeRows(groups.layout());
        states = new RowBatch(groups.layout());
    }

    /** Of the states, as they travel. */
    Projection projection() {
        return projection;
    }

    /** Takes the parameters of the query that begins; they need not stay. */
    void bind(DirectBuffer buffer, int offset, int length) {
        parameters.wrap(buffer, offset, length);
        steps.bind(parameters);
    }

    /** Begins with what the matches, which are open, will find. */
    void begin(Matches matches, BoundPart here, long memoryBytes, int channel) {
        memory.limitTo(memoryBytes);
        source.drawFrom(matches, here);
        groups.numberFrom((long) channel << CHANNEL_SHIFT);
        states.begin(here.slab.heapBases());
        handedOver = 0;
        groups.begin();
    }

    /** Sends states until the last ones are in the frame, or it is time to stop; false if the credit ended before. */
    boolean send(io.keyfarm.slave.StopSignal stop, ReplyFrames frames, Replies replies) {
        frames.open(projection, replies);
        while (true) {
            if (handedOver == states.count()) {
                handedOver = 0;
                final int count = groups.next(states);
                // What was drawn until it was time to stop is not all, whatever came of it.
                if (count == 0 || stop.raised() != null) {
                    return true;
                }
            }
            handedOver += frames.add(projection, states, handedOver, replies);
            if (handedOver < states.count() && !frames.send(projection, replies)) {
                return false;
            }
        }
    }

    /** Frees what the groups hold. */
    @Override
    public void close() {
        groups.close();
    }
}
