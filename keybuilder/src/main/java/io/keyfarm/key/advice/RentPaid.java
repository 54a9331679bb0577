package io.keyfarm.key.advice;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What the queries of each turn have cost, by the keys that were there then and by those there are now: what a change would have
 * saved is held against the cheaper. A key that left lately would have saved nothing while it was there; and what another
 * key saves by now is not saved twice.
 */
final class RentPaid {
    private final WorkloadCost costs;
    private final List<AskedHistory.Turn> turns;
    private final Map<String, Integer> queries = new HashMap<>();
    private final Map<Set<String>, double[]> paid = new HashMap<>();

    RentPaid(WorkloadCost costs, List<AskedHistory.Turn> turns, Set<String> kept) {
        this.costs = costs;
        this.turns = turns;
        for (int query = 0; query < costs.queryCount(); query++) {
            if (costs.weight(query) > 0) {
                queries.put(costs.query(query), query);
            }
        }
        final double[] nowCosts = queryCosts(Selection.of(costs, kept));
        for (final AskedHistory.Turn turn : turns) {
            paid.computeIfAbsent(turn.kept(), then -> cheaper(queryCosts(Selection.of(costs, then)), nowCosts));
        }
    }

    /** What each query costs by these keys. */
    private double[] queryCosts(Selection keys) {
        final double[] of = new double[costs.queryCount()];
        for (final int query : queries.values()) {
            of[query] = keys.cost(query);
        }
        return of;
    }

    private static double[] cheaper(double[] one, double[] other) {
        for (int i = 0; i < one.length; i++) {
            one[i] = Math.min(one[i], other[i]);
        }
        return one;
    }

    /**
     * Keeps the account of changing to these keys, from the first turn on.
     *
     * @param heat of each query
     * @return the mean heat of what it would have saved
     */
    double fill(RentAccount account, Collection<String> then, ToDoubleFunction<String> heat) {
        final double[] after = queryCosts(Selection.of(costs, then));
        double heated = 0;
        double allSaved = 0;
        for (final AskedHistory.Turn turn : turns) {
            final double[] before = paid.getOrDefault(turn.kept(), after);
            double work = 0;
            double saved = 0;
            for (final Map.Entry<String, Double> asked : turn.counts().entrySet()) {
                final Integer query = queries.get(asked.getKey());
                if (query != null) {
                    final double its = asked.getValue() * (before[query] - after[query]);
                    work += asked.getValue() * before[query];
                    saved += its;
                    allSaved += Math.max(0, its);
                    heated += Math.max(0, its) * heat.applyAsDouble(asked.getKey());
                }
            }
            account.onQueries(work, saved);
        }
        return allSaved == 0 ? 0 : heated / allSaved;
    }
}
