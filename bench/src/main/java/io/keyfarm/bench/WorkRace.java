package io.keyfarm.bench;

import io.keyfarm.Keyfarm;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.query.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Four traces: what queries and builds come to, over the best schedule in hindsight, which is executed in the same run.
 * Beside it no keys, the rules of thumb by the clock, and advice at a fixed period, all replayed in counted work.
 */
final class WorkRace implements AutoCloseable {
    static final int QUERIES = 20_000;
    private static final int LEARNED_FROM = 400;

    /** Opens an engine that grows its keys by itself. */
    @FunctionalInterface
    interface Growth {
        /** @param keys at most so many are kept */
        Grown open(AskPool pool, int keys) throws IOException;
    }

    /** Such an engine, with the pool's rows in a table, and who turns its growing. */
    record Grown(Keyfarm farm, Table table, Tuner tuner) implements AutoCloseable {
        @Override
        public void close() {
            tuner.close();
            farm.close();
        }
    }

    private final AskPool pool;
    private final Traces traces;
    private final List<KeySpec> advised;
    private final Keyfarm farm;
    private final Table table;
    private final PrintWriter out;

    WorkRace(AskPool pool, long seed, PrintWriter out) throws IOException {
        this.pool = pool;
        this.out = out;
        traces = new Traces(seed, AskPool.TEMPLATES, AskPool.ASKS);
        advised = advised();
        farm = GrownKeys.without();
        table = farm.load(new SlabRows(pool.table().slab(), 0, pool.table().rowCount()));
    }

    /** Four for each workload. */
    private List<KeySpec> advised() {
        final Set<KeySpec> keys = new LinkedHashSet<>();
        for (int workload = 0; workload < Traces.WORKLOADS; workload++) {
            keys.addAll(pool.advised(traces.of(workload, LEARNED_FROM)));
        }
        return List.copyOf(keys);
    }

    void run(Report report, Growth growth, List<String> names) throws IOException {
        out.printf(
                "Work of %,d queries over %,d rows, builds at %.0f ns a row, over that of the best schedule in hindsight%n%n",
                QUERIES, pool.table().rowCount(), pool.buildNsARow());
        out.printf(
                "%-8s %9s %7s %8s %7s %9s %9s %9s %9s %9s   %s%n",
                "", "best ms", "builds", "grown", "builds", "no keys", "freq.", "+10-1", "score", "period", "CPU ms");
        for (final String name : names) {
            run(report, growth, name, trace(name));
        }
        out.println();
    }

    private int[] trace(String name) {
        return switch (name) {
            case "steady" -> traces.steady(QUERIES);
            case "shift" -> traces.shift(QUERIES);
            case "flap" -> traces.flap(QUERIES);
            default -> traces.drift(QUERIES);
        };
    }

    private void run(Report report, Growth growth, String name, int[] trace) throws IOException {
        final TraceCost ours;
        final Set<KeySpec> keys = new LinkedHashSet<>(advised);
        try (Grown grown = growth.open(pool, AskPool.KEPT)) {
            ours = new EngineTrace(pool, grown.farm(), grown.table())
                    .run(trace, grown.tuner(), new double[trace.length]);
            for (final KeyCandidate key : grown.tuner().built()) {
                if (key.kind().isSorted()) {
                    keys.add(key.spec());
                }
            }
        }
        // So hindsight can do at least what was done.
        final List<KeySpec> candidates = PeriodicAdvice.best(pool, List.copyOf(keys), trace, Hindsight.MAX_KEYS);
        final TraceCost best = hindsight(trace, candidates);
        final double ratio = ours.ns() / best.ns();
        out.printf("%-8s %9.1f %7d %8.3f %7d", name, best.ns() / 1e6, best.builds(), ratio, ours.builds());
        out.flush();
        printOthers(trace, best, candidates);
        out.printf("   best %,.0f, grown %,.0f%n", best.cpuNs() / 1e6, ours.cpuNs() / 1e6);
        out.flush();
        report.add(Figure.lower("work." + name, ratio, "times", "the best schedule in hindsight", 1.2, 1.1));
        if (name.equals("flap")) {
            final double builds = ours.builds() * 2_000.0 / trace.length;
            report.add(Figure.lower("flap.buildsPer2000", builds, "builds", "two workloads, by turns", 1, 1));
        }
    }

    private void printOthers(int[] trace, TraceCost best, List<KeySpec> candidates) {
        for (final KeyPolicy policy : List.of(
                KeyPolicy.none(),
                new ClockRule(pool, new FrequencyOrder()),
                new ClockRule(pool, new TenForAUse(1)),
                new ClockRule(pool, new QueryScore(field -> Integer.BYTES)),
                new PeriodicAdvice(pool, candidates))) {
            out.printf(" %9.2f", TraceCost.replay(pool, trace, policy).ns() / best.ns());
            out.flush();
        }
    }

    private TraceCost hindsight(int[] trace, List<KeySpec> candidates) {
        final double[][] keyNs = candidates.stream().map(pool::costs).toArray(double[][]::new);
        final int[] schedule = new Hindsight(candidates.size(), AskPool.KEPT, pool.buildNs())
                .schedule(Traces.epochs(trace), pool.scanNs(), keyNs);
        try (ScheduledKeys keys = new ScheduledKeys(farm, table.name(), candidates, schedule)) {
            return new EngineTrace(pool, farm, table).run(trace, keys, new double[trace.length]);
        }
    }

    @Override
    public void close() {
        farm.close();
    }
}
