package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import org.junit.jupiter.api.Test;

final class BitmapKeyTest {
    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    private Slab ids(int rowCount, int distinct, boolean nullable) {
        final TableSchema schema = TableSchema.parse("t: id int32" + (nullable ? " null" : "") + ", pad char(4)");
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow();
                if (nullable && i == rowCount - 1) {
                    rows.putNull(0);
                } else {
                    rows.putLong(0, i % distinct * 7L);
                }
                rows.putText(1, "x").endRow();
            }
            return rows.build();
        }
    }

    @Test
    void shouldTakeAsManyValuesAsItSaysAndNotOneMore() {
        final KeySpec spec = KeySpec.of("id");
        final BitmapKeyBuilder builder = new BitmapKeyBuilder(ledger);
        try (Slab most = ids(70_000, BitmapKey.MAX_VALUES, false);
                Slab mostWithNull = ids(70_000, BitmapKey.MAX_VALUES - 1, true);
                Slab more = ids(70_000, BitmapKey.MAX_VALUES + 1, false);
                Slab moreWithNull = ids(70_000, BitmapKey.MAX_VALUES, true)) {
            final long before = ledger.usedBytes();
            try (BitmapKey key = builder.build(most, spec);
                    BitmapKey withNull = builder.build(mostWithNull, spec)) {
                assertEquals(BitmapKey.MAX_VALUES, key.valueCount());
                assertEquals(BitmapKey.MAX_VALUES, withNull.valueCount());
                assertEquals(2, key.values().rows(0, 1));
                assertEquals(1, withNull.values().rows(BitmapKey.MAX_VALUES - 1, BitmapKey.MAX_VALUES), "null");
            }
            assertEquals(
                    "a bitmap key takes at most 65,536 distinct values, but id of t has 65,537 in the first 65,537 of"
                            + " its 70,000 rows; a sorted key takes any number",
                    assertThrows(BadValueException.class, () -> builder.build(more, spec))
                            .getMessage());
            assertThrows(BadValueException.class, () -> builder.build(moreWithNull, spec));
            assertEquals(before, ledger.usedBytes());
        }
    }

    @Test
    void shouldNameWhatIsNoFieldOrMoreThanOne() {
        final BitmapKeyBuilder builder = new BitmapKeyBuilder(ledger);
        try (Slab slab = ids(10, 10, false)) {
            assertEquals(
                    "t has no field it; it has id, pad",
                    assertThrows(BadValueException.class, () -> builder.build(slab, KeySpec.of("it")))
                            .getMessage());
            assertEquals(
                    "a bitmap key has 1 field, but id.pad has 2; the bitmaps of several are combined as a query asks",
                    assertThrows(BadValueException.class, () -> builder.build(slab, KeySpec.parse("id.pad")))
                            .getMessage());
        }
    }

    @Test
    void shouldHoldNothingWhereThereIsNoRoom() {
        try (Slab slab = ids(200_000, 100, true)) {
            final long needed;
            try (BitmapKey key = new BitmapKeyBuilder(ledger).build(slab, KeySpec.of("id"))) {
                needed = key.bytes() + 2L * slab.rowCount();
                assertTrue(key.bytes() < 2.1 * slab.rowCount(), key.bytes() + " bytes");
            }
            for (long limit = 0; limit < needed; limit += needed / 50) {
                final MemoryLedger tight = MemoryLedger.limited("tight", limit);
                assertThrows(
                        MemoryLimitException.class, () -> new BitmapKeyBuilder(tight).build(slab, KeySpec.of("id")));
                assertEquals(0, tight.usedBytes(), "limit " + limit);
            }
        }
    }

    @Test
    void shouldTakeABitARowForAValueThatManyRowsHold() {
        try (Slab slab = ids(1 << 20, 4, false);
                BitmapKey key = new BitmapKeyBuilder(ledger).build(slab, KeySpec.of("id"))) {
            assertTrue(key.bytes() < (4.1 / 8) * slab.rowCount(), key.bytes() + " bytes");
        }
    }

    @Test
    void shouldTellAFarmerTrueCountsOfFewValuesAndFairOnesOfMany() {
        final SegmentMonitor monitor = new SegmentMonitor(
                TableSchema.parse("t: id int32 null").field(0).type());
        try (Slab few = ids(100_001, 100, true);
                BitmapKey key = new BitmapKeyBuilder(ledger).build(few, KeySpec.of("id"))) {
            final BitmapSummary summary = key.summary();
            assertTrue(summary.isExact());
            monitor.bindRange(0, 7 * 9);
            assertEquals(10_000, summary.rows(monitor));
            assertEquals(10, summary.values(monitor));
            monitor.bindOnlyNull();
            assertEquals(1, summary.rows(monitor));
        }
        try (Slab many = ids(100_000, 20_000, false);
                BitmapKey key = new BitmapKeyBuilder(ledger).build(many, KeySpec.of("id"))) {
            final BitmapSummary summary = key.summary();
            assertFalse(summary.isExact());
            monitor.bindPoint(7);
            assertEquals(5, summary.rows(monitor));
            monitor.bindRange(0, 7 * 10_000);
            assertEquals(50_000, summary.rows(monitor), 200);
            assertEquals(10_000, summary.values(monitor), 50);
        }
    }
}
