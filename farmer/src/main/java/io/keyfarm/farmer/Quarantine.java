package io.keyfarm.farmer;

import io.keyfarm.query.plan.PlanId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps plans from slaves that they have failed on too often: by something thrown that nobody foresaw, not by a deadline,
 * a limit or values that do not fit. A plan stays here until it is released.
 *
 * <p>Thread-safe. Whoever asks takes no lock, and as long as no plan is here asking costs one read.
 */
public final class Quarantine {
    /** Beyond so many plans that failed, the one that did so first is forgotten, a quarantined one last. */
    private static final int MAX_PLANS = 1024;

    private static final System.Logger LOG = System.getLogger(Quarantine.class.getName());

    private final int failureLimit;
    /** In the order of their first failures; guarded by this. */
    private final Map<PlanId, Integer> failureCounts = new LinkedHashMap<>();

    private volatile Map<PlanId, String> reasons = Map.of();

    Quarantine(int failureLimit) {
        this.failureLimit = failureLimit;
    }

    /** The plans that are refused now, each with what is said of it. */
    public Map<PlanId, String> reasons() {
        return reasons;
    }

    /** How often the plan has failed on slaves, since it was released if it ever was. */
    public synchronized int failureCount(PlanId id) {
        return failureCounts.getOrDefault(id, 0);
    }

    /** Lets the plan run again, its failures forgotten; answers whether it was here. */
    public synchronized boolean release(PlanId id) {
        failureCounts.remove(id);
        final Map<PlanId, String> left = new HashMap<>(reasons);
        final boolean wasHere = left.remove(id) != null;
        reasons = Map.copyOf(left);
        return wasHere;
    }

    /** @throws QueryException with the reason, if the plan is here */
    void requireFree(PlanId id) {
        final Map<PlanId, String> refused = reasons;
        if (refused.isEmpty()) {
            return;
        }
        final String reason = refused.get(id);
        if (reason != null) {
            throw new QueryException(FailureCode.QUARANTINED, reason);
        }
    }

    synchronized void onFailure(PlanId id, String message) {
        if (reasons.containsKey(id)) {
            return; // A run that had begun before.
        }
        makeRoom();
        final int count = failureCounts.merge(id, 1, Integer::sum);
        if (count < failureLimit) {
            return;
        }
        final String reason = "quarantined: plan %s failed on a slave %d times, the last time with %s"
                .formatted(id, count, message.length() > 500 ? message.substring(0, 500) + "…" : message);
        final Map<PlanId, String> more = new HashMap<>(reasons);
        more.put(id, reason);
        reasons = Map.copyOf(more);
        LOG.log(System.Logger.Level.WARNING, reason);
    }

    private void makeRoom() {
        if (failureCounts.size() < MAX_PLANS) {
            return;
        }
        for (final Iterator<PlanId> ids = failureCounts.keySet().iterator(); ids.hasNext(); ) {
            if (!reasons.containsKey(ids.next())) {
                ids.remove();
                return;
            }
        }
        release(failureCounts.keySet().iterator().next());
    }
}
