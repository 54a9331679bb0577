package io.keyfarm.bench;

import io.keyfarm.Keyfarm;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.query.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * Four traces: what queries and builds come to, over the best schedule in hindsight, which is executed in the same run.
 * Beside it no keys, the rules of thumb by the clock, and advice at a fixed period, all replayed in counted work.
 */
final class WorkRace {
    static final int QUERIES = 20_000;
    private static final int LEARNED_FROM = 400;
    /** So many costs of a trace come from one race. */
    private static final int RACED = 3;

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
    private final PrintWriter out;

    WorkRace(AskPool pool, long seed, PrintWriter out) {
        this.pool = pool;
        this.out = out;
        traces = new Traces(seed, AskPool.TEMPLATES, AskPool.ASKS);
        advised = advised();
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
        final List<Callable<List<TraceCost>>> races = new ArrayList<>();
        for (final int[] trace : names.stream().map(this::trace).toList()) {
            races.add(() -> race(growth, trace));
            races.add(() -> rules(trace));
        }
        final List<TraceCost> raced = new ArrayList<>();
        final Iterator<String> name = names.iterator();
        SideBySide.run(races, costs -> {
            raced.addAll(costs);
            if (raced.size() > RACED) {
                add(report, name.next(), raced);
                raced.clear();
            }
        });
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

    /** As keys grew, at best, and with the best keys of each period. */
    private List<TraceCost> race(Growth growth, int[] trace) throws IOException {
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
        final KeyPolicy period = new PeriodicAdvice(pool, candidates);
        return List.of(ours, hindsight(trace, candidates), TraceCost.replay(pool, trace, period, pool::costs));
    }

    /** Without keys, and by the rules of thumb. */
    private List<TraceCost> rules(int[] trace) {
        return Stream.of(
                        KeyPolicy.none(),
                        new ClockRule(pool, new FrequencyOrder()),
                        new ClockRule(pool, new TenForAUse(1)),
                        new ClockRule(pool, new QueryScore(field -> Integer.BYTES)))
                .map(policy -> TraceCost.replay(pool, trace, policy, pool::roughCosts))
                .toList();
    }

    private void add(Report report, String name, List<TraceCost> raced) {
        final TraceCost ours = raced.get(0);
        final TraceCost best = raced.get(1);
        final double ratio = ours.ns() / best.ns();
        out.printf("%-8s %9.1f %7d %8.3f %7d", name, best.ns() / 1e6, best.builds(), ratio, ours.builds());
        raced.subList(RACED, raced.size()).forEach(it -> out.printf(" %9.2f", it.ns() / best.ns()));
        out.printf(
                " %9.2f   best %,.0f, grown %,.0f%n",
                raced.get(2).ns() / best.ns(), best.cpuNs() / 1e6, ours.cpuNs() / 1e6);
        out.flush();
        report.add(Figure.lower("work." + name, ratio, "times", "the best schedule in hindsight", 1.2, 1.1));
        if (name.equals("flap")) {
            final double builds = ours.builds() * 2_000.0 / QUERIES;
            report.add(Figure.lower("flap.buildsPer2000", builds, "builds", "two workloads, by turns", 1, 1));
        }
    }

    private TraceCost hindsight(int[] trace, List<KeySpec> candidates) throws IOException {
        final double[][] keyNs = candidates.stream().map(pool::costs).toArray(double[][]::new);
        final int[] schedule = new Hindsight(candidates.size(), AskPool.KEPT, pool.buildNs())
                .schedule(Traces.epochs(trace), pool.scanNs(), keyNs);
        try (Keyfarm farm = GrownKeys.without()) {
            final Table table =
                    farm.load(new SlabRows(pool.table().slab(), 0, pool.table().rowCount()));
            try (ScheduledKeys keys = new ScheduledKeys(farm, table.name(), candidates, schedule)) {
                return new EngineTrace(pool, farm, table).run(trace, keys, new double[trace.length]);
            }
        }
    }
}
