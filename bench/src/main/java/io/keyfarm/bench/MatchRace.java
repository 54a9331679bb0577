package io.keyfarm.bench;

import io.keyfarm.Keyfarm;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.BitmapPlan;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.query.Table;
import io.keyfarm.rows.MemoryLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the engine picks the key that is best for a question, and what the picking costs: each question is asked of an
 * engine with eight sorted keys and some bitmap keys, and read directly by each of those keys and by none.
 */
final class MatchRace implements AutoCloseable {
    static final int QUERIES = 2_040;

    private static final int TEMPLATES = 120;
    private static final int SORTED_KEYS = 8;
    private static final int BITMAP_KEYS = 3;
    private static final int BITMAP_VALUES = 200;
    private static final int MOST_VALUES = 200_000;
    private static final int TIMED_OF_A_KEY = 30;
    private static final int TIMED_ROUNDS = 40;
    private static final double CLOSE = 1.01;

    private final WideTable table;
    private final Keyfarm farm;
    private final Table asked;
    private final DirectReads reads;
    private final List<Shape> shapes;
    private final List<SortedKey> keys = new ArrayList<>();
    private final List<SeekLoop> loops = new ArrayList<>();
    private final List<BitmapKey> bitmaps = new ArrayList<>();
    private final Draws draws;

    /** By what was picked: questions, to measure the picking with. */
    private final Map<String, List<Ask>> picked = new LinkedHashMap<>();

    private final Medians gaps = new Medians();
    private int close;
    private int scanned;
    private double pickedNs;
    private double bestNs;
    private double pickShare;
    private String worst = "";
    private double worstGap;

    MatchRace(int rowCount, long seed, CostModel costs) throws IOException {
        final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
        draws = new Draws(seed);
        table = new WideTable(draws.nextLong(), rowCount, MOST_VALUES, ledger);
        reads = new DirectReads(table.slab(), costs);
        shapes = table.shapes(TEMPLATES, table.shuffled(draws), draws);
        farm = GrownKeys.without();
        asked = farm.load(new SlabRows(table.slab(), 0, rowCount));
        final KeyBuilder builder = new KeyBuilder(ledger);
        for (final String key : sortedKeys()) {
            keys.add(builder.build(table.slab(), KeySpec.parse(key), KeyTier.HOT));
            loops.add(new SeekLoop(keys.get(keys.size() - 1)));
            farm.keys(asked.name(), key);
        }
        for (final String field : bitmapFields()) {
            bitmaps.add(new BitmapKeyBuilder(ledger).build(table.slab(), KeySpec.of(field)));
            farm.bitmapKeys(asked.name(), field);
        }
    }

    /** Orders of chance over the fields of the first shapes, ranges last. */
    private List<String> sortedKeys() {
        final List<String> names = new ArrayList<>();
        for (final Shape shape : shapes) {
            final List<String> left = new ArrayList<>(shape.pointFields());
            final List<String> fields = new ArrayList<>();
            while (!left.isEmpty()) {
                fields.add(left.remove(draws.below(left.size())));
            }
            shape.rangeFields().stream().limit(1).forEach(fields::add);
            final String name = String.join(".", fields);
            if (names.size() < SORTED_KEYS && !names.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    private List<String> bitmapFields() {
        return table.fields().stream()
                .filter(field -> table.values(field) <= BITMAP_VALUES)
                .limit(BITMAP_KEYS)
                .toList();
    }

    void run() throws IOException {
        try (Session session = farm.session()) {
            final int asks = QUERIES / TEMPLATES;
            for (int i = 0; i < shapes.size(); i++) {
                final Shape shape = shapes.get(i);
                // Of four templates two want all rows, one some, and one their number.
                final long limit = i % 4 == 1 ? 10 : i % 8 == 2 ? 200 : Ask.NO_LIMIT;
                final boolean isCount = i % 4 == 3;
                try (PreparedQuery query = session.prepare(AskWords.words(asked, shape, limit, isCount))) {
                    for (int j = 0; j < asks; j++) {
                        compare(query, new Ask(shape, table.ask(shape, draws).sets(), limit, isCount));
                    }
                }
            }
            measurePicking(session);
        }
    }

    private void compare(PreparedQuery query, Ask ask) {
        final long answer = AskWords.run(query, ask);
        final String path = query.report().path();
        final Work scan = reads.scan(ask);
        check(ask, "a full scan", answer);
        final Work taken = path.equals("full scan") ? scan : by(path, ask);
        check(ask, path, answer);
        double best = Math.min(scan.ns(), taken.ns());
        String bestPath = scan.ns() <= taken.ns() ? "full scan" : path;
        for (final Way way : ways(ask, best)) {
            if (way.work.ns() < best) {
                best = way.work.ns();
                bestPath = way.path;
            }
        }
        final double gap = taken.ns() / best;
        gaps.add(gap);
        close += gap <= CLOSE ? 1 : 0;
        scanned += path.equals("full scan") ? 1 : 0;
        pickedNs += taken.ns();
        bestNs += best;
        if (gap > worstGap) {
            worstGap = gap;
            worst = "%s by %s, best by %s: %s %s".formatted(ask.shape(), path, bestPath, query.plan(), ask.sets());
        }
        if (gap > CLOSE && Boolean.getBoolean("keyfarm.bench.misses")) {
            System.err.printf(
                    "%.2f %,.0f ns, best %,.0f ns: %s%s%s by %s, best by %s%n",
                    gap,
                    taken.ns(),
                    best,
                    ask.shape(),
                    ask.isCount() ? " count" : "",
                    ask.hasLimit() ? " limit " + ask.limit() : "",
                    path,
                    bestPath);
        }
        if (!path.equals("full scan")) {
            picked.computeIfAbsent(path, it -> new ArrayList<>()).add(ask);
        }
    }

    private void check(Ask ask, String path, long answer) {
        if (reads.found() != answer) {
            throw new WrongAnswerException("%s finds %,d rows, the engine %,d: %s %s"
                    .formatted(path, reads.found(), answer, ask.shape(), ask.sets()));
        }
    }

    private record Way(String path, Work work) {}

    private List<Way> ways(Ask ask, double enoughNs) {
        final List<Way> ways = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            ways.add(new Way(keys.get(i).spec().toString(), reads.by(keys.get(i), loops.get(i), ask, enoughNs)));
        }
        for (final BitmapKey key : bitmaps) {
            addBitmaps(ways, List.of(key), ask);
        }
        addBitmaps(ways, bitmaps, ask);
        return ways;
    }

    private void addBitmaps(List<Way> ways, List<BitmapKey> some, Ask ask) {
        final Work work = reads.by(some, ask);
        if (work != null) {
            ways.add(new Way("bitmaps", work));
        }
    }

    private Work by(String path, Ask ask) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).spec().toString().equals(path)) {
                return reads.by(keys.get(i), loops.get(i), ask, Double.MAX_VALUE);
            }
        }
        final List<BitmapKey> some = bitmaps.stream()
                .filter(key -> isNamed(path, key.spec().toString()))
                .toList();
        final Work work = some.isEmpty() ? null : reads.by(some, ask);
        if (work == null) {
            throw new IllegalStateException("the engine read by " + path + ", which is no key here");
        }
        return work;
    }

    private static boolean isNamed(String path, String field) {
        final int at = path.indexOf(" of ");
        return at > 0
                && List.of(path.substring(at + 4).split(" & ")).contains(field)
                && path.startsWith(BitmapPlan.name(List.of(field)).substring(0, 6));
    }

    /** The same questions of an engine that has only the key that was picked, by turns: the least time of each. */
    private void measurePicking(Session session) throws IOException {
        double all = 0;
        double alone = 0;
        try (Keyfarm other = GrownKeys.without()) {
            final Table there = other.load(new SlabRows(table.slab(), 0, table.rowCount()));
            for (final SortedKey key : keys) {
                final String name = key.spec().toString();
                final List<Ask> some = picked.getOrDefault(name, List.of());
                other.keys(there.name(), name);
                try (Session one = other.session()) {
                    for (final Ask ask : some.subList(0, Math.min(TIMED_OF_A_KEY, some.size()))) {
                        try (PreparedQuery query = session.prepare(
                                        AskWords.words(asked, ask.shape(), ask.limit(), ask.isCount()));
                                PreparedQuery lone =
                                        one.prepare(AskWords.words(there, ask.shape(), ask.limit(), ask.isCount()))) {
                            long leastNs = Long.MAX_VALUE;
                            long leastAloneNs = Long.MAX_VALUE;
                            for (int round = 0; round < TIMED_ROUNDS; round++) {
                                leastNs = Math.min(leastNs, timeNs(query, ask));
                                leastAloneNs = Math.min(leastAloneNs, timeNs(lone, ask));
                            }
                            if (lone.report().path().equals(name)) {
                                all += leastNs;
                                alone += leastAloneNs;
                            }
                        }
                    }
                }
                other.dropKey(there.name(), name);
            }
        }
        pickShare = all == 0 ? 0 : Math.max(0, 1 - alone / all);
    }

    private static long timeNs(PreparedQuery query, Ask ask) {
        AskWords.bind(query, ask);
        final long startNs = System.nanoTime();
        Sink.take(ask.isCount() ? query.count() : query.run().drain());
        return System.nanoTime() - startNs;
    }

    void addTo(Report report, PrintWriter out) {
        final int count = QUERIES / TEMPLATES * TEMPLATES;
        out.printf(
                "The key picked, over the best of %d sorted keys, %d bitmap keys and the scan: %,d queries of %d shapes over %,d rows%n%n",
                keys.size(), bitmaps.size(), count, TEMPLATES, table.rowCount());
        out.printf(
                "within 1 %%: %.2f %% of queries; p99 %.3f times the best; all together %.4f times; %d read by scan%nworst %.2f times: %s%n"
                        + "picking: %.2f %% of the time of queries by a key%n%n",
                100.0 * close / count,
                gaps.quantile(0.99),
                pickedNs / bestNs,
                scanned,
                worstGap,
                worst,
                100 * pickShare);
        report.add(Figure.higher(
                "match.within1pct",
                (double) close / count,
                "of queries",
                "each run by every key there is",
                0.98,
                0.99));
        report.add(Figure.lower(
                "match.pickShare", pickShare, "of query time", "an engine with only the key picked", 0.03, 0.02));
    }

    @Override
    public void close() {
        farm.close();
        keys.forEach(SortedKey::close);
        bitmaps.forEach(BitmapKey::close);
        table.close();
    }
}
