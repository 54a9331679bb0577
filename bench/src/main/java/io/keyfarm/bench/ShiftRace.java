package io.keyfarm.bench;

import io.keyfarm.bench.WorkRace.Grown;
import io.keyfarm.bench.WorkRace.Growth;
import io.keyfarm.key.KeySpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How soon an engine that grows its keys is as fast as it could be, after all queries have changed. The first workload of the
 * pool is what it knows; each other one is a shift.
 */
final class ShiftRace {
    static final int SHIFTS = 8;

    private static final int BEFORE = 1_500;
    private static final int AFTER = 3_000;
    private static final int WINDOW = 100;
    private static final int LEARNED_FROM = 400;
    private static final double SHARE = 0.95;

    private final AskPool pool;
    private final long seed;
    private final Medians queries = new Medians();
    private double leastAfter = Double.POSITIVE_INFINITY;

    ShiftRace(AskPool pool, long seed) {
        this.pool = pool;
        this.seed = seed;
    }

    void run(Growth growth, PrintWriter out) throws IOException {
        out.printf(
                "%d shifts, each after %,d queries, over %,d rows%n%n",
                SHIFTS, BEFORE, pool.table().rowCount());
        for (int shift = 1; shift <= SHIFTS; shift++) {
            final Traces traces = new Traces(seed + shift, AskPool.TEMPLATES, AskPool.ASKS);
            final int[] known = traces.of(0, BEFORE);
            final int[] next = traces.of(shift, AFTER);
            final int[] trace = Arrays.copyOf(known, BEFORE + AFTER);
            System.arraycopy(next, 0, trace, BEFORE, AFTER);
            final double[] bestNs = bestNs(next, traces.of(shift, LEARNED_FROM));
            final double[] ns = new double[trace.length];
            final TraceCost cost;
            try (Grown grown = growth.open(pool, AskPool.KEPT)) {
                cost = new EngineTrace(pool, grown.farm(), grown.table()).run(trace, grown.tuner(), ns);
            }
            final double[] after = Arrays.copyOfRange(ns, BEFORE, ns.length);
            final int reached = Convergence.queriesTo(SHARE, bestNs, after, WINDOW);
            final double share = reached == after.length
                    ? Convergence.share(bestNs, after, AFTER - WINDOW, AFTER)
                    : Convergence.share(bestNs, after, reached, AFTER);
            queries.add(reached);
            leastAfter = Math.min(leastAfter, share);
            out.printf(
                    "shift %d (seed %d): 95 %% after %,d queries, then %.3f of the best; %d builds%n",
                    shift, seed + shift, reached, share, cost.builds());
            out.flush();
        }
        out.println();
    }

    /** By the four keys that are best for these queries, of those that an advisor sees for them and for some more. */
    private double[] bestNs(int[] next, int[] more) {
        final Set<KeySpec> candidates = new LinkedHashSet<>(pool.advised(next));
        candidates.addAll(pool.advised(more));
        final List<double[]> keys = new ArrayList<>();
        PeriodicAdvice.best(pool, List.copyOf(candidates), next, AskPool.KEPT)
                .forEach(key -> keys.add(pool.costs(key)));
        return Arrays.stream(next)
                .mapToDouble(
                        place -> keys.stream().mapToDouble(ns -> ns[place]).reduce(pool.scanNs()[place], Math::min))
                .toArray();
    }

    void addTo(Report report) {
        report.add(Figure.lower(
                "shift.queriesTo95", queries.median(), "queries", "the best keys for them; median of 8", 900, 500));
        report.add(Figure.higher("shift.after", leastAfter, "of the best", "the worst of 8 shifts", 0.95, 0.95));
    }
}
