package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bitmaps against a filter of every row. */
final class BitmapCursorTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    /** A row costs so much that every field pays. */
    private static final CostModel SERVE_ALL = new CostModel(400, 250, 1e12, 2, 1);

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldFindTheRowsAFullScanFinds() {
        for (long seed = 0; seed < 400L * SCALE; seed++) {
            final RandomTable table = new RandomTable(seed);
            final int[] sizes = {0, 1, 2, 10, 100, 1_000, 4_000};
            final int size = sizes[table.random.nextInt(sizes.length)];
            try (Slab slab = table.rows(size, ledger);
                    Keys keys = new Keys(slab)) {
                final BitmapCursor all = new BitmapCursor(keys.keys, SERVE_ALL, () -> false);
                final BitmapCursor some = new BitmapCursor(keys.keys, CostModel.typical(), () -> false);
                for (int i = 0; i < 25; i++) {
                    final @Nullable SegmentMonitor[] monitors = table.monitors(slab);
                    final String what = "seed " + seed + " query " + i + " of " + slab.schema();
                    compare(all, slab, monitors, 1 + table.random.nextInt(100), what + " all");
                    compare(some, slab, monitors, 1 + table.random.nextInt(100), what + " some");
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldFindThemInWindowsOfAllKinds() {
        final int[] sizes = {65_535, 65_536, 65_537, 131_072, 131_073, 200_000, 300_000};
        for (int seed = 0; seed < 14 * SCALE; seed++) {
            findInWindows(seed, sizes[seed % sizes.length]);
        }
        findInWindows(1_000_000, 1_000_000);
        assertEquals(0, ledger.usedBytes());
    }

    private void findInWindows(long seed, int rowCount) {
        final Random random = new Random(seed);
        final TableSchema schema =
                TableSchema.parse("t: a int32 null, b int32, c int32 null, d int32, e int32, f int32, g bool");
        final Style[] styles = new Style[schema.fieldCount()];
        Arrays.setAll(styles, i -> new Style(random, i == schema.fieldCount() - 1 ? 2 : 0));
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int row = 0; row < rowCount; row++) {
                rows.beginRow();
                for (int field = 0; field < styles.length; field++) {
                    if (schema.field(field).nullable() && styles[field].isNull(random, row)) {
                        rows.putNull(field);
                    } else {
                        rows.putLong(field, styles[field].value(random, row, rowCount));
                    }
                }
                rows.endRow();
            }
            try (Slab slab = rows.build();
                    Keys keys = new Keys(slab)) {
                final BitmapCursor all = new BitmapCursor(keys.keys, SERVE_ALL, () -> false);
                final BitmapCursor some = new BitmapCursor(keys.keys, CostModel.typical(), () -> false);
                for (int i = 0; i < 25; i++) {
                    final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[styles.length];
                    for (int field = 0; field < styles.length; field++) {
                        if (random.nextInt(styles.length) < 3) {
                            monitors[field] = styles[field].monitor(random, schema, field);
                        }
                    }
                    final String what = "seed " + seed + " query " + i + " by " + Arrays.toString(styles) + " of "
                            + rowCount + " rows: " + Arrays.toString(monitors);
                    compare(i % 3 == 0 ? some : all, slab, monitors, 1 + random.nextInt(5_000), what);
                }
            }
        }
    }

    /** How a field's values are spread: few or many, skewed, in clumps, sorted. */
    private record Style(int values, int kind) {
        private static final int[] VALUES = {1, 2, 3, 8, 15, 17, 40, 300, 5_000, 40_000};

        Style(Random random, int values) {
            this(values > 0 ? values : VALUES[random.nextInt(VALUES.length)], random.nextInt(4));
        }

        long value(Random random, int row, int rowCount) {
            return switch (kind) {
                case 0 -> random.nextInt(values);
                case 1 -> (long) (Math.pow(random.nextDouble(), 5) * values);
                case 2 -> (long) row * values / rowCount;
                default -> row / 7_000 * 31L % values;
            };
        }

        boolean isNull(Random random, int row) {
            return values % 2 == 0 ? random.nextInt(5) == 0 : row / 9_000 % 3 == 0;
        }

        SegmentMonitor monitor(Random random, TableSchema schema, int field) {
            final SegmentMonitor monitor =
                    new SegmentMonitor(schema.field(field).type());
            monitor.begin();
            final int points = random.nextInt(4) == 0 ? random.nextInt(60) : 1 + random.nextInt(2);
            for (int i = 0; i < points; i++) {
                final int low = random.nextInt(values + 1);
                final int width = random.nextInt(3) == 0 ? random.nextInt(values) : 0;
                monitor.addRange(low, low + width);
            }
            if (random.nextInt(5) == 0) {
                monitor.addNull();
            }
            monitor.end();
            if (random.nextInt(3) == 0) {
                monitor.complement();
            }
            return monitor;
        }
    }

    /** A bitmap key of each field. */
    private final class Keys implements AutoCloseable {
        final List<BitmapKey> keys = new ArrayList<>();

        Keys(Slab slab) {
            final long before = ledger.usedBytes();
            slab.schema()
                    .fields()
                    .forEach(field -> keys.add(new BitmapKeyBuilder(ledger).build(slab, KeySpec.of(field.name()))));
            assertEquals(
                    ledger.usedBytes() - before,
                    keys.stream().mapToLong(BitmapKey::bytes).sum());
        }

        @Override
        public void close() {
            keys.forEach(BitmapKey::close);
            keys.forEach(BitmapKey::close);
        }
    }

    private static void compare(
            BitmapCursor cursor, Slab slab, @Nullable SegmentMonitor[] monitors, int batch, String what) {
        if (!cursor.open(monitors)) {
            assertEquals(0, cursor.next(new int[1]), what);
            return;
        }
        final int[] served =
                IntStream.range(0, monitors.length).filter(cursor::isServed).toArray();
        assertEquals(cursor.servedCount(), served.length, what);
        final RowView row = slab.newView();
        final int[] expected = IntStream.range(0, slab.rowCount())
                .filter(rowNumber -> {
                    slab.view(rowNumber, row);
                    return RandomTable.matches(row, monitors, served);
                })
                .toArray();
        assertTrue(cursor.costRows() >= expected.length, () -> what + ": cost");
        if (served.length == 1) {
            assertEquals(expected.length, cursor.costRows(), () -> what + ": the one field's count");
        }
        assertArrayEquals(expected, drain(cursor, batch), what);
        cursor.open(monitors);
        assertEquals(expected.length, cursor.count(), () -> what + ": count");
        cursor.open(monitors);
        assertEquals(expected.length > 0, cursor.exists(), () -> what + ": exists");
        final int[] some = new int[batch];
        final int taken = cursor.next(some);
        assertEquals(Math.min(batch, expected.length), taken, () -> what + ": first batch");
        assertEquals(expected.length - taken, cursor.count(), () -> what + ": count of the rest");
    }

    private static int[] drain(BitmapCursor cursor, int batch) {
        final IntStream.Builder found = IntStream.builder();
        final int[] rowNumbers = new int[batch];
        for (int count = cursor.next(rowNumbers); count > 0; count = cursor.next(rowNumbers)) {
            Arrays.stream(rowNumbers, 0, count).forEach(found::add);
        }
        return found.build().toArray();
    }

    @Test
    void shouldCombineAnyNumberOfDenseFields() {
        final Random random = new Random(2);
        final TableSchema schema = TableSchema.parse("t: a int8, b int8, c int8, d int8, e int8");
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int i = 0; i < 150_000; i++) {
                rows.beginRow();
                for (int field = 0; field < schema.fieldCount(); field++) {
                    rows.putLong(field, random.nextInt(4));
                }
                rows.endRow();
            }
            try (Slab slab = rows.build();
                    Keys keys = new Keys(slab)) {
                final BitmapCursor cursor = new BitmapCursor(keys.keys, SERVE_ALL, () -> false);
                for (int fields = 1; fields <= schema.fieldCount(); fields++) {
                    final long[] values = random.longs(fields, 0, 4).toArray();
                    compare(cursor, slab, points(slab, values), 256, Arrays.toString(values));
                    assertEquals(fields, cursor.servedCount());
                }
            }
        }
    }

    @Test
    void shouldPayForAsManyWindowsAsTheRowsTakenNeed() {
        try (Slab slab = dense(1_000_000);
                Keys keys = new Keys(slab)) {
            final AtomicInteger windows = new AtomicInteger();
            final BitmapCursor cursor = new BitmapCursor(keys.keys, SERVE_ALL, () -> {
                windows.incrementAndGet();
                return false;
            });
            cursor.open(points(slab, 1, 1));
            assertEquals(10, cursor.next(new int[10]));
            assertEquals(1, windows.get());
            assertEquals(2L * BitmapWindow.WORDS, cursor.rowsExamined());
            assertEquals(4, cursor.seeks());
        }
    }

    @Test
    void shouldStopWhereItIsTold() {
        try (Slab slab = dense(300_000);
                Keys keys = new Keys(slab)) {
            final AtomicInteger windows = new AtomicInteger();
            final BitmapCursor cursor = new BitmapCursor(keys.keys, SERVE_ALL, () -> windows.incrementAndGet() > 2);
            cursor.open(points(slab, 1, 1));
            final long rows = cursor.count();
            assertTrue(rows > 0 && rows <= 2 * BitmapWindow.ROWS / 4, rows + " rows");
            assertEquals(0, cursor.next(new int[10]));
        }
    }

    @Test
    void shouldLeaveAFieldThatSavesLessThanItCosts() {
        try (Slab slab = dense(300_000);
                Keys keys = new Keys(slab)) {
            final BitmapCursor cursor = new BitmapCursor(keys.keys, CostModel.typical(), () -> false);
            final @Nullable SegmentMonitor[] monitors = points(slab, 1, 1);
            monitors[2] = new SegmentMonitor(slab.schema().field(2).type());
            monitors[2].bindPoint(5);
            cursor.open(monitors);
            assertTrue(cursor.isServed(2), "the id leads");
            assertEquals(1, cursor.costRows());
            monitors[2].bindRange(0, 290_000);
            cursor.open(monitors);
            assertTrue(cursor.isServed(0) && cursor.isServed(1) && !cursor.isServed(2), "nearly every id is admitted");
        }
    }

    @Test
    void shouldAllocateNothingOnceItStands() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (long seed = 0; seed < 12; seed++) {
            final RandomTable table = new RandomTable(seed);
            try (Slab slab = table.rows(2_000, ledger);
                    Keys keys = new Keys(slab)) {
                final BitmapCursor cursor = new BitmapCursor(keys.keys, SERVE_ALL, () -> false);
                final @Nullable SegmentMonitor[][] queries = new SegmentMonitor[20][];
                Arrays.setAll(queries, i -> table.monitors(slab));
                final int[] rowNumbers = new int[32];
                for (int round = 0; round < 3; round++) {
                    runAll(cursor, queries, rowNumbers);
                }
                final long id = Thread.currentThread().getId();
                final long before = threads.getThreadAllocatedBytes(id);
                runAll(cursor, queries, rowNumbers);
                final long allocated = threads.getThreadAllocatedBytes(id) - before;
                // The counter itself takes a little.
                assertTrue(allocated < 500, "seed " + seed + ": " + allocated + " bytes");
            }
        }
    }

    private static void runAll(BitmapCursor cursor, @Nullable SegmentMonitor[][] queries, int[] rowNumbers) {
        for (final @Nullable SegmentMonitor[] monitors : queries) {
            cursor.open(monitors);
            cursor.costRows();
            int count;
            do {
                count = cursor.next(rowNumbers);
            } while (count > 0);
            cursor.open(monitors);
            cursor.count();
        }
    }

    /** Two fields of four values, and an id shared by at most five rows. */
    private Slab dense(int rowCount) {
        final Random random = new Random(1);
        final TableSchema schema = TableSchema.parse("t: a int32, b int32, id int32");
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow()
                        .putLong(0, random.nextInt(4))
                        .putLong(1, random.nextInt(4))
                        .putLong(2, i < 60_000 ? i * 5L : 0)
                        .endRow();
            }
            return rows.build();
        }
    }

    private static @Nullable SegmentMonitor[] points(Slab slab, long... values) {
        final @Nullable SegmentMonitor[] monitors =
                new SegmentMonitor[slab.schema().fieldCount()];
        for (int i = 0; i < values.length; i++) {
            final SegmentMonitor monitor =
                    new SegmentMonitor(slab.schema().field(i).type());
            monitor.bindPoint(values[i]);
            monitors[i] = monitor;
        }
        return monitors;
    }
}
