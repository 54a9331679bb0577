package io.keyfarm.slave;

import io.keyfarm.query.plan.QueryPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One session's reads of one plan: those at rest are used again, so that a query allocates nothing. */
final class PlanReads {
    private final SlaveSession session;
    private final QueryPlan plan;
    private final List<Read> all = new ArrayList<>();
    private final List<Read> resting = new ArrayList<>();
    /** One more at rest, so that where there is but one, as mostly, no list changes. */
    private @Nullable Read ready;

    private @Nullable BatchRead batch;
    private @Nullable Fetch fetch;

    PlanReads(SlaveSession session, QueryPlan plan) {
        this.session = session;
        this.plan = plan;
    }

    QueryPlan plan() {
        return plan;
    }

    Read take() {
        final Read it = ready;
        if (it != null) {
            ready = null;
            return it;
        }
        if (!resting.isEmpty()) {
            return resting.remove(resting.size() - 1);
        }
        final Read fresh = new Read(session, this);
        all.add(fresh);
        return fresh;
    }

    void giveBack(Read read) {
        if (ready == null) {
            ready = read;
        } else {
            resting.add(read);
        }
    }

    /** What reads many bindings at once; there is but one, for it is at rest when it has answered. */
    BatchRead batch() {
        BatchRead it = batch;
        if (it == null) {
            it = new BatchRead(session, plan);
            batch = it;
        }
        return it;
    }

    /** What reads rows by number; there is but one, as of {@link #batch}. */
    Fetch fetch() {
        Fetch it = fetch;
        if (it == null) {
            it = new Fetch(session, plan);
            fetch = it;
        }
        return it;
    }

    /** Drops what reads many bindings, which cannot be used again. */
    void forgetBatch() {
        if (fetch != null) {
            fetch.close();
            fetch = null;
        }
        if (batch != null) {
            batch.close();
            batch = null;
        }
    }

    /** Drops a read that cannot be used again. */
    void forget(Read read) {
        all.remove(read);
        read.close();
    }

    void close() {
        all.forEach(Read::close);
        all.clear();
        resting.clear();
        ready = null;
        forgetBatch();
    }
}
