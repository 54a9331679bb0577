package io.keyfarm.slave;

import io.keyfarm.query.eval.Projection;
import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.GroupActivity;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.wire.KeyHint;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable KeyEnds ends;
    private final Slave slave;
    private final ParameterBlock parameters;
    private final Projection projection;
    private final RowBatch states;
    private int handedOver;

    /** @param table whose fields have been checked against the plan's */
    GroupedRows(QueryPlan plan, RecordLayout table, Slave slave, StopSignal stop) {
        this.slave = slave;
        memory = new FlowMemory(slave.ledger(), 0);
        source = new MatchedRows(table);
        // Whoever draws from the part asks whether to stop, and there is no other source of rows.
        steps = new GroupPipeline(plan, source, memory);
        groups = steps.groups();
        ends = steps.ends(stop);
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

    /** Begins with what the matches find, who are opened where the ends of keys do not say it all. */
    void begin(Matches matches, BoundPart here, FrameHeaderDecoder header, int keyHint, long memoryBytes) {
        memory.limitTo(memoryBytes);
        // Whoever wants a scan wants no key.
        if (ends != null && keyHint != KeyHint.SCAN && ends.open(here, slave)) {
            here.path.take(ends);
            source.drawFrom(ends, here);
        } else {
            matches.open(here, keyHint, header.keyEpoch(), memoryBytes);
            source.drawFrom(matches, here);
        }
        groups.numberFrom((long) header.channel() << CHANNEL_SHIFT);
        states.begin(here.slab.heapBases());
        handedOver = 0;
        groups.begin();
    }

    /** Sends states until the last ones are in the frame, or it is time to stop; false if the credit ended before. */
    boolean send(StopSignal stop, ReplyFrames frames, Replies replies) {
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
            if (handedOver < states.count() && !frames.send(projection, replies, false)) {
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
