package io.keyfarm.farmer;

import io.keyfarm.query.plan.Plan;
import io.keyfarm.query.plan.PlanId;

/** A plan that was submitted, and what its runs came to since. */
public final class RegisteredPlan {
    final RunCounters counters = new RunCounters();
    private final Plan plan;

    RegisteredPlan(Plan plan) {
        this.plan = plan;
    }

    public PlanId id() {
        return plan.id();
    }

    public Plan plan() {
        return plan;
    }

    /** Of queries prepared since the plan was submitted, by its id, by a name or from the same words. */
    public RunCounts counts() {
        return counters.counts();
    }

    @Override
    public String toString() {
        return plan.id() + " " + plan;
    }
}
