package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/**
 * What a trace came to.
 *
 * @param queriesNs counted work of all queries
 * @param buildsNs rows built, at what a row of a key costs
 * @param cpuNs processor time, where it was executed and not replayed
 */
record TraceCost(double queriesNs, double buildsNs, int builds, long cpuNs) {
    double ns() {
        return queriesNs + buildsNs;
    }

    /**
     * By the executed costs of the pool: a query takes the cheapest of the keys that are there.
     *
     * @param costs by place, of each key
     */
    static TraceCost replay(AskPool pool, int[] trace, KeyPolicy policy, Function<KeySpec, double[]> costs) {
        double queriesNs = 0;
        int builds = 0;
        Set<KeySpec> there = Set.of();
        for (final int place : trace) {
            final Collection<KeySpec> keys = policy.keys();
            double least = pool.scanNs()[place];
            for (final KeySpec key : keys) {
                builds += there.contains(key) ? 0 : 1;
                least = Math.min(least, costs.apply(key)[place]);
            }
            if (there.size() != keys.size() || !there.containsAll(keys)) {
                there = new HashSet<>(keys);
            }
            queriesNs += least;
            policy.onQuery(place);
        }
        return new TraceCost(queriesNs, builds * pool.buildNs(), builds, 0);
    }
}
