package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Estimate;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What farmers expect of a key, held against what its walk really takes, over tables whose values are skewed and whose fields
 * depend on each other, as those of real tables do.
 */
final class EstimateTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final long FIRST_SEED = Long.getLong("keyfarm.test.seed", 0);
    private static final int TABLES = 40;
    private static final int QUERIES = 100;
    private static final TableSchema SCHEMA = TableSchema.parse("t: a int32, b int32, c int32, d int32");
    private static final List<String> FIELDS = List.of("a", "b", "c", "d");

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");
    private final CostModel costs = CostModel.typical();

    @Test
    void shouldExpectAboutWhatTheWalkTakes() {
        final Ratios seeks = new Ratios("seeks");
        final Ratios rows = new Ratios("rows");
        final Ratios cold = new Ratios("cost, cold");
        final Ratios hot = new Ratios("cost, hot");
        final Ratios skipping = new Ratios("cost, skipping");
        for (long seed = FIRST_SEED; seed < FIRST_SEED + (long) TABLES * SCALE; seed++) {
            final Random random = new Random(seed * 0x9E3779B97F4A7C15L);
            final KeyTier tier = seed % 2 == 0 ? KeyTier.COLD : KeyTier.HOT;
            final int[] strides = new int[FIELDS.size()];
            try (Slab slab = rows(random, strides);
                    SortedKey key = new KeyBuilder(ledger).build(slab, spec(random), tier)) {
                final SeekLoop loop = new SeekLoop(key);
                final int[] rowNumbers = new int[256];
                for (int query = 0; query < QUERIES; query++) {
                    final @Nullable SegmentMonitor[] monitors = monitors(random, slab, strides);
                    final Estimate estimate = key.summary().estimate(monitors);
                    loop.open(monitors);
                    final long found = drain(loop, rowNumbers);
                    final String what = "seed " + seed + " query " + query + ": " + key.summary() + " " + tier + " "
                            + Arrays.toString(monitors) + ", " + estimate + " but " + found + " rows "
                            + loop.seeks() + " seeks " + loop.rowsExamined() + " examined";
                    seeks.add(estimate.seeks() + 2, loop.seeks() + 2.0, what);
                    rows.add(estimate.rows() + 10, found + 10.0, what);
                    final double expected = cost(estimate, tier);
                    final double real = cost(loop, found, tier);
                    (tier == KeyTier.HOT ? hot : cold).add(expected, real, what);
                    if (monitors[SCHEMA.indexOf(key.spec().fields().get(0))] == null
                            && loop.seeks() + loop.rowsExamined() > found) {
                        skipping.add(expected, real, what);
                    }
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
        System.out.println(seeks + "\n" + rows + "\n" + cold + "\n" + hot + "\n" + skipping);
        seeks.expect(0.2, 0.65, 2.5, 12);
        rows.expect(0.25, 0.65, 6, 30);
        cold.expect(0.5, 0.8, 5, 15);
        hot.expect(0.4, 0.8, 3, 10);
        skipping.expect(0.5, 0.75, 2.5, 8);
    }

    private double cost(Estimate estimate, KeyTier tier) {
        return costs.keyedNs(estimate, tier);
    }

    private double cost(SeekLoop loop, long found, KeyTier tier) {
        return tier == KeyTier.HOT
                ? loop.seeks() * costs.hotSeekNs()
                        + loop.rowsExamined() * costs.stepNs(tier)
                        + found * costs.keyedRowNs()
                : loop.seeks() * costs.seekNs() + Math.max(found, loop.rowsExamined()) * costs.keyedRowNs();
    }

    private static long drain(SeekLoop loop, int[] rowNumbers) {
        long rows = 0;
        for (int count = loop.next(rowNumbers); count > 0; count = loop.next(rowNumbers)) {
            rows += count;
        }
        return rows;
    }

    private static KeySpec spec(Random random) {
        final List<String> fields = new ArrayList<>(FIELDS);
        Collections.shuffle(fields, random);
        return KeySpec.of(fields.subList(0, 1 + random.nextInt(fields.size())).toArray(String[]::new));
    }

    /** Each field has values of its own, even or skewed, or goes with one before it, strictly or nearly. */
    private Slab rows(Random random, int[] strides) {
        final int rowCount = 1_000 << random.nextInt(7);
        final int fieldCount = FIELDS.size();
        final int[] cardinalities = new int[fieldCount];
        final double[] skews = new double[fieldCount];
        final int[] parents = new int[fieldCount];
        final double[] noises = new double[fieldCount];
        final int[] divisors = new int[fieldCount];
        for (int i = 0; i < fieldCount; i++) {
            cardinalities[i] = 2 + random.nextInt(1 << (1 + random.nextInt(16)));
            skews[i] = random.nextInt(3) == 0 ? 0 : 0.5 + 3 * random.nextDouble();
            parents[i] = i > 0 && random.nextBoolean() ? random.nextInt(i) : -1;
            noises[i] = random.nextBoolean() ? 0 : random.nextDouble() * random.nextDouble();
            divisors[i] = 1 + random.nextInt(20);
            strides[i] = random.nextBoolean() ? 1 : 1 + random.nextInt(1 << random.nextInt(12));
        }
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            final long[] values = new long[fieldCount];
            for (int row = 0; row < rowCount; row++) {
                rows.beginRow();
                for (int i = 0; i < fieldCount; i++) {
                    final boolean follows = parents[i] >= 0 && random.nextDouble() >= noises[i];
                    values[i] = follows
                            ? values[parents[i]] / divisors[i]
                            : (long) (cardinalities[i] * Math.pow(random.nextDouble(), 1 + skews[i]));
                    rows.putLong(i, values[i] * strides[i]);
                }
                rows.endRow();
            }
            return rows.build();
        }
    }

    /** Values are mostly those of a row, so that something is found; at least one field is asked of. */
    private static @Nullable SegmentMonitor[] monitors(Random random, Slab slab, int[] strides) {
        final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[FIELDS.size()];
        final RowView view = slab.newView();
        final int sure = random.nextInt(monitors.length);
        final int row = random.nextInt(slab.rowCount());
        for (int field = 0; field < monitors.length; field++) {
            if (field != sure && random.nextInt(2) == 0) {
                continue;
            }
            slab.view(random.nextInt(4) == 0 ? random.nextInt(slab.rowCount()) : row, view);
            final long value = view.getSortable(field);
            final SegmentMonitor monitor =
                    new SegmentMonitor(SCHEMA.field(field).type());
            switch (random.nextInt(4)) {
                case 0 -> {
                    final long width = (long) strides[field] << random.nextInt(12);
                    monitor.bindRange(value - random.nextInt((int) Math.min(width, 1 << 20)), value + width);
                }
                case 1 -> {
                    monitor.begin();
                    monitor.addPoint(value);
                    for (int i = random.nextInt(1 << random.nextInt(6)); i > 0; i--) {
                        slab.view(random.nextInt(slab.rowCount()), view);
                        monitor.addPoint(view.getSortable(field) + (random.nextInt(4) == 0 ? 1 : 0));
                    }
                    monitor.end();
                }
                default -> monitor.bindPoint(value);
            }
            monitors[field] = monitor;
        }
        return monitors;
    }

    /** What was expected over what was. */
    private static final class Ratios {
        private final String name;
        private final List<Double> ratios = new ArrayList<>();
        private final List<String> whats = new ArrayList<>();

        Ratios(String name) {
            this.name = name;
        }

        void add(double expected, double real, String what) {
            ratios.add(expected / real);
            whats.add(what);
        }

        /** What a hundredth, a twentieth, all but a twentieth and all but a hundredth of the ratios are at least, or at most. */
        void expect(double hundredth, double twentieth, double mostTwentieth, double mostHundredth) {
            assertTrue(
                    quantile(0.01) >= hundredth
                            && quantile(0.05) >= twentieth
                            && quantile(0.5) >= 0.95
                            && quantile(0.5) <= 1.2
                            && quantile(0.95) <= mostTwentieth
                            && quantile(0.99) <= mostHundredth,
                    () -> this + "\nat 1 %: " + what(0.01) + "\nat 99 %: " + what(0.99));
        }

        private String what(double part) {
            return whats.get(ratios.indexOf(quantile(part)));
        }

        double quantile(double part) {
            final List<Double> sorted = new ArrayList<>(ratios);
            Collections.sort(sorted);
            return sorted.get((int) Math.min(sorted.size() - 1.0, part * sorted.size()));
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-15s %5d: 1%% %.3f, 5%% %.3f, 25%% %.2f, 50%% %.2f, 75%% %.2f, 95%% %.2f, 99%% %.2f, worst %.1f",
                    name,
                    ratios.size(),
                    quantile(0.01),
                    quantile(0.05),
                    quantile(0.25),
                    quantile(0.5),
                    quantile(0.75),
                    quantile(0.95),
                    quantile(0.99),
                    quantile(1));
        }
    }
}
