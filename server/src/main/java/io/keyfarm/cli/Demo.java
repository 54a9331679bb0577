package io.keyfarm.cli;

import io.keyfarm.GrowthMode;
import io.keyfarm.KeyEvent;
import io.keyfarm.Keyfarm;
import io.keyfarm.farmer.Prepared;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.RunReport;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.Tpch;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.Plan;
import io.keyfarm.query.plan.QueryPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Loads tables, asks all queries without keys, asks them again and again while keys grow, then once more with the keys, and
 * compares.
 *
 * <p>Each time the queries are asked twice over: first all of them for their answers, which also warms the JVM up for
 * both sides alike, then each again and again for its time.
 */
final class Demo {
    private static final List<String> TABLES = List.of("nation", "customer", "orders", "part", "lineitem");
    private static final String LINE = "  %-40s %8s %10s %10s %9s   %s";
    /** An answer takes microseconds or many milliseconds: it is asked for until this much time has passed. */
    private static final long MEASURE_NS = 100_000_000;
    /** The median of fewer is chance, unless that takes {@link #PATIENCE_NS}. */
    private static final int MIN_RUNS = 3;

    private static final int MAX_RUNS = 5_000;
    private static final long PATIENCE_NS = 1_000_000_000;
    /** Keys have grown when none came for so long. */
    private static final long SETTLED_NS = 1_500_000_000;

    private static final long MOST_GROWING_NS = 60_000_000_000L;

    private final Keyfarm farm;
    private final PrintWriter out;
    private final LongSupplier nanoClock;
    private final Map<String, Table> tables = new HashMap<>();
    private final List<Answer> scanned = new ArrayList<>();
    private final List<Long> scanNs = new ArrayList<>();

    Demo(Keyfarm farm, PrintWriter out, LongSupplier nanoClock) {
        this.farm = farm;
        this.out = out;
        this.nanoClock = nanoClock;
    }

    /** About what rows and keys will take. */
    static long estimatedBytes(double scale) {
        final long rowBytes = TABLES.stream()
                .mapToLong(name -> Tpch.table(name, scale).estimatedBytes())
                .sum();
        return rowBytes + rowBytes / 2;
    }

    void load(double scale, LoadProgress progress) throws IOException {
        final long startNs = nanoClock.getAsLong();
        for (final String name : TABLES) {
            tables.put(name, farm.load(Tpch.table(name, scale), progress));
        }
        print(
                "loaded %,d rows of %d tables into %,d MB in %.1f s",
                farm.rowCount(), TABLES.size(), farm.memoryBytes() >> 20, secondsSince(startNs));
    }

    /** Asks without keys. */
    void scan() {
        farm.growth().mode(GrowthMode.OFF);
        try (Session session = farm.session()) {
            DemoQuery.ALL.forEach(query -> scanned.add(answer(session, query)));
            DemoQuery.ALL.forEach(query -> scanNs.add(medianNs(session, query)));
        }
    }

    /** Asks all queries in turn, over and over, while keys grow for them, and prints each as it comes. */
    void grow() {
        final long startNs = nanoClock.getAsLong();
        final long bytesBefore = farm.memoryBytes();
        final List<KeyEvent> seen = new ArrayList<>();
        int rounds = 0;
        long changedNs = startNs;
        print("");
        print("asking all of them in turn; nobody declares a key");
        farm.growth().mode(GrowthMode.BY_RENT);
        try (Session session = farm.session()) {
            long nowNs = startNs;
            while (nowNs - changedNs < SETTLED_NS && nowNs - startNs < MOST_GROWING_NS) {
                rounds++;
                DemoQuery.ALL.forEach(query -> ask(session, query));
                nowNs = nanoClock.getAsLong();
                final List<KeyEvent> events = farm.growth().history();
                for (final KeyEvent event : events.subList(Math.min(seen.size(), events.size()), events.size())) {
                    seen.add(event);
                    print("  %5.1f s  %s %s of %s", (nowNs - startNs) / 1e9, event.what(), event.key(), event.table());
                    print("           %s", event.why());
                    changedNs = nowNs;
                }
                changedNs = farm.growth().isUnderWay() ? nowNs : changedNs;
            }
        }
        farm.growth().mode(GrowthMode.OFF);
        print(
                "%d keys in another %,d MB after %,d rounds in %.1f s; %s",
                farm.keyCount(),
                (farm.memoryBytes() - bytesBefore) >> 20,
                rounds,
                secondsSince(startNs),
                farm.growth().report().certificate());
    }

    private void ask(Session session, DemoQuery query) {
        try (Prepared prepared = session.prepare(query.words().compile(this::table))) {
            query.bindings().forEach(binding -> run(prepared, binding).drain());
        }
    }

    /** Asks with keys, and prints both; answers how many answers differed from the full scan's. */
    int compare() {
        final List<Answer> keyed = new ArrayList<>();
        final List<Long> keyedNs = new ArrayList<>();
        try (Session session = farm.session()) {
            DemoQuery.ALL.forEach(query -> keyed.add(answer(session, query)));
            DemoQuery.ALL.forEach(query -> keyedNs.add(medianNs(session, query)));
        }
        int differences = 0;
        String table = "";
        for (int i = 0; i < DemoQuery.ALL.size(); i++) {
            final DemoQuery query = DemoQuery.ALL.get(i);
            if (!query.table().equals(table)) {
                table = query.table();
                print("");
                print(LINE, table, "rows", "scan", "keyed", "factor", "key used");
            }
            print(
                    LINE,
                    query.name(),
                    format("%,d", keyed.get(i).rowCount),
                    time(scanNs.get(i)),
                    time(keyedNs.get(i)),
                    format("%,.1f", (double) scanNs.get(i) / Math.max(1, keyedNs.get(i))),
                    String.join(", ", keyed.get(i).paths));
            if (!keyed.get(i).isSameAs(scanned.get(i))) {
                differences++;
                print(
                        "    DIFFERS: the full scan found %,d rows with digest %x, the key %,d with digest %x",
                        scanned.get(i).rowCount, scanned.get(i).digest, keyed.get(i).rowCount, keyed.get(i).digest);
            }
        }
        print("");
        print("Times are medians from the question to the last row, on one thread. A query asked with several values");
        print("has the rows of all of them, and the time of one. A query that counts has what it counted as its rows.");
        print("");
        print("checked %d queries against the full scan: %d differences", DemoQuery.ALL.size(), differences);
        return differences;
    }

    private Answer answer(Session session, DemoQuery query) {
        final Answer answer = new Answer();
        try (Prepared prepared = session.prepare(query.words().compile(this::table))) {
            for (final Map<String, Object> binding : query.bindings()) {
                final Rows rows = run(prepared, binding);
                while (rows.next()) {
                    answer.rowCount += isCount(prepared.plan()) ? rows.getLong(0) : 1;
                    answer.add(rows.digest(), prepared.isOrdered());
                }
                answer.paths.add(
                        prepared.reports().stream().map(RunReport::path).collect(Collectors.joining(" + ")));
            }
        }
        return answer;
    }

    private static Rows run(Prepared query, Map<String, Object> binding) {
        query.clear();
        binding.forEach(query::set);
        return query.run();
    }

    /** Whether its one row is a count of rows. */
    private static boolean isCount(Plan plan) {
        return plan instanceof QueryPlan read && read.isCount();
    }

    private long medianNs(Session session, DemoQuery query) {
        final List<Long> times = new ArrayList<>();
        try (Prepared prepared = session.prepare(query.words().compile(this::table))) {
            final long startNs = nanoClock.getAsLong();
            long elapsedNs = 0;
            while (times.size() < MAX_RUNS
                    && elapsedNs < PATIENCE_NS
                    && (times.size() < MIN_RUNS || elapsedNs < MEASURE_NS)) {
                final long runStartNs = nanoClock.getAsLong();
                for (final Map<String, Object> binding : query.bindings()) {
                    run(prepared, binding).drain();
                }
                final long nowNs = nanoClock.getAsLong();
                times.add((nowNs - runStartNs) / query.bindings().size());
                elapsedNs = nowNs - startNs;
            }
        }
        times.sort(null);
        return times.get(times.size() / 2);
    }

    private Table table(String name) {
        final Table table = tables.get(name);
        if (table == null) {
            throw new IllegalStateException("the demo did not load " + name);
        }
        return table;
    }

    private double secondsSince(long startNs) {
        return (nanoClock.getAsLong() - startNs) / 1e9;
    }

    private static String time(long ns) {
        return ns < 10_000
                ? format("%.2f µs", ns / 1e3)
                : ns < 1_000_000 ? format("%.0f µs", ns / 1e3) : format("%,.1f ms", ns / 1e6);
    }

    private void print(String pattern, Object... values) {
        out.println(format(pattern, values).stripTrailing());
        out.flush();
    }

    /** The same text wherever it is printed, so that what reads it can rely on it. */
    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** Rows in any order must have the same digest; rows in a stated order must have it in that order only. */
    private static final class Answer {
        private final Set<String> paths = new LinkedHashSet<>();
        private long rowCount;
        private long digest;

        void add(long rowDigest, boolean isOrdered) {
            digest = (isOrdered ? digest * 31 : digest) + rowDigest;
        }

        boolean isSameAs(Answer other) {
            return rowCount == other.rowCount && digest == other.digest;
        }
    }
}
