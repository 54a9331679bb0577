package io.keyfarm.key.advice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which key to build next, and when.
 *
 * <pre>
 *   advisor     would like state.zip, name and make.year            one change at a time:
 *   kept        name, colour                                        + state.zip                 saved up 80 of 60: due
 *                                                                   + make.year for colour      saved up 20 of 60
 * </pre>
 *
 * A change adds one key that is wanted and, where there is no room, lets those go which are not wanted and lose least. Each has a
 * {@link RentAccount} over what was asked lately. What is decided depends on nothing but what was said to the policy. For one
 * thread.
 */
public final class GrowthPolicy {
    private static final int TURNS_A_BUILD = 50;

    private final RentTerms terms;
    private final AskedHistory history = new AskedHistory();
    private final Map<String, Heat> heats = new HashMap<>();
    private double work;

    /** How often a key was built, and when that was counted. */
    private record Heat(double builds, double atWork, double buildCost) {}

    public GrowthPolicy(RentTerms terms) {
        this.terms = terms;
    }

    /**
     * These queries were asked.
     *
     * @param kept the keys that were there
     * @param counts by the names that the workload's costs have for them
     * @param queryWork what they cost
     * @param buildCost of a key of average size: time is cut into fiftieths of it
     */
    public void onAsked(Set<String> kept, Map<String, Double> counts, double queryWork, double buildCost) {
        history.add(kept, counts, queryWork, buildCost / TURNS_A_BUILD);
        work += queryWork;
    }

    /** How often each query was asked of late: while queries have cost so much. */
    public Map<String, Double> asked(double withinWork) {
        return history.within(withinWork);
    }

    /** A key was built. */
    public void onBuilt(String key, double buildCost) {
        heats.put(key, new Heat(heat(key) + 1, work, buildCost));
    }

    private double heat(String key) {
        final Heat heat = heats.get(key);
        return heat == null
                ? 0
                : heat.builds * Math.pow(0.5, (work - heat.atWork) / (terms.heatHalfLife() * heat.buildCost));
    }

    /**
     * The changes that lead from the keys there are to those wanted, the nearest to being due first.
     *
     * @param kept keys there are; those the costs do not know serve nothing, and are the first to go
     * @param wanted some sets of keys that would be good to have
     * @param buildCost by key, above 0
     */
    public List<KeyChange> changes(
            WorkloadCost costs,
            KeyBudget budget,
            Set<String> kept,
            Collection<? extends Collection<String>> wanted,
            ToDoubleFunction<String> buildCost) {
        final RentPaid rent = new RentPaid(costs, history.turns(), kept);
        final Set<String> seen = new LinkedHashSet<>(kept);
        final List<KeyChange> changes = new ArrayList<>();
        for (final Collection<String> target : wanted) {
            for (final String key : target) {
                final int index = costs.find(key);
                if (index >= 0 && !budget.isForbidden(key) && seen.add(key)) {
                    final KeyChange change = change(rent, index, budget, target, buildCost.applyAsDouble(key));
                    if (change != null) {
                        changes.add(change);
                    }
                }
            }
        }
        changes.sort(Comparator.comparingDouble((KeyChange it) -> -it.fill()).thenComparing(KeyChange::key));
        return changes;
    }

    /** A key that has to go because there is less room than the keys take; null if there is enough, or all are pinned. */
    public @Nullable String excess(WorkloadCost costs, KeyBudget budget, Set<String> kept) {
        final Selection now = Selection.of(costs, kept);
        if (now.bytes() <= budget.maxBytes() && now.count() <= budget.maxKeys()) {
            return null;
        }
        final int goer = leastMissed(now, -1, budget, Set.of());
        return goer < 0 ? null : costs.key(goer);
    }

    /** Null where there is no room, whatever goes. */
    private @Nullable KeyChange change(
            RentPaid rent, int key, KeyBudget budget, Collection<String> target, double buildCost) {
        final WorkloadCost costs = rent.costs();
        final Selection then = new Selection(costs);
        then.copyFrom(rent.now());
        then.add(key);
        final List<String> leaving = new ArrayList<>();
        while (then.bytes() > budget.maxBytes() || then.count() > budget.maxKeys()) {
            final int goer = leastMissed(then, key, budget, target);
            if (goer < 0) {
                return null;
            }
            then.remove(goer);
            leaving.add(costs.key(goer));
        }
        final RentAccount account = new RentAccount(terms, buildCost);
        rent.fill(account, then);
        return new KeyChange(
                costs.key(key), leaving, account.balance(), account.price(heat(costs.key(key)), !leaving.isEmpty()));
    }

    /** Of the keys that are not wanted; −1 if all are. */
    private static int leastMissed(Selection then, int comer, KeyBudget budget, Collection<String> target) {
        int least = -1;
        double leastLoss = Double.POSITIVE_INFINITY;
        for (final int key : then.keys()) {
            final String name = then.costs.key(key);
            if (key != comer && !budget.isPinned(name) && !target.contains(name)) {
                final double loss = then.loss(key);
                if (loss < leastLoss) {
                    least = key;
                    leastLoss = loss;
                }
            }
        }
        return least;
    }
}
