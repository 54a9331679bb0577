package io.keyfarm.slave;

import io.keyfarm.query.plan.PlanId;
import io.keyfarm.query.plan.QueryPlan;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The plans that a slave was sent. Forgetting is safe: a farmer is asked for whatever is missing. On any thread. */
final class KnownPlans {
    private final Map<PlanId, QueryPlan> plans = new ConcurrentHashMap<>();
    private final int most;

    KnownPlans(int most) {
        this.most = most;
    }

    @Nullable
    QueryPlan find(PlanId id) {
        return plans.get(id);
    }

    void learn(QueryPlan plan) {
        if (plans.size() >= most) {
            plans.clear();
        }
        plans.put(plan.id(), plan);
    }
}
