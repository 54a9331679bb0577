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
import java.util.concurrent.Callable;

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

    /** A workload that takes over from the first, and the keys that an advisor sees for it. */
    private record Shift(int workload, int[] known, int[] next, Set<KeySpec> candidates) {}

    private record Outcome(int workload, int reached, double share, int builds) {}

    void run(Growth growth, PrintWriter out) throws IOException {
        out.printf(
                "%d shifts, each after %,d queries, over %,d rows%n%n",
                SHIFTS, BEFORE, pool.table().rowCount());
        final List<Callable<Outcome>> shifts = new ArrayList<>();
        for (int workload = 1; workload <= SHIFTS; workload++) {
            final Shift shift = shift(workload);
            shifts.add(() -> run(growth, shift));
        }
        SideBySide.run(shifts, it -> add(it, out));
        out.println();
    }

    private Shift shift(int workload) {
        final Traces traces = new Traces(seed + workload, AskPool.TEMPLATES, AskPool.ASKS);
        final int[] known = traces.of(0, BEFORE);
        final int[] next = traces.of(workload, AFTER);
        final Set<KeySpec> candidates = new LinkedHashSet<>(pool.advised(next));
        candidates.addAll(pool.advised(traces.of(workload, LEARNED_FROM)));
        return new Shift(workload, known, next, candidates);
    }

    private Outcome run(Growth growth, Shift shift) throws IOException {
        final double[] bestNs = bestNs(shift);
        final int[] trace = Arrays.copyOf(shift.known(), BEFORE + AFTER);
        System.arraycopy(shift.next(), 0, trace, BEFORE, AFTER);
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
        return new Outcome(shift.workload(), reached, share, cost.builds());
    }

    private void add(Outcome it, PrintWriter out) {
        queries.add(it.reached());
        leastAfter = Math.min(leastAfter, it.share());
        out.printf(
                "shift %d (seed %d): 95 %% after %,d queries, then %.3f of the best; %d builds%n",
                it.workload(), seed + it.workload(), it.reached(), it.share(), it.builds());
        out.flush();
    }

    /** By the four keys that are best for these queries, of those that an advisor sees for them and for some more. */
    private double[] bestNs(Shift shift) {
        final List<double[]> keys = new ArrayList<>();
        PeriodicAdvice.best(pool, List.copyOf(shift.candidates()), shift.next(), AskPool.KEPT)
                .forEach(key -> keys.add(pool.costs(key)));
        return Arrays.stream(shift.next())
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
