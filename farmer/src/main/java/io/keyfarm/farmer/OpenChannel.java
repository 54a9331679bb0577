package io.keyfarm.farmer;

import io.keyfarm.query.plan.PlanId;
import io.keyfarm.wire.link.Link;
import java.util.List;

/**
 * One session's ways to the slaves of one channel, which all hold the same rows: any of them may answer.
 *
 * @param slaves at least one, at most {@link io.keyfarm.wire.Frames#MAX_REPLICAS}
 */
public record OpenChannel(List<SlaveWay> slaves) {
    public OpenChannel {
        slaves = List.copyOf(slaves);
    }

    /** A channel of one slave. */
    public static OpenChannel of(SlaveWay slave) {
        return new OpenChannel(List.of(slave));
    }

    /** The way to its first slave. */
    Link link() {
        return slaves.get(0).link();
    }

    /** Makes its slaves stop the query; from any thread. */
    void interrupt(long queryId) {
        for (final SlaveWay slave : slaves) {
            slave.interrupt().accept(queryId);
        }
    }

    /** No query of this plan is open any more. */
    void forget(PlanId plan) {
        slaves.forEach(slave -> slave.forget().accept(plan));
    }

    void close() {
        slaves.forEach(slave -> slave.closing().run());
    }
}
