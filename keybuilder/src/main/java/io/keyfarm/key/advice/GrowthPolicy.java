package io.keyfarm.key.advice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
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
    /** A query that costs so many times as much has lost its key. */
    private static final double LOST = 10;
    /** Such a heat is forgotten. */
    private static final double COLD = 0.01;

    private final RentTerms terms;
    private final AskedHistory history = new AskedHistory();
    private final Map<String, Heat> heats = new HashMap<>();
    private double work;

    /** How often a query lost its key, or a key could not be built, fading; and when that was counted. */
    private record Heat(double times, double atWork, double buildCost) {}

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

    /** How often each query was asked among the last so many. */
    public Map<String, Double> last(double queries) {
        return history.last(queries);
    }

    /**
     * The keys that were there while the remembered queries were asked. The costs that {@link #changes} is given must know them:
     * else what those queries paid is not known, and is held to have been dear.
     */
    public Set<String> remembered() {
        return history.turns().stream()
                .flatMap(turn -> turn.kept().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Keys came or went. A query that lost its key is remembered: building one for it again is dearer, whichever key it is, and the
     * dearer the more often that happened. So two workloads that take turns stop taking each other's keys.
     */
    public void onChanged(WorkloadCost costs, Set<String> before, Set<String> after, double buildCost) {
        final Selection then = Selection.of(costs, before);
        final Selection now = Selection.of(costs, after);
        for (int query = 0; query < costs.queryCount(); query++) {
            if (now.cost(query) > LOST * then.cost(query)) {
                heat(costs.query(query), buildCost);
            }
        }
    }

    /** A key could not be built: it is dearer from now on. */
    public void onFailed(String key, double buildCost) {
        heat(key, buildCost);
    }

    private void heat(String name, double buildCost) {
        heats.keySet().removeIf(it -> heat(it) < COLD);
        heats.put(name, new Heat(heat(name) + 1, work, buildCost));
    }

    private double heat(String name) {
        final Heat heat = heats.get(name);
        return heat == null
                ? 0
                : heat.times * Math.pow(0.5, (work - heat.atWork) / (terms.heatHalfLife() * heat.buildCost));
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
            Collection<WantedKeys> wanted,
            ToDoubleFunction<String> buildCost) {
        final RentPaid rent = new RentPaid(costs, history.turns(), kept);
        final Set<String> seen = new HashSet<>();
        final List<KeyChange> changes = new ArrayList<>();
        for (final WantedKeys target : wanted) {
            for (final String key : target.keys()) {
                if (costs.find(key) >= 0 && !kept.contains(key) && !budget.isForbidden(key)) {
                    final KeyChange change = change(rent, key, budget, kept, target, buildCost.applyAsDouble(key));
                    if (change != null && seen.add(key + change.leaving())) {
                        changes.add(change);
                    }
                }
            }
        }
        changes.sort(Comparator.comparingDouble((KeyChange it) -> -it.fill()).thenComparing(KeyChange::key));
        final Set<String> nearest = new LinkedHashSet<>();
        changes.removeIf(it -> !nearest.add(it.key()));
        return changes;
    }

    /** A key that has to go because there is less room than the keys take; null if there is enough, or all are pinned. */
    public @Nullable String excess(WorkloadCost costs, KeyBudget budget, Set<String> kept) {
        final Selection now = Selection.of(costs, new TableLimits(costs, budget), kept);
        if (budget.admits(now)) {
            return null;
        }
        final int goer = leastMissed(now, "", budget, Set.of());
        return goer < 0 ? null : costs.key(goer);
    }

    /** Null where there is no room, whatever goes. */
    private @Nullable KeyChange change(
            RentPaid rent, String key, KeyBudget budget, Set<String> kept, WantedKeys target, double buildCost) {
        final List<String> next = new ArrayList<>(kept);
        next.add(key);
        final Selection then = Selection.of(target.asked(), new TableLimits(target.asked(), budget), next);
        final List<String> leaving = new ArrayList<>();
        while (!budget.admits(then)) {
            final int goer = leastMissed(then, key, budget, target.keys());
            if (goer < 0) {
                return null;
            }
            then.remove(goer);
            leaving.add(then.costs.key(goer));
        }
        next.removeAll(leaving);
        final RentAccount account = new RentAccount(terms, buildCost);
        final double heat = heat(key) + rent.fill(account, next, this::heat);
        return new KeyChange(key, leaving, account.balance(), account.price(heat, !leaving.isEmpty()));
    }

    /** Of the keys that are not wanted; −1 if all are. */
    private static int leastMissed(Selection then, String comer, KeyBudget budget, Collection<String> target) {
        int least = -1;
        double leastLoss = Double.POSITIVE_INFINITY;
        for (final int key : then.keys()) {
            final String name = then.costs.key(key);
            final boolean mayGo = !name.equals(comer) && !budget.isPinned(name) && !target.contains(name);
            if (mayGo && budget.isRelievedBy(then, key)) {
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
