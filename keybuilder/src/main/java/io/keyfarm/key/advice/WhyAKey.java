package io.keyfarm.key.advice;

import java.util.Locale;

/** Says in a sentence what a chosen key is there for. */
final class WhyAKey {
    private final Selection chosen;
    private final WorkloadCost costs;
    private final double costWithout;
    private final double allWeight;
    /** By query: the way it takes, or −1. */
    private final int[] taken;

    WhyAKey(Selection chosen, double costWithout) {
        this.chosen = chosen;
        this.costWithout = costWithout;
        costs = chosen.costs;
        taken = new int[costs.queryCount()];
        double weight = 0;
        for (int query = 0; query < taken.length; query++) {
            taken[query] = chosen.openWay(query);
            weight += costs.weight(query);
        }
        allWeight = weight;
    }

    ProposedKey explain(int key, boolean isPinned) {
        double weight = 0;
        double saved = 0;
        int queries = 0;
        int most = -1;
        for (final int way : costs.waysOf(key)) {
            final int query = costs.queryOf(way);
            if (taken[query] != way) {
                continue;
            }
            queries++;
            weight += costs.weight(query);
            saved += costs.saving(way);
            most = most < 0 || costs.saving(way) > costs.saving(most) ? way : most;
        }
        return new ProposedKey(
                costs.key(key), costs.bytes(key), weight, saved, why(key, isPinned, queries, weight, most));
    }

    private String why(int key, boolean isPinned, int queries, double weight, int most) {
        final String pinned = isPinned ? "pinned; " : "";
        if (most < 0) {
            return pinned + "no query takes it";
        }
        final int query = costs.queryOf(most);
        final double cost = Math.max(1e-9, costWithout - chosen.saved());
        return String.format(
                Locale.ROOT,
                "%sserves %s with %s of the weight, above all '%s', which costs %s instead of %s%s; without it all would"
                        + " cost %s times as much",
                pinned,
                queries == 1 ? "1 query" : queries + " queries",
                KeyProposal.percent(allWeight == 0 ? 0 : weight / allWeight),
                costs.query(query),
                costs.inWords(costs.cost(query, most)),
                costs.inWords(costs.cost(query, -1)),
                costs.keysOf(most).length > 1 ? " together with another key" : "",
                times((cost + chosen.loss(key)) / cost));
    }

    private static String times(double factor) {
        return String.format(Locale.ROOT, factor < 10 ? "%.2f" : "%,.0f", factor);
    }
}
