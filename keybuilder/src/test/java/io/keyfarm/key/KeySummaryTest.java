package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Estimate;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class KeySummaryTest {
    private static final TableSchema SCHEMA = TableSchema.parse("t: a int32, b int32, c int32");

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldComeBackFromItsBytesAsItWas() {
        for (long seed = 0; seed < 100; seed++) {
            final RandomTable table = new RandomTable(seed);
            final KeySpec spec = table.key();
            try (Slab slab = table.rows(table.random.nextInt(600), ledger);
                    SortedKey key = new KeyBuilder(ledger).build(slab, spec, KeyTier.COLD)) {
                final byte[] bytes = key.summary().encode();
                assertEquals(key.summary(), KeySummary.decode(bytes, slab.schema()), "seed " + seed);
                final int cut = table.random.nextInt(bytes.length);
                assertThrows(
                        BadValueException.class,
                        () -> KeySummary.decode(Arrays.copyOf(bytes, cut), slab.schema()),
                        "seed " + seed);
            }
        }
    }

    @Test
    void shouldComeBackFromItsBytesAsItWasAlsoOfABitmapKey() {
        for (long seed = 0; seed < 100; seed++) {
            final RandomTable table = new RandomTable(seed);
            final KeySpec spec = KeySpec.of(table.key().fields().get(0));
            try (Slab slab = table.rows(table.random.nextInt(3_000), ledger);
                    BitmapKey key = new BitmapKeyBuilder(ledger).build(slab, spec)) {
                final byte[] bytes = key.summary().encode();
                assertEquals(key.summary(), BitmapSummary.decode(bytes, slab.schema()), "seed " + seed);
                final int cut = table.random.nextInt(bytes.length);
                assertThrows(
                        BadValueException.class,
                        () -> BitmapSummary.decode(Arrays.copyOf(bytes, cut), slab.schema()),
                        "seed " + seed);
                for (int i = 0; i < 20; i++) {
                    bytes[table.random.nextInt(bytes.length)] = (byte) table.random.nextInt();
                    try {
                        BitmapSummary.decode(bytes, slab.schema());
                    } catch (BadValueException e) {
                        assertTrue(e.getMessage() != null);
                    }
                }
            }
        }
    }

    @Test
    void shouldRefuseBytesThatAreNoSummary() {
        final Random random = new Random(11);
        try (Slab slab = rows(random);
                SortedKey key = new KeyBuilder(ledger).build(slab, KeySpec.parse("a.b"), KeyTier.COLD)) {
            for (int i = 0; i < 2_000; i++) {
                final byte[] bytes = key.summary().encode();
                for (int j = 0; j <= i % 4; j++) {
                    bytes[random.nextInt(i % 2 == 0 ? 40 : bytes.length)] = (byte) random.nextInt();
                }
                try {
                    KeySummary.decode(bytes, SCHEMA);
                } catch (BadValueException e) {
                    assertTrue(e.getMessage() != null);
                }
            }
        }
    }

    @Test
    void shouldExpectAboutAsManyRowsAsThereAre() {
        final Random random = new Random(3);
        try (Slab slab = rows(random);
                SortedKey key = new KeyBuilder(ledger).build(slab, KeySpec.parse("a.b.c"), KeyTier.COLD)) {
            // a: 10 values, b: 100, c: 1000, all even: 1e5 rows.
            expect(key, 100_000, 1, null, null, null);
            expect(key, 10_000, 1, point(0, 3), null, null);
            expect(key, 100, 1, point(0, 3), point(1, 50), null);
            expect(key, 1_000, 10, null, point(1, 50), null);
            expect(key, 30_000, 1, range(0, 2, 4), null, null);
            expect(key, 300, 3, range(0, 2, 4), point(1, 7), null);
            expect(key, 1_000, 1, point(0, 1), range(1, 10, 19), null);
            assertEquals(Estimate.NOTHING, key.summary().estimate(monitors(nothing(), null, null)));
            final CostModel costs = CostModel.typical();
            assertTrue(costs.keyedNs(key.summary().estimate(monitors(point(0, 3), point(1, 50), null)))
                    < costs.scanNs(100_000));
        }
        assertEquals(0, ledger.usedBytes());
    }

    private Slab rows(Random random) {
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            for (int i = 0; i < 100_000; i++) {
                rows.beginRow()
                        .putLong(0, random.nextInt(10))
                        .putLong(1, random.nextInt(100))
                        .putLong(2, random.nextInt(1000))
                        .endRow();
            }
            return rows.build();
        }
    }

    private static void expect(
            SortedKey key,
            double rows,
            double seeks,
            @Nullable SegmentMonitor a,
            @Nullable SegmentMonitor b,
            @Nullable SegmentMonitor c) {
        final Estimate estimate = key.summary().estimate(monitors(a, b, c));
        assertTrue(estimate.rows() > rows / 2 && estimate.rows() < rows * 2, () -> rows + " rows, but " + estimate);
        assertTrue(
                estimate.seeks() > seeks / 2 - 1 && estimate.seeks() < seeks * 2,
                () -> seeks + " seeks, but " + estimate);
    }

    private static @Nullable SegmentMonitor[] monitors(
            @Nullable SegmentMonitor a, @Nullable SegmentMonitor b, @Nullable SegmentMonitor c) {
        return new SegmentMonitor[] {a, b, c};
    }

    private static SegmentMonitor point(int field, long value) {
        return range(field, value, value);
    }

    private static SegmentMonitor range(int field, long low, long high) {
        final SegmentMonitor monitor = new SegmentMonitor(SCHEMA.field(field).type());
        monitor.bindRange(low, high);
        return monitor;
    }

    private static SegmentMonitor nothing() {
        final SegmentMonitor monitor = point(0, 0);
        monitor.bindNothing();
        return monitor;
    }
}
