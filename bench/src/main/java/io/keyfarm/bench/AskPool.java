package io.keyfarm.bench;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CandidateKeys;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.key.advice.ProposedKey;
import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.key.advice.RowSample;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.key.advice.TallyStripe;
import io.keyfarm.key.advice.WhatIf;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The questions that traces are made of, and what each costs by each key, executed once: by then a trace is replayed in
 * counted work by looking up. For any thread, but for {@link #advised}. Workload w has templates {@code w · TEMPLATES} on, each with {@link #ASKS} questions.
 */
final class AskPool implements AutoCloseable {
    static final int TEMPLATES = 6;
    static final int ASKS = 10;
    /** As many keys as may be kept at a time. */
    static final int KEPT = 4;

    /** A hot key, and some room. */
    static final int BYTES_A_KEY_ROW = 13;

    private static final int ROUGHLY = 1;
    private static final int MOST_VALUES = 200_000;
    private static final int SAMPLE_ROWS = 1 << 14;
    private static final int MOST_CANDIDATES = 80;
    private static final double BUILD_STEP_NS = 5;
    /** A question is for this part of the rows, if its values are neither rare nor frequent: so that keys are worth having. */
    private static final double MOST_SHARE = 0.005;

    private static final double LEAST_SHARE = 0.00001;

    private final WideTable table;
    private final CostModel costs;
    private final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
    private final List<Shape> templates = new ArrayList<>();
    private final List<Ask> asks = new ArrayList<>();
    private final double[] scanNs;
    private final long[] answers;
    private final Map<KeyCandidate, double[]> byKey = new ConcurrentHashMap<>();
    private final Map<KeySpec, double[]> roughly = new ConcurrentHashMap<>();
    private final WhatIf whatIf;
    private final double buildNsARow;

    AskPool(int rowCount, int workloads, long seed, CostModel costs) {
        this.costs = costs;
        final Draws draws = new Draws(seed);
        table = new WideTable(draws.nextLong(), rowCount, MOST_VALUES, ledger);
        final DirectReads reads = newReads();
        whatIf = new WhatIf(RowSample.of(table.slab(), SAMPLE_ROWS, new SplittableRandom(draws.nextLong())), costs);
        for (int workload = 0; workload < workloads; workload++) {
            final List<String> popular = table.shuffled(draws);
            while (templates.size() < (workload + 1) * TEMPLATES) {
                final Shape shape = table.shape(popular, draws);
                if (!templates.contains(shape) && isSelective(shape)) {
                    templates.add(shape);
                    for (int i = 0; i < ASKS; i++) {
                        asks.add(table.ask(shape, draws));
                    }
                }
            }
        }
        scanNs = new double[asks.size()];
        answers = new long[asks.size()];
        for (int i = 0; i < scanNs.length; i++) {
            scanNs[i] = reads.scan(asks.get(i)).ns();
            answers[i] = reads.found();
        }
        buildNsARow = measureBuild();
    }

    private DirectReads newReads() {
        return new DirectReads(table.slab(), costs);
    }

    private boolean isSelective(Shape shape) {
        double share = 1;
        for (final String field : shape.pointFields()) {
            share *= Math.min(1, shape.use(shape.fields().indexOf(field)).values() / (double) table.values(field));
        }
        return share <= MOST_SHARE && share >= LEAST_SHARE;
    }

    /** Processor time for each row of a key of two fields, in steps, so that most runs come to the same. */
    private double measureBuild() {
        final KeySpec two = KeySpec.of(table.fields().get(0), table.fields().get(1));
        final Medians ns = new Medians();
        for (int i = 0; i < 3; i++) {
            final long startNs = ThreadClock.cpuNs();
            new KeyBuilder(ledger).build(table.slab(), two, KeyTier.HOT).close();
            ns.add((double) (ThreadClock.cpuNs() - startNs));
        }
        return Math.max(1, Math.rint(ns.median() / table.rowCount() / BUILD_STEP_NS)) * BUILD_STEP_NS;
    }

    WideTable table() {
        return table;
    }

    Ask ask(int place) {
        return asks.get(place);
    }

    int size() {
        return asks.size();
    }

    Shape template(int number) {
        return templates.get(number);
    }

    int templateCount() {
        return templates.size();
    }

    static int templateOf(int place) {
        return place / ASKS;
    }

    /** How many rows the question finds, by a full scan. */
    long answer(int place) {
        return answers[place];
    }

    double buildNsARow() {
        return buildNsARow;
    }

    double buildNs() {
        return buildNsARow * table.rowCount();
    }

    double[] scanNs() {
        return scanNs;
    }

    /** What each question costs by the key, or by a scan if that is less: slaves look into a key before they take it. */
    double[] costs(KeyCandidate key) {
        return byKey.computeIfAbsent(
                key, it -> it.kind() == Kind.BITMAP ? executeBitmap(it.spec()) : execute(it, ASKS));
    }

    double[] costs(KeySpec key) {
        return costs(new KeyCandidate(key, Kind.HOT));
    }

    /** As {@link #costs}, but of each template only the first questions are executed, and their mean stands for the others. */
    double[] roughCosts(KeySpec spec) {
        return roughly.computeIfAbsent(spec, it -> execute(new KeyCandidate(it, Kind.HOT), ROUGHLY));
    }

    private double[] execute(KeyCandidate key, int asksATemplate) {
        final double[] ns = scanNs.clone();
        final KeyTier tier = key.kind() == Kind.COLD ? KeyTier.COLD : KeyTier.HOT;
        final DirectReads reads = newReads();
        try (SortedKey built = new KeyBuilder(ledger).build(table.slab(), key.spec(), tier)) {
            final SeekLoop loop = new SeekLoop(built);
            for (int i = 0; i < ns.length; i++) {
                if (i % ASKS >= asksATemplate) {
                    ns[i] = mean(ns, i - i % ASKS, asksATemplate);
                } else {
                    final double keyNs =
                            reads.by(built, loop, asks.get(i), scanNs[i]).ns();
                    if (keyNs < scanNs[i]) {
                        check(reads, key.toString(), i);
                        ns[i] = keyNs;
                    }
                }
            }
        }
        return ns;
    }

    private static double mean(double[] ns, int from, int count) {
        return Arrays.stream(ns, from, from + count).average().orElse(0);
    }

    private double[] executeBitmap(KeySpec field) {
        final double[] ns = scanNs.clone();
        final DirectReads reads = newReads();
        try (BitmapKey built = new BitmapKeyBuilder(ledger).build(table.slab(), field)) {
            for (int i = 0; i < ns.length; i++) {
                final Work work = reads.by(List.of(built), asks.get(i));
                if (work != null) {
                    check(reads, field + " bitmap", i);
                    ns[i] = Math.min(ns[i], work.ns());
                }
            }
        }
        return ns;
    }

    private void check(DirectReads reads, String way, int place) {
        if (reads.found() != answers[place]) {
            throw new WrongAnswerException("%s finds %,d rows, a full scan %,d: %s %s"
                    .formatted(
                            way,
                            reads.found(),
                            answers[place],
                            asks.get(place).shape(),
                            asks.get(place).sets()));
        }
    }

    /** The keys that an advisor would keep for these queries alone, cheapest by executed costs first found. */
    List<KeySpec> advised(int[] trace) {
        final QueryTally tally = tally(trace);
        final Map<Shape, Double> weights = new HashMap<>();
        tally.shapes().forEach(shape -> weights.put(shape, tally.count(shape)));
        final List<KeyCandidate> candidates =
                CandidateKeys.of(weights, whatIf::distinctValues, MOST_CANDIDATES).stream()
                        .map(spec -> new KeyCandidate(spec, Kind.HOT))
                        .toList();
        return KeyAdvisor.advise(whatIf.costs(tally, candidates), KeyBudget.ofKeys(KEPT)).keys().stream()
                .map(ProposedKey::name)
                .map(name -> KeyCandidate.parse(name).spec())
                .toList();
    }

    private QueryTally tally(int[] trace) {
        final QueryTally tally = new QueryTally(Double.POSITIVE_INFINITY, new SplittableRandom(0));
        final TallyStripe stripe = new TallyStripe(table.schema(), 0);
        final DirectReads reads = newReads();
        for (final int place : trace) {
            final Ask ask = asks.get(place);
            final int[] fields = ask.shape().fields().stream()
                    .mapToInt(table.schema()::indexOf)
                    .sorted()
                    .toArray();
            stripe.count(fields, fields.length, reads.bind(ask));
            stripe.drain(tally);
        }
        return tally;
    }

    List<ShapeHits> hits(int[] templateHits) {
        final List<ShapeHits> hits = new ArrayList<>();
        for (int i = 0; i < templateHits.length; i++) {
            if (templateHits[i] > 0) {
                hits.add(new ShapeHits(templates.get(i), templateHits[i]));
            }
        }
        return hits;
    }

    CostModel costModel() {
        return costs;
    }

    @Override
    public void close() {
        table.close();
    }
}
