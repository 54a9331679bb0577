package io.keyfarm.key.advice;

import java.util.Arrays;

/** Puts out each key that another, no larger one of the same table replaces for every query: an exact search need not look at it. */
final class Dominance {
    private Dominance() {}

    static void putOut(WorkloadCost costs, TableLimits limits, byte[] states) {
        for (int key = 0; key < states.length; key++) {
            if (states[key] == SavingBound.FREE && isReplaced(costs, limits, states, key)) {
                states[key] = SavingBound.OUT;
            }
        }
    }

    private static boolean isReplaced(WorkloadCost costs, TableLimits limits, byte[] states, int key) {
        final int[] ways = costs.waysOf(key);
        if (ways.length == 0) {
            return true;
        }
        if (Arrays.stream(ways).anyMatch(way -> costs.keysOf(way).length > 1)) {
            return false;
        }
        // Whoever replaces it is among the keys of its first query.
        final int query = costs.queryOf(ways[0]);
        for (int way = costs.wayStart(query); way < costs.wayStart(query + 1); way++) {
            final int other = costs.keysOf(way)[0];
            if (other != key
                    && costs.keysOf(way).length == 1
                    && states[other] != SavingBound.OUT
                    && costs.bytes(other) <= costs.bytes(key)
                    && limits.tableOf(other) == limits.tableOf(key)
                    && replaces(costs, other, key)) {
                return true;
            }
        }
        return false;
    }

    private static boolean replaces(WorkloadCost costs, int other, int key) {
        for (final int way : costs.waysOf(key)) {
            if (saving(costs, other, costs.queryOf(way)) < costs.saving(way)) {
                return false;
            }
        }
        return true;
    }

    private static double saving(WorkloadCost costs, int key, int query) {
        for (final int way : costs.waysOf(key)) {
            if (costs.queryOf(way) == query && costs.keysOf(way).length == 1) {
                return costs.saving(way);
            }
        }
        return 0;
    }
}
