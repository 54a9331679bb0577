package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.ValueSet;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Not a test: prints how much thread CPU it takes to ask for keys, and what is lost by costing few candidates in full.
 *
 * <pre>
 *   arguments: rows, sampled rows, shapes, seed
 * </pre>
 */
final class WhatDoesAdviceCost {
    private static final int FIELDS = 12;
    private static final CostModel COSTS = CostModel.typical();

    private final Random random;
    private final TableSchema schema = TableSchema.parse(
            "t: " + IntStream.range(0, FIELDS).mapToObj(i -> name(i) + " int32").collect(Collectors.joining(", ")));
    private final int[] values = new int[FIELDS];

    private WhatDoesAdviceCost(long seed) {
        random = new Random(seed);
        for (int field = 0; field < FIELDS; field++) {
            values[field] = (int) Math.exp(Math.log(2) + random.nextDouble() * Math.log(5e5));
        }
    }

    private static String name(int field) {
        return "f" + (char) ('a' + field);
    }

    public static void main(String[] arguments) {
        final int rows = Integer.parseInt(arguments[0]);
        final int sampled = Integer.parseInt(arguments[1]);
        final int shapes = Integer.parseInt(arguments[2]);
        new WhatDoesAdviceCost(Long.parseLong(arguments[3])).run(rows, sampled, shapes);
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void run(int rows, int sampled, int shapes) {
        try (Slab slab = slab(rows)) {
            for (int round = 0; round < 4; round++) {
                final QueryTally tally = tally(shapes);
                long startNs = cpuNs();
                final RowSample sample = RowSample.of(slab, sampled, new SplittableRandom(round));
                System.out.printf("round %d: sample %.1f ms", round, (cpuNs() - startNs) / 1e6);
                final WhatIf whatIf = new WhatIf(sample, COSTS);
                List<KeyCandidate> candidates = List.of();
                WorkloadCost costs = WorkloadCost.builder().build();
                for (int call = 0; call < 3; call++) {
                    startNs = cpuNs();
                    candidates = whatIf.candidates(tally);
                    final long screenedNs = cpuNs();
                    costs = whatIf.costs(tally, candidates);
                    System.out.printf(
                            "; candidates %.1f + costs %.1f ms",
                            (screenedNs - startNs) / 1e6, (cpuNs() - screenedNs) / 1e6);
                    tally.shapes().forEach(shape -> tally.count(shape, 1));
                }
                System.out.printf("; %d candidates, %d ways%n", costs.keyCount(), costs.wayCount());
                costs = whatIf.costs(tally, candidates);
                final WorkloadCost all = whatIf.costs(tally, everything(whatIf, tally));
                for (final int keys : new int[] {2, 4, 8, 16}) {
                    final KeyBudget budget = KeyBudget.ofBytes(keys * KeyCandidate.sortedBytes(Kind.COLD, rows));
                    startNs = cpuNs();
                    final KeyProposal quick = KeyAdvisor.advise(costs, budget, KeyAdvisor.Effort.QUICK);
                    final long quickNs = cpuNs() - startNs;
                    startNs = cpuNs();
                    final KeyProposal usual = KeyAdvisor.advise(costs, budget);
                    final long usualNs = cpuNs() - startNs;
                    final KeyProposal best = KeyAdvisor.advise(all, budget);
                    System.out.printf(
                            "   %2d keys: quick %.1f ms, cost %.4f, usual %.1f ms, cost %.4f of that of %d candidates,"
                                    + " certainty %.3f%n",
                            keys,
                            quickNs / 1e6,
                            quick.cost() / best.cost(),
                            usualNs / 1e6,
                            usual.cost() / best.cost(),
                            all.keyCount(),
                            best.certainty());
                }
            }
        }
    }

    private static List<KeyCandidate> everything(WhatIf whatIf, QueryTally tally) {
        final Map<Shape, Double> shapes = new LinkedHashMap<>();
        tally.shapes().forEach(shape -> shapes.put(shape, tally.count(shape)));
        final Set<KeyCandidate> all = new LinkedHashSet<>();
        for (final KeySpec spec : CandidateKeys.of(shapes, whatIf::distinctValues, 2000)) {
            all.add(new KeyCandidate(spec, Kind.COLD));
            all.add(new KeyCandidate(spec, Kind.HOT));
        }
        whatIf.candidates(tally).stream()
                .filter(key -> key.kind() == Kind.BITMAP)
                .forEach(all::add);
        return new ArrayList<>(all);
    }

    private Slab slab(int rows) {
        try (SlabBuilder builder = new SlabBuilder(schema, MemoryLedger.unlimited("t"))) {
            for (int row = 0; row < rows; row++) {
                builder.beginRow();
                int before = 0;
                for (int field = 0; field < FIELDS; field++) {
                    // Every third field is told by the one before, nearly.
                    final int value = field % 3 == 2 && random.nextInt(10) > 0
                            ? (int) ((before * 0x9E3779B9L) >>> 8) % values[field]
                            : (int) (values[field] * Math.pow(random.nextDouble(), 1.5));
                    builder.putLong(field, value);
                    before = value;
                }
                builder.endRow();
            }
            return builder.build();
        }
    }

    private QueryTally tally(int shapes) {
        final QueryTally tally = new QueryTally(1e9, new SplittableRandom(1));
        for (int rank = 1; tally.shapes().size() < shapes; rank++) {
            final TreeMap<String, FieldUse> uses = new TreeMap<>();
            final int fields = 1 + random.nextInt(5);
            while (uses.size() < fields) {
                final int kind = random.nextInt(20);
                final int field = (int) (FIELDS * Math.pow(random.nextDouble(), 1.7));
                uses.put(
                        name(field),
                        kind < 14 ? FieldUse.EQUAL : kind < 17 ? FieldUse.set(2 + random.nextInt(15)) : FieldUse.RANGE);
            }
            final Shape shape = Shape.of(uses);
            tally.count(shape, 10_000.0 / rank);
            for (int i = 0; i < QueryTally.MAX_PREDICATES; i++) {
                tally.keep(
                        shape,
                        IntStream.range(0, shape.fieldCount())
                                .mapToObj(
                                        it -> set(schema.indexOf(shape.fields().get(it)), shape.use(it)))
                                .toArray(ValueSet[]::new),
                        1);
            }
        }
        return tally;
    }

    private ValueSet set(int field, FieldUse use) {
        final int from = value(field);
        if (use.isRange()) {
            return ValueSet.between(schema.field(field).type(), from, from + Math.max(9, values[field] / 10));
        }
        return ValueSet.of(
                schema.field(field).type(),
                IntStream.range(0, use.values()).mapToObj(i -> value(field)).toArray());
    }

    private int value(int field) {
        return (int) (values[field] * Math.pow(random.nextDouble(), 1.5));
    }
}
