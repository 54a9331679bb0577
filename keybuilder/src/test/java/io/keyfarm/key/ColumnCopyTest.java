package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.build.BuildCancelledException;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.key.build.ColumnBuilder;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a column copy takes, and what is known of a value by its code. */
final class ColumnCopyTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final KeySpec F = KeySpec.of("f");

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    private Slab rows(String type, int rowCount, IntToLongFunction value) {
        final TableSchema schema = TableSchema.parse("t: f " + type + ", pad char(4)");
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow();
                final long it = value.applyAsLong(i);
                if (it == Long.MIN_VALUE) {
                    rows.putNull(0);
                } else if (schema.field(0).type().isText()) {
                    rows.putText(0, "text " + Long.toString(it * 0x9E37_79B9_7F4A_7C15L, 36) + it);
                } else if (schema.field(0).type().kind().isFloating()) {
                    rows.putDouble(0, (double) it);
                } else {
                    rows.putLong(0, it);
                }
                rows.putText(1, "x").endRow();
            }
            return rows.build();
        }
    }

    private String kind(String type, int rowCount, IntToLongFunction value) {
        try (Slab slab = rows(type, rowCount, value);
                ColumnCopy column = new ColumnBuilder(ledger).build(slab, F)) {
            assertEquals((long) column.codeBytes() * rowCount, column.bytes());
            return column.codeBytes() + (column.isSketch() ? " sketch" : " exact");
        }
    }

    @Test
    void shouldTakeAsFewBytesAsTheValuesNeed() {
        assertEquals("1 exact", kind("int64", 3_000, i -> 1_000_000_000_000L + i % 256));
        assertEquals("2 exact", kind("int64", 3_000, i -> 1_000_000_000_000L + i % 257));
        assertEquals("1 exact", kind("int32 null", 3_000, i -> i % 256 == 255 ? Long.MIN_VALUE : i % 256));
        assertEquals("2 exact", kind("int32 null", 3_000, i -> i == 7 ? Long.MIN_VALUE : i % 256));
        assertEquals("2 exact", kind("int64", 3_000, i -> i == 0 ? 65_535 : i - 1));
        assertEquals("4 exact", kind("int64", 3_000, i -> i == 0 ? 65_536 : i - 1));
        assertEquals("4 exact", kind("int64", 3_000, i -> i == 0 ? (1L << 32) - 1 : i - 1));
        assertEquals("1 sketch", kind("int64", 3_000, i -> i == 0 ? 1L << 32 : i - 1));
        assertEquals("1 sketch", kind("float64", 3_000, i -> i));
        assertEquals("2 exact", kind("varchar", 3_000, i -> i), "by their ranks");
        assertEquals("1 sketch", kind("varchar", 70_000, i -> i));
        assertEquals("1 exact", kind("int32", 0, i -> i));
        assertEquals("1 exact", kind("int64 null", 3_000, i -> Long.MIN_VALUE));
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldTakeAByteForFewValuesHoweverFarApart() {
        assertEquals("1 sketch", kind("int64", 3_000, i -> i % 255 * 1_000_000_007L), "all of them exact");
        assertEquals("2 exact", kind("int32", 3_000, i -> i % 256 * 100L));
        // A value that the sample did not draw shares a bucket.
        assertEquals("4 exact", kind("int32", 1 << 17, i -> i == 70_001 ? 5 : i % 100 * 10_000L));
    }

    @Test
    void shouldKnowWhichBucketsOfASketchAreInARange() {
        // So many that each bucket has several values, and no two rows the same.
        try (Slab slab = rows("int64 null", 51_000, i -> i == 9 ? Long.MIN_VALUE : i * 1_000_000_007L);
                ColumnCopy column = new ColumnBuilder(ledger).build(slab, F)) {
            assertTrue(column.isSketch());
            final ColumnCursor cursor = cursor(column, () -> false);
            final SegmentMonitor monitor =
                    new SegmentMonitor(slab.schema().field(0).type());
            int exactRanges = 0;
            for (int bucketEnd = 1; bucketEnd < 3_000; bucketEnd++) {
                monitor.bindRange(0, bucketEnd * 1_000_000_007L);
                cursor.open(new SegmentMonitor[] {monitor, null});
                final boolean isExact = cursor.isServed(0);
                exactRanges += isExact ? 1 : 0;
                final int led = (int) cursor.count();
                final int matching = bucketEnd + 1 - (bucketEnd >= 9 ? 1 : 0);
                assertTrue(isExact ? led == matching : led > matching, bucketEnd + ": " + led);
                // One value less, and the last bucket is not whole.
                if (isExact) {
                    monitor.bindRange(0, bucketEnd * 1_000_000_007L - 1);
                    cursor.open(new SegmentMonitor[] {monitor, null});
                    assertFalse(cursor.isServed(0));
                }
            }
            assertTrue(exactRanges > 10, exactRanges + " ranges that end where a bucket does");
            monitor.bindNotNull();
            cursor.open(new SegmentMonitor[] {monitor, null});
            assertTrue(cursor.isServed(0));
            assertEquals(50_999, cursor.count());
            monitor.bindOnlyNull();
            cursor.open(new SegmentMonitor[] {monitor, null});
            assertTrue(cursor.isServed(0));
            assertArrayEquals(new int[] {9}, drain(cursor, 100));
        }
    }

    @Test
    void shouldFindThemAcrossStretchesAndStops() {
        final int[] sizes = {16_383, 16_384, 16_385, 262_143, 262_144, 262_145, 600_001};
        final String[] types = {"int8 null", "int16", "int32 null", "int64", "float64 null", "varchar"};
        for (int seed = 0; seed < 18 * SCALE; seed++) {
            final Random random = new Random(seed);
            final String type = types[seed % types.length];
            final int size = type.equals("varchar") ? 20_000 : sizes[random.nextInt(sizes.length)];
            final int bits = type.startsWith("int") ? Integer.parseInt(type.replaceAll("int([0-9]*).*", "$1")) : 60;
            final boolean isNullable = type.endsWith("null");
            final int skew = random.nextInt(3);
            try (Slab slab = rows(
                            type,
                            size,
                            i -> isNullable && random.nextInt(20) == 0 ? Long.MIN_VALUE : value(random, bits, skew));
                    ColumnCopy column = new ColumnBuilder(ledger).build(slab, F)) {
                for (int query = 0; query < 12; query++) {
                    final SegmentMonitor monitor = monitor(random, slab, query);
                    final String what = "seed " + seed + " query " + query + " " + column + " " + monitor;
                    compare(slab, column, monitor, 1 + random.nextInt(query % 3 == 0 ? 9 : 5_000), what);
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    private static long value(Random random, int bits, int skew) {
        return switch (skew) {
            case 0 -> random.nextLong() >> (64 - bits);
            case 1 -> (long) (Math.pow(random.nextDouble(), 9) * (1L << (bits - 1)));
            default -> random.nextInt(100) == 0 ? random.nextLong() >> (64 - bits) : random.nextInt(3);
        };
    }

    private static SegmentMonitor monitor(Random random, Slab slab, int query) {
        final SegmentMonitor monitor = new SegmentMonitor(slab.schema().field(0).type());
        monitor.begin();
        final RowView view = slab.newView();
        for (int i = query < 6 ? 1 : query < 8 ? 2 : 30; i > 0; i--) {
            slab.view(random.nextInt(slab.rowCount()), view);
            if (view.isNull(0)) {
                monitor.addNull();
            } else if (monitor.type().isText()) {
                final byte[] text = view.getBytes(0);
                assert text != null;
                final UnsafeBuffer buffer = new UnsafeBuffer(text);
                monitor.addTextPrefix(buffer, 0, random.nextInt(text.length + 1));
            } else {
                final long from = view.getSortable(0);
                slab.view(random.nextInt(slab.rowCount()), view);
                final long other = view.isNull(0) || random.nextBoolean() ? from : view.getSortable(0);
                monitor.addRange(Math.min(from, other), Math.max(from, other));
            }
        }
        monitor.end();
        if (random.nextInt(4) == 0) {
            monitor.complement();
        }
        return monitor;
    }

    private void compare(Slab slab, ColumnCopy column, SegmentMonitor monitor, int batch, String what) {
        final RowFilter filter = new RowFilter(slab.layout(), 0);
        final int[] all = IntStream.range(0, slab.rowCount()).toArray();
        final int[] expected = Arrays.copyOf(all, filter.confirm(slab, monitor, all, all.length));
        final ColumnCursor cursor = cursor(column, () -> false);
        if (!cursor.open(new SegmentMonitor[] {monitor, null})) {
            assertTrue(monitor.isWild(), what);
            return;
        }
        final int[] led = drain(cursor, batch);
        if (cursor.isServed(0)) {
            assertArrayEquals(expected, led, what);
        }
        cursor.open(new SegmentMonitor[] {monitor, null});
        assertEquals(led.length, cursor.count(), what);
        assertArrayEquals(expected, Arrays.copyOf(led, filter.confirm(slab, monitor, led, led.length)), what);
    }

    private static ColumnCursor cursor(ColumnCopy column, BooleanSupplier isStopped) {
        return new ColumnCursor(List.of(column), CostModel.typical(), isStopped);
    }

    private static int[] drain(RowCursor cursor, int batch) {
        int[] found = new int[1 << 10];
        int total = 0;
        final int[] rowNumbers = new int[batch];
        for (int count = cursor.next(rowNumbers); count > 0; count = cursor.next(rowNumbers)) {
            while (total + count > found.length) {
                found = Arrays.copyOf(found, 2 * found.length);
            }
            System.arraycopy(rowNumbers, 0, found, total, count);
            total += count;
        }
        return Arrays.copyOf(found, total);
    }

    @Test
    void shouldLeaveNothingBehindWhenItIsNotWantedAnyMore() {
        for (final String type : List.of("int8", "int32", "int64", "varchar")) {
            try (Slab slab = rows(type, 100_000, i -> type.equals("int8") ? i % 128 : i * 20_000L)) {
                final MemoryLedger own = MemoryLedger.unlimited("columns");
                final AtomicInteger told = new AtomicInteger();
                new ColumnBuilder(own, told::addAndGet).build(slab, F).close();
                assertTrue(told.get() >= slab.rowCount(), type + ": told of " + told);
                final int stretches = told.get() / BuildPace.STRETCH_ROWS;
                for (int stretch = 0; stretch <= stretches; stretch++) {
                    final AtomicInteger left = new AtomicInteger(stretch);
                    assertThrows(
                            BuildCancelledException.class,
                            () -> new ColumnBuilder(own, rows -> {
                                        if (left.getAndDecrement() == 0) {
                                            throw new BuildCancelledException("enough");
                                        }
                                    })
                                    .build(slab, F));
                    assertEquals(0, own.usedBytes(), type + " after " + stretch);
                }
            }
        }
    }

    @Test
    void shouldHoldNothingIfThereIsNoRoom() {
        try (Slab slab = rows("int32", 100_000, i -> i * 20_000L)) {
            final long needed = 400_000 + 8L * BuildPace.STRETCH_ROWS;
            for (long limit = 0; limit < needed; limit += needed / 20) {
                final MemoryLedger tight = MemoryLedger.limited("tight", limit);
                assertThrows(MemoryLimitException.class, () -> new ColumnBuilder(tight).build(slab, F));
                assertEquals(0, tight.usedBytes(), "limit " + limit);
            }
        }
    }

    @Test
    void shouldNameWhatIsNoFieldOrMoreThanOne() {
        try (Slab slab = rows("int32", 10, i -> i)) {
            assertEquals(
                    "t has no field it; it has f, pad",
                    assertThrows(BadValueException.class, () -> new ColumnBuilder(ledger).build(slab, KeySpec.of("it")))
                            .getMessage());
            assertEquals(
                    "a column copy is of 1 field, but f.pad has 2; several are combined as a query asks",
                    assertThrows(
                                    BadValueException.class,
                                    () -> new ColumnBuilder(ledger).build(slab, KeySpec.parse("f.pad")))
                            .getMessage());
        }
    }

    @Test
    void shouldEndSoonAfterItIsToldTo() {
        try (Slab slab = rows("int16", 2_000_000, i -> i % 1000);
                ColumnCopy column = new ColumnBuilder(ledger).build(slab, F)) {
            final AtomicInteger polls = new AtomicInteger();
            final SegmentMonitor monitor =
                    new SegmentMonitor(slab.schema().field(0).type());
            monitor.bindPoint(3);
            final ColumnCursor cursor = cursor(column, () -> polls.incrementAndGet() > 2);
            cursor.open(new SegmentMonitor[] {monitor, null});
            final int found = drain(cursor, 100).length;
            assertEquals(3, polls.get());
            assertTrue(found > 700 && found < 900, found + " rows of three stretches of eight");
            polls.set(0);
            cursor.open(new SegmentMonitor[] {monitor, null});
            assertTrue(cursor.count() < 900);
        }
    }

    @Test
    void shouldAllocateNothingOnceItStands() {
        try (Slab slab = rows("float64", 20_000, i -> i);
                ColumnCopy column = new ColumnBuilder(ledger).build(slab, F)) {
            final SegmentMonitor monitor =
                    new SegmentMonitor(slab.schema().field(0).type());
            final SegmentMonitor[] monitors = {monitor, null};
            final ColumnCursor cursor = cursor(column, () -> false);
            final int[] rowNumbers = new int[256];
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            long sum = 0;
            for (int round = 0; round < 10; round++) {
                final long before =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                for (int i = 0; i < 100; i++) {
                    monitor.bindRange(Sortable.of(i * 10.0), Sortable.of(i * 100.0 + 50));
                    cursor.open(monitors);
                    sum += cursor.next(rowNumbers) + cursor.count();
                }
                least = Math.min(
                        least,
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
            }
            assertTrue(sum > 0);
            assertEquals(0, least, "bytes for 100 walks");
        }
    }
}
