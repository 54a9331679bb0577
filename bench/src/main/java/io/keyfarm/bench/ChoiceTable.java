package io.keyfarm.bench;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.key.advice.RowSample;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.key.advice.TallyStripe;
import io.keyfarm.key.advice.WhatIf;
import io.keyfarm.key.advice.WorkloadCost;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table, shapes and questions that many workloads share, and what each shape costs by each key: guessed from a sample, and
 * executed.
 *
 * <pre>
 *   key a.b.c, shape a..b    costs what a.b does: nothing is asked of c, so both are costed once, for a.b
 * </pre>
 *
 * Costs are means over the shape's questions, none above a scan's: whether to scan is decided as if the costs were known,
 * which is what the part {@code match} measures. For one thread.
 */
final class ChoiceTable implements AutoCloseable {
    static final int ROWS = 50_000;
    /** As an engine that grows its keys takes. */
    static final int SAMPLE_ROWS = 1 << 14;

    static final int BITMAP_VALUES = 64;

    private static final int SHAPES = 60;
    private static final int ASKS = 2;
    private static final int MOST_VALUES = 20_000;

    /** What a shape costs, by a cold key and a hot one. */
    record Costs(double coldNs, double hotNs) {
        double ns(Kind kind) {
            return kind == Kind.HOT ? hotNs : coldNs;
        }
    }

    private final WideTable table;
    private final DirectReads reads;
    private final WhatIf whatIf;
    /** Remembers what shapes roughly cost from one workload to the next. */
    private final WhatIf screen;

    private final List<Shape> shapes;
    private final List<List<Ask>> asks = new ArrayList<>();
    private final Map<Ask, Long> answers = new HashMap<>();
    private final KeyBuilder builder;
    private final BitmapKeyBuilder bitmapBuilder;
    private final CostModel costs;
    private final double scanNs;

    private final Map<KeySpec, Map<Shape, Costs>> executed = new HashMap<>();
    private final Map<KeySpec, Map<Shape, Costs>> guessed = new HashMap<>();
    private final Map<String, BitmapKey> bitmaps = new HashMap<>();
    private final Map<List<String>, Map<Shape, Double>> executedBitmaps = new HashMap<>();
    private final Map<List<String>, Map<Shape, Double>> guessedBitmaps = new HashMap<>();
    private final Map<Ask, Map<KeyCandidate, Double>> tried = new HashMap<>();
    private final Map<Ask, Map<List<String>, Double>> matching = new HashMap<>();
    private final Map<KeySpec, SortedKey> built = new HashMap<>();
    private final Map<String, Double> distinct = new HashMap<>();
    private List<Shape> wanted;
    private long executions;

    ChoiceTable(long seed, CostModel costs, MemoryLedger ledger) {
        this(seed, ROWS, MOST_VALUES, costs, ledger);
    }

    ChoiceTable(long seed, int rowCount, int mostValues, CostModel costs, MemoryLedger ledger) {
        final Draws draws = new Draws(seed);
        table = new WideTable(draws.nextLong(), rowCount, mostValues, ledger);
        reads = new DirectReads(table.slab(), costs);
        builder = new KeyBuilder(ledger);
        bitmapBuilder = new BitmapKeyBuilder(ledger);
        final RowSample sample = RowSample.of(table.slab(), SAMPLE_ROWS, new SplittableRandom(draws.nextLong()));
        whatIf = new WhatIf(sample, costs);
        screen = new WhatIf(sample, costs);
        this.costs = costs;
        scanNs = costs.scanNs((double) rowCount);
        shapes = table.shapes(SHAPES, table.shuffled(draws), draws);
        wanted = shapes;
        for (final Shape shape : shapes) {
            asks.add(IntStream.range(0, ASKS)
                    .mapToObj(i -> table.ask(shape, draws))
                    .toList());
        }
    }

    List<Shape> shapes() {
        return shapes;
    }

    /** Of what is executed from here on, these shapes are wanted. */
    void want(Collection<Shape> some) {
        wanted = List.copyOf(some);
    }

    double scanNs() {
        return scanNs;
    }

    double values(String field) {
        return distinct.computeIfAbsent(field, whatIf::distinctValues);
    }

    long bytes(KeyCandidate key) {
        return whatIf.bytes(key);
    }

    /** Of any cold key. */
    long coldBytes() {
        return bytes(new KeyCandidate(KeySpec.of(table.fields().get(0)), Kind.COLD));
    }

    /** Fields that bitmap keys are of. */
    List<String> bitmapFields() {
        return table.fields().stream()
                .filter(field -> table.values(field) <= BITMAP_VALUES)
                .toList();
    }

    long executions() {
        return executions;
    }

    /** What the shape takes by the key, executed. */
    Costs executed(KeySpec key, Shape shape) {
        final KeySpec prefix = upToLastAsked(key, shape);
        if (prefix == null) {
            return new Costs(scanNs, scanNs);
        }
        final Map<Shape, Costs> known = executed.get(prefix);
        if (known == null) {
            // Most keys are for one workload, and those asked for again are for many.
            executed.put(prefix, execute(prefix, wanted, new HashMap<>()));
        } else if (!known.containsKey(shape)) {
            execute(prefix, shapes, known);
        }
        return Objects.requireNonNull(executed.get(prefix)).getOrDefault(shape, new Costs(scanNs, scanNs));
    }

    /** What the advisor is told that the shape takes by the key. */
    Costs guessed(KeySpec key, Shape shape) {
        final KeySpec prefix = upToLastAsked(key, shape);
        if (prefix == null) {
            return new Costs(scanNs, scanNs);
        }
        return guessed.computeIfAbsent(prefix, this::guess).getOrDefault(shape, new Costs(scanNs, scanNs));
    }

    /** As {@link #guessed}, if keys were used no further than their first field that is not asked for, or asked for as a range. */
    Costs guessedByPrefix(KeySpec key, Shape shape) {
        int fields = 0;
        while (fields < key.fields().size() && shape.use(key.fields().get(fields)) != null) {
            if (isRange(shape, key.fields().get(fields++))) {
                break;
            }
        }
        return fields == 0 ? new Costs(scanNs, scanNs) : guessed(first(key, fields), shape);
    }

    private static boolean isRange(Shape shape, String field) {
        return shape.rangeFields().contains(field);
    }

    /** The first fields of the key, up to the last one that the shape asks for; null if it asks for none. */
    private static @Nullable KeySpec upToLastAsked(KeySpec key, Shape shape) {
        int fields = key.fields().size();
        while (fields > 0 && shape.use(key.fields().get(fields - 1)) == null) {
            fields--;
        }
        return fields == 0 ? null : first(key, fields);
    }

    private static KeySpec first(KeySpec key, int fields) {
        return KeySpec.of(key.fields().subList(0, fields).toArray(String[]::new));
    }

    /** By those of some shapes that are not known yet. */
    private Map<Shape, Costs> execute(KeySpec key, Collection<Shape> some, Map<Shape, Costs> known) {
        final String last = key.fields().get(key.fields().size() - 1);
        try (SortedKey built = builder.build(table.slab(), key, KeyTier.HOT)) {
            final SeekLoop cold = new SeekLoop(built, KeyTier.COLD);
            final SeekLoop hot = new SeekLoop(built);
            for (final Shape shape : some) {
                if (shape.use(last) != null && !known.containsKey(shape)) {
                    known.put(shape, execute(built, cold, hot, asks.get(shapes.indexOf(shape))));
                }
            }
        }
        return known;
    }

    private Costs execute(SortedKey key, SeekLoop cold, SeekLoop hot, List<Ask> some) {
        double coldNs = 0;
        double hotNs = 0;
        for (final Ask ask : some) {
            if (leastNs(key.spec(), ask) >= scanNs) {
                coldNs += scanNs;
                hotNs += scanNs;
                continue;
            }
            final double byHotNs = reads.by(key, KeyTier.HOT, hot, ask, scanNs).ns();
            check(key, ask);
            // Values are looked at in rows, by the same steps whatever the tier.
            final double sameNs =
                    hot.isByCodes() ? 0 : reads.as(KeyTier.COLD, hot).ns();
            final boolean isSame = !hot.isByCodes() && (byHotNs <= scanNs || sameNs >= scanNs);
            hotNs += Math.min(scanNs, byHotNs);
            coldNs += Math.min(
                    scanNs,
                    isSame
                            ? sameNs
                            : reads.by(key, KeyTier.COLD, cold, ask, scanNs).ns());
            executions++;
        }
        return new Costs(coldNs / some.size(), hotNs / some.size());
    }

    /** Whatever the tier: all rows that match the key's fields are looked at. */
    private double leastNs(KeySpec key, Ask ask) {
        final List<String> asked = key.fields().stream()
                .filter(ask.shape().fields()::contains)
                .sorted()
                .toList();
        return matching.computeIfAbsent(ask, it -> new HashMap<>())
                        .computeIfAbsent(asked, it -> (double) reads.matching(ask, it))
                * costs.keyedRowNs();
    }

    /**
     * What the shape takes with all these keys there, each question by the one that is best for it. Sorted keys stay built until
     * {@link #forget}, so that sets that share some are tried one after the other.
     */
    double executedWith(List<KeyCandidate> keys, Shape shape) {
        final List<KeyCandidate> sorted = keys.stream()
                .filter(key -> key.kind().isSorted() && upToLastAsked(key.spec(), shape) != null)
                .sorted(Comparator.comparingDouble(
                        (KeyCandidate key) -> guessed(key.spec(), shape).ns(key.kind())))
                .toList();
        double sum = 0;
        for (final Ask ask : asks.get(shapes.indexOf(shape))) {
            double least = scanNs;
            for (final KeyCandidate key : sorted) {
                least = Math.min(least, atLeast(key, ask, least));
            }
            sum += least;
        }
        return sum / ASKS;
    }

    /** What the question takes by the key; where that is above {@code enoughNs}, something above it. */
    private double atLeast(KeyCandidate key, Ask ask, double enoughNs) {
        final Map<KeyCandidate, Double> known = tried.computeIfAbsent(ask, it -> new HashMap<>());
        final double before = known.getOrDefault(key, 0.0);
        // What was found is kept as it is, and what was only begun as its negative.
        if (before > 0 || -before > enoughNs) {
            return Math.abs(before);
        }
        final KeyTier tier = key.kind() == Kind.HOT ? KeyTier.HOT : KeyTier.COLD;
        final SortedKey it = built.computeIfAbsent(key.spec(), spec -> builder.build(table.slab(), spec, KeyTier.HOT));
        final double ns =
                reads.by(it, tier, new SeekLoop(it, tier), ask, enoughNs).ns();
        check(it, ask);
        executions++;
        known.put(key, reads.isWhole() ? ns : -ns);
        return ns;
    }

    /** Drops the keys that were built for {@link #executedWith}. */
    void forget() {
        built.values().forEach(SortedKey::close);
        built.clear();
    }

    /** The sorted keys that an engine would cost in full for these shapes, after a rough look at all that it thinks of. */
    List<KeySpec> screened(Map<Shape, Double> weights, int most) {
        final QueryTally tally = tally(List.copyOf(weights.keySet()));
        weights.forEach(tally::count);
        return screen.candidates(tally, most, List.of()).stream()
                .filter(key -> key.kind().isSorted())
                .map(KeyCandidate::spec)
                .distinct()
                .toList();
    }

    private void check(SortedKey key, Ask ask) {
        if (reads.isWhole()) {
            final long byKey = reads.found();
            final long answer = answers.computeIfAbsent(ask, it -> {
                reads.scan(it);
                return reads.found();
            });
            if (byKey != answer) {
                throw new WrongAnswerException("%s finds %,d rows, a full scan %,d: %s %s"
                        .formatted(key.spec(), byKey, answer, ask.shape(), ask.sets()));
            }
        }
    }

    private Map<Shape, Costs> guess(KeySpec key) {
        final String last = key.fields().get(key.fields().size() - 1);
        final List<Shape> some =
                shapes.stream().filter(it -> it.use(last) != null).toList();
        final WorkloadCost ways =
                whatIf.costs(tally(some), List.of(new KeyCandidate(key, Kind.COLD), new KeyCandidate(key, Kind.HOT)));
        final Map<Shape, Costs> found = new HashMap<>();
        for (int query = 0; query < ways.queryCount(); query++) {
            // The hot key's way is never the dearer one, and ways that save nothing are left out.
            final int first = ways.wayStart(query);
            final int count = ways.wayStart(query + 1) - first;
            final double hotNs = ways.cost(query, count > 0 ? first : -1);
            final double coldNs = ways.cost(query, count > 1 ? first + 1 : -1);
            found.put(Shape.parse(ways.query(query)), new Costs(coldNs, hotNs));
        }
        return found;
    }

    /** Counts each question of these shapes once, as a slave does. */
    private QueryTally tally(List<Shape> some) {
        final QueryTally tally = new QueryTally(Double.POSITIVE_INFINITY, new SplittableRandom(0));
        final TallyStripe stripe = new TallyStripe(table.schema(), 0);
        for (final Shape shape : some) {
            final int[] fields = shape.fields().stream()
                    .mapToInt(table.schema()::indexOf)
                    .sorted()
                    .toArray();
            for (final Ask ask : asks.get(shapes.indexOf(shape))) {
                final @Nullable SegmentMonitor[] monitors = reads.bind(ask);
                stripe.count(fields, fields.length, monitors);
                // Drained one by one, so that none takes another's slot.
                stripe.drain(tally);
            }
        }
        return tally;
    }

    /** What the shape takes by the bitmap keys of these fields, of which it asks, executed. */
    double executed(List<String> fields, Shape shape) {
        return executedBitmaps
                .computeIfAbsent(fields, it -> new HashMap<>())
                .computeIfAbsent(shape, it -> executeBitmaps(fields, it));
    }

    private double executeBitmaps(List<String> fields, Shape shape) {
        final List<BitmapKey> keys = fields.stream()
                .map(field -> bitmaps.computeIfAbsent(field, it -> bitmapBuilder.build(table.slab(), KeySpec.of(it))))
                .toList();
        double sum = 0;
        for (final Ask ask : asks.get(shapes.indexOf(shape))) {
            final Work work = reads.by(keys, ask);
            sum += work == null ? scanNs : Math.min(scanNs, work.ns());
            executions++;
        }
        return sum / ASKS;
    }

    /** What the advisor is told of them. */
    double guessed(List<String> fields, Shape shape) {
        return guessedBitmaps
                .computeIfAbsent(fields, it -> new HashMap<>())
                .computeIfAbsent(shape, it -> guessBitmaps(fields, it));
    }

    /** The best of their ways: where that is not the one of all, it is one of fewer, which stands for itself as well. */
    private double guessBitmaps(List<String> fields, Shape shape) {
        final List<KeyCandidate> keys = fields.stream()
                .map(field -> new KeyCandidate(KeySpec.of(field), Kind.BITMAP))
                .toList();
        final WorkloadCost ways = whatIf.costs(tally(List.of(shape)), keys);
        return ways.cost(0, ways.wayStart(1) > ways.wayStart(0) ? ways.wayStart(0) : -1);
    }

    @Override
    public void close() {
        forget();
        bitmaps.values().forEach(BitmapKey::close);
        table.close();
    }
}
