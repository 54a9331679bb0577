package io.keyfarm.farmer;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.MemoryLedger;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/** Knows the tables and the compiled plans, and opens sessions. Thread-safe. */
public final class Farmer {
    private final FarmerSettings settings;
    private final NanoClock clock;
    private final MemoryLedger ledger;
    private final CostModel costs;
    private final Catalogue catalogue = new Catalogue();
    private final Map<PlanId, QueryPlan> plans = new ConcurrentHashMap<>();
    private final AtomicLong nextQueryId = new AtomicLong(1);

    public Farmer(FarmerSettings settings, NanoClock clock, MemoryLedger ledger, CostModel costs) {
        this.settings = settings;
        this.clock = clock;
        this.ledger = ledger;
        this.costs = costs;
    }

    public Catalogue catalogue() {
        return catalogue;
    }

    /** A session for one thread. */
    public Session openSession(Channels channels) {
        return new Session(this, channels);
    }

    void learn(QueryPlan plan) {
        plans.put(plan.id(), plan);
    }

    @Nullable
    QueryPlan plan(PlanId id) {
        return plans.get(id);
    }

    /** A run of so many query ids that no other session uses. */
    long reserveQueryIds(int count) {
        return nextQueryId.getAndAdd(count);
    }

    FarmerSettings settings() {
        return settings;
    }

    NanoClock clock() {
        return clock;
    }

    MemoryLedger ledger() {
        return ledger;
    }

    CostModel costs() {
        return costs;
    }
}
