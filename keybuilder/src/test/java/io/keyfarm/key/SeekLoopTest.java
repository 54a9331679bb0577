package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SeekLoopTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldFindTheRowsAFullScanFinds() {
        for (long seed = 0; seed < 400L * SCALE; seed++) {
            final RandomTable table = new RandomTable(seed);
            final int[] sizes = {0, 1, 2, 10, 100, 1_000, 4_000};
            final int size = sizes[table.random.nextInt(sizes.length)];
            final KeySpec spec = table.key();
            try (Slab slab = table.rows(size, ledger);
                    SortedKey cold = new KeyBuilder(ledger).build(slab, spec, KeyTier.COLD);
                    SortedKey hot = new KeyBuilder(ledger).build(slab, spec, KeyTier.HOT, table.hashed(slab, spec))) {
                final SeekLoop coldLoop = new SeekLoop(cold);
                final SeekLoop hotLoop = new SeekLoop(hot);
                for (int i = 0; i < 25; i++) {
                    final @Nullable SegmentMonitor[] monitors = table.monitors(slab);
                    final String what = "seed " + seed + " query " + i + " " + spec + " of " + slab.schema();
                    final int[] expected = scan(cold, monitors);
                    compare(coldLoop, monitors, expected, 1 + table.random.nextInt(100), what + " cold");
                    compare(hotLoop, monitors, expected, 1 + table.random.nextInt(100), what + " hot");
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    private static int[] scan(SortedKey key, @Nullable SegmentMonitor[] monitors) {
        final int[] fields = key.spec().indexes(key.slab().schema());
        final RowView row = key.slab().newView();
        return IntStream.range(0, key.rowCount())
                .map(key::rowNumber)
                .filter(rowNumber -> {
                    key.slab().view(rowNumber, row);
                    return RandomTable.matches(row, monitors, fields);
                })
                .toArray();
    }

    private static void compare(
            SeekLoop loop, @Nullable SegmentMonitor[] monitors, int[] expected, int batch, String what) {
        loop.open(monitors);
        if (batch % 3 == 1) {
            assertTrue(loop.costRows() >= expected.length, () -> what + ": cost");
        } else if (batch % 3 == 2) {
            assertTrue(!loop.isAtMost(batch) || expected.length <= batch, () -> what + ": at most " + batch);
        }
        assertArrayEquals(expected, drain(loop, batch), what);
        loop.open(monitors);
        assertTrue(!loop.isAtMost(0) || expected.length == 0, () -> what + ": none");
        assertEquals(expected.length, loop.count(), () -> what + ": count");
        loop.open(monitors);
        assertTrue(loop.isAtMost(Integer.MAX_VALUE), () -> what + ": at most all");
        assertEquals(expected.length > 0, loop.exists(), () -> what + ": exists");
        final int[] some = new int[batch];
        final int taken = loop.next(some);
        assertEquals(Math.min(batch, expected.length), taken, () -> what + ": first batch");
        assertEquals(expected.length - taken, loop.count(), () -> what + ": count of the rest");
    }

    private static int[] drain(SeekLoop loop, int batch) {
        int[] found = {};
        final int[] rowNumbers = new int[batch];
        int count = loop.next(rowNumbers);
        while (count > 0) {
            found = Arrays.copyOf(found, found.length + count);
            System.arraycopy(rowNumbers, 0, found, found.length - count, count);
            count = loop.next(rowNumbers);
        }
        return found;
    }

    @Test
    void shouldSeekOnceForEachTupleAskedFor() {
        final TableSchema schema = TableSchema.parse("t: a int32, b int32");
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int i = 0; i < 72; i++) {
                rows.beginRow().putLong(0, 1 + i % 3).putLong(1, i / 3 % 12).endRow();
            }
            try (Slab slab = rows.build();
                    SortedKey key = new KeyBuilder(ledger).build(slab, KeySpec.parse("a.b"), KeyTier.COLD)) {
                final SegmentMonitor a = numbers(schema, 0, 1, 3);
                final SegmentMonitor b = numbers(schema, 1, 5);
                final SeekLoop loop = new SeekLoop(key);
                loop.open(new SegmentMonitor[] {a, b});
                assertEquals(4, drain(loop, 10).length);
                assertEquals(2, loop.seeks());
                loop.open(new SegmentMonitor[] {numbers(schema, 0, 1), numbers(schema, 1, 0)});
                assertEquals(2, drain(loop, 10).length, "the smallest row");
            }
        }
    }

    @Test
    void shouldFollowASetBetweenTwoPoints() {
        final TableSchema schema = TableSchema.parse("t: a int32, b int32, c int32");
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int i = 0; i < 10 * 10 * 10; i++) {
                rows.beginRow()
                        .putLong(0, i / 100)
                        .putLong(1, i / 10 % 10)
                        .putLong(2, i % 10)
                        .endRow();
            }
            try (Slab slab = rows.build();
                    SortedKey key = new KeyBuilder(ledger).build(slab, KeySpec.parse("a.b.c"), KeyTier.COLD)) {
                final SeekLoop loop = new SeekLoop(key);
                loop.open(
                        new SegmentMonitor[] {numbers(schema, 0, 1), numbers(schema, 1, 1, 3), numbers(schema, 2, 5)});
                assertArrayEquals(new int[] {115, 135}, drain(loop, 10));
            }
        }
    }

    private static SegmentMonitor numbers(TableSchema schema, int field, long... values) {
        final SegmentMonitor monitor = new SegmentMonitor(schema.field(field).type());
        monitor.begin();
        for (final long value : values) {
            monitor.addPoint(value);
        }
        monitor.end();
        return monitor;
    }
}
