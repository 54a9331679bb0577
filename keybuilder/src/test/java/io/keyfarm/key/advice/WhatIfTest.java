package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.segmonitor.ValueSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WhatIfTest {
    private static final int ROWS = 200_000;
    private static final int SAMPLE = 20_000;
    private static final int QUERIES = 30 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final CostModel COSTS = CostModel.typical();
    private static final TableSchema SCHEMA =
            TableSchema.parse("t: few int32, model int32, make int32, wide int32, text varchar null");

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    /** A model tells its make, and makes are not equally frequent. */
    private Slab rows(Random random) {
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            for (int i = 0; i < ROWS; i++) {
                final int model = (int) Math.exp(random.nextDouble() * Math.log(400));
                rows.beginRow();
                rows.putLong(0, random.nextInt(6));
                rows.putLong(1, model);
                rows.putLong(2, model / 12);
                rows.putLong(3, random.nextInt(50_000));
                if (i % 10 > 0) {
                    rows.putText(4, "some/text/" + random.nextInt(3000));
                } else {
                    rows.putNull(4);
                }
                rows.endRow();
            }
            return rows.build();
        }
    }

    @Test
    void shouldExpectWhatTheSeekLoopThenTakes() {
        final Random random = new Random(1);
        final List<Double> cold = new ArrayList<>();
        final List<Double> hot = new ArrayList<>();
        try (Slab slab = rows(random)) {
            final WhatIf whatIf = new WhatIf(RowSample.of(slab, SAMPLE, new SplittableRandom(1)), COSTS);
            for (final String spec : List.of(
                    "make",
                    "make.model",
                    "few.model",
                    "few.make.wide",
                    "few.wide.make",
                    "model.make.few",
                    "few.text",
                    "text.few",
                    "wide.make",
                    "wide")) {
                try (SortedKey key = new KeyBuilder(ledger).build(slab, KeySpec.parse(spec), KeyTier.HOT)) {
                    for (int query = 0; query < QUERIES; query++) {
                        final @Nullable ValueSet[] asked = asked(random, key.spec());
                        add(cold, KeyTier.COLD, whatIf, key, asked);
                        add(hot, KeyTier.HOT, whatIf, key, asked);
                    }
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
        check(KeyTier.COLD, cold);
        check(KeyTier.HOT, hot);
    }

    private static void add(
            List<Double> ratios, KeyTier tier, WhatIf whatIf, SortedKey key, @Nullable ValueSet[] asked) {
        final double expected = expected(whatIf, asked, key.spec(), tier);
        final double taken = taken(key, asked, tier);
        // Both may scan: nothing to tell apart.
        if (Math.min(expected, taken) < COSTS.scanNs(ROWS) * 0.9) {
            ratios.add(expected / taken);
        }
    }

    private static void check(KeyTier tier, List<Double> ratios) {
        ratios.sort(null);
        final int count = ratios.size();
        final String spread = "%s, %d of 1%%: %.2f, 5%%: %.2f, median %.2f, 95%%: %.2f, 99%%: %.2f"
                .formatted(
                        tier,
                        count,
                        ratios.get(count / 100),
                        ratios.get(count / 20),
                        ratios.get(count / 2),
                        ratios.get(count - 1 - count / 20),
                        ratios.get(count - 1 - count / 100));
        System.out.println("expected over taken, " + spread);
        assertTrue(ratios.get(count / 2) > 0.8 && ratios.get(count / 2) < 1.25, spread);
        assertTrue(ratios.get(count / 20) > 0.7 && ratios.get(count - 1 - count / 20) < 1.8, spread);
        assertTrue(ratios.get(count - 1 - count / 100) < 3, spread);
    }

    private static @Nullable ValueSet[] asked(Random random, KeySpec spec) {
        final @Nullable ValueSet[] asked = new ValueSet[SCHEMA.fieldCount()];
        while (Arrays.stream(asked).allMatch(set -> set == null)) {
            for (final String name : spec.fields()) {
                final int field = SCHEMA.indexOf(name);
                asked[field] = random.nextInt(3) == 0 ? null : set(random, field);
            }
        }
        return asked;
    }

    private static ValueSet set(Random random, int field) {
        final FieldType type = SCHEMA.field(field).type();
        if (field == 4) {
            return random.nextInt(4) == 0
                    ? ValueSet.onlyNull(type)
                    : ValueSet.of(type, "some/text/" + random.nextInt(3000), "some/text/" + random.nextInt(3000));
        }
        final int most = field == 0 ? 6 : field == 1 ? 400 : field == 2 ? 34 : 50_000;
        return switch (random.nextInt(3)) {
            case 0 -> ValueSet.of(type, random.nextInt(most), random.nextInt(most), random.nextInt(most));
            case 1 -> ValueSet.between(type, most / 3, most / 3 + Math.max(1, most / 10));
            default -> ValueSet.of(type, random.nextInt(most));
        };
    }

    private static double expected(WhatIf whatIf, @Nullable ValueSet[] asked, KeySpec spec, KeyTier tier) {
        final TreeMap<String, FieldUse> uses = new TreeMap<>();
        final TreeMap<String, ValueSet> sets = new TreeMap<>();
        for (int field = 0; field < asked.length; field++) {
            final ValueSet set = asked[field];
            if (set != null) {
                final SegmentMonitor monitor = new SegmentMonitor(set.type());
                monitor.bind(set);
                uses.put(SCHEMA.field(field).name(), FieldUse.of(FieldUse.code(monitor)));
                sets.put(SCHEMA.field(field).name(), set);
            }
        }
        return whatIf.costNs(
                Shape.of(uses),
                List.<ValueSet[]>of(sets.values().toArray(ValueSet[]::new)),
                new KeyCandidate(spec, tier == KeyTier.HOT ? Kind.HOT : Kind.COLD));
    }

    private static double taken(SortedKey key, @Nullable ValueSet[] asked, KeyTier tier) {
        final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[asked.length];
        for (int field = 0; field < asked.length; field++) {
            final ValueSet set = asked[field];
            if (set != null) {
                final SegmentMonitor monitor = new SegmentMonitor(set.type());
                monitor.bind(set);
                monitors[field] = monitor;
            }
        }
        final SeekLoop loop = new SeekLoop(key, tier);
        final int[] rows = new int[1024];
        loop.open(monitors);
        long found = 0;
        for (int count = loop.next(rows); count > 0; count = loop.next(rows)) {
            found += count;
        }
        final Estimate counted =
                new Estimate((double) found, Math.max(1.0, (double) loop.seeks()), (double) loop.rowsExamined());
        return Math.min(COSTS.scanNs(ROWS), COSTS.keyedNs(counted, tier));
    }

    @Test
    void shouldAdviseFromATallyAndASample() {
        final Random random = new Random(2);
        try (Slab slab = rows(random)) {
            final WhatIf whatIf = new WhatIf(RowSample.of(slab, SAMPLE, new SplittableRandom(1)), COSTS);
            final QueryTally tally = QueryTally.parse("""
                    make model     500
                    wide           300
                    text{4}        100
                    few make       200
                    """);
            assertEquals(6, whatIf.distinctValues("few"), 0.5);
            assertTrue(whatIf.distinctValues("wide") > 20_000, "" + whatIf.distinctValues("wide"));
            final List<KeyCandidate> candidates = new ArrayList<>();
            for (final String spec : List.of("make.model", "model", "make.few", "wide", "text", "few")) {
                candidates.add(new KeyCandidate(KeySpec.parse(spec), Kind.COLD));
                candidates.add(new KeyCandidate(KeySpec.parse(spec), Kind.HOT));
            }
            candidates.add(new KeyCandidate(KeySpec.parse("make"), Kind.BITMAP));
            candidates.add(new KeyCandidate(KeySpec.parse("few"), Kind.BITMAP));
            final WorkloadCost costs = whatIf.costs(tally, candidates);
            assertEquals(920_000, costs.bytes(costs.find("wide")));
            assertTrue(costs.bytes(costs.find("few bitmap")) < 200_000, "" + costs.bytes(costs.find("few bitmap")));
            final KeyProposal two = KeyAdvisor.advise(costs, KeyBudget.ofBytes(2 * 920_000));
            final List<String> names =
                    two.keys().stream().map(ProposedKey::name).toList();
            assertTrue(names.contains("wide"), two.report());
            final KeyProposal all = KeyAdvisor.advise(costs, KeyBudget.unlimited());
            assertTrue(all.cost() < all.costWithout() / 5, all.report());
            assertTrue(all.toString().contains("wide hot"), all.report());
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldRememberCostsUntilShapesAreAskedWithOtherValues() {
        try (Slab slab = rows(new Random(3))) {
            final RowSample sample = RowSample.of(slab, SAMPLE, new SplittableRandom(1));
            final WhatIf whatIf = new WhatIf(sample, COSTS);
            final QueryTally tally = QueryTally.parse("model 500\nfew make 200");
            final Shape model = Shape.parse("model");
            keep(tally, model, 1, 8);
            final List<KeyCandidate> candidates = whatIf.candidates(tally);
            assertTrue(candidates.contains(KeyCandidate.parse("make.few hot")), "" + candidates);
            final double frequent = cost(whatIf.costs(tally, candidates), "model");
            keep(tally, model, 350, 4);
            assertEquals(frequent, cost(whatIf.costs(tally, candidates), "model"), "still about the same");
            keep(tally, model, 350, 12);
            final double rare = cost(whatIf.costs(tally, candidates), "model");
            assertTrue(rare < frequent / 2, rare + " " + frequent);
            assertEquals(rare, cost(new WhatIf(sample, COSTS).costs(tally, candidates), "model"));
        }
        assertEquals(0, ledger.usedBytes());
    }

    private static void keep(QueryTally tally, Shape shape, int value, int times) {
        for (int i = 0; i < times; i++) {
            tally.keep(shape, new ValueSet[] {ValueSet.of(FieldType.INT32, value)}, 1);
        }
    }

    /** What the shape costs by the cold key of its name. */
    private static double cost(WorkloadCost costs, String name) {
        final Selection only = Selection.of(costs, List.of(name));
        return only.cost(costs.findQuery(name));
    }

    @Test
    void shouldCostNothingButAScanWithoutRows() {
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger);
                Slab slab = rows.build()) {
            final WhatIf whatIf = new WhatIf(RowSample.of(slab, SAMPLE, new SplittableRandom(1)), COSTS);
            final KeyCandidate key = new KeyCandidate(KeySpec.parse("make.few"), Kind.COLD);
            final WorkloadCost costs = whatIf.costs(
                    QueryTally.parse("make 5"), List.of(key, new KeyCandidate(KeySpec.parse("few"), Kind.BITMAP)));
            assertEquals(0, costs.costWithout());
        }
    }
}
