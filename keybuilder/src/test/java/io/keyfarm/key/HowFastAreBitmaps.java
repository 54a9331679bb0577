package io.keyfarm.key;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.FastAggregation;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/**
 * How long it takes to count, and to list, the rows on which three fields agree: by bitmap keys, by Roaring bitmaps on
 * heap, by the best composite key, by a key of the first field and a look at each row, and by a scan. A main, not a test;
 * {@code HowFastAreBitmaps [rows] [number of the only case]}.
 */
public final class HowFastAreBitmaps {
    private static final int ROUNDS = 7;
    private static final TableSchema SCHEMA = TableSchema.parse("t: a int32, b int32, c int32, pad char(36)");

    private final Slab slab;
    private final int[] values;
    private final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[4];
    private final MemoryLedger ledger = MemoryLedger.unlimited("keys");
    private final List<BitmapKey> keys = new ArrayList<>();
    private final List<List<RoaringBitmap>> roaring = new ArrayList<>();
    private final int[] rowNumbers = new int[256];
    private long sum;

    private HowFastAreBitmaps(Slab slab, int[] values, int[] admitted) {
        this.slab = slab;
        this.values = values;
        for (int field = 0; field < 3; field++) {
            final SegmentMonitor monitor =
                    new SegmentMonitor(SCHEMA.field(field).type());
            monitor.bindRange(0, admitted[field] - 1);
            monitors[field] = monitor;
        }
    }

    public static void main(String[] args) {
        final int rows = args.length > 0 ? Integer.parseInt(args[0]) : 4_000_000;
        final int only = args.length > 1 ? Integer.parseInt(args[1]) : 0;
        System.out.printf("%,d rows of 48 bytes; µs of processor time, the median of %d%n", rows, ROUNDS);
        System.out.println("values of a, b, c    admitted       rows |   count: bitmaps  roaring  a.b.c key  scan"
                + " |  take all: bitmaps  roaring  a.b.c key    a key  | B/row  roaring  build Mrows/s");
        final int[][][] cases = {
            {{2, 3, 4}, {1, 1, 1}},
            {{4, 4, 4}, {1, 1, 1}},
            {{10, 10, 10}, {1, 1, 1}},
            {{10, 10, 10}, {3, 3, 3}},
            {{10, 10, 10}, {9, 9, 9}},
            {{50, 20, 10}, {1, 1, 1}},
            {{200, 200, 200}, {1, 1, 1}},
            {{200, 200, 200}, {20, 20, 20}},
            {{5000, 50, 4}, {1, 1, 1}},
            {{5000, 5000, 5000}, {500, 500, 500}},
            {{60000, 4, 4}, {1, 1, 1}},
        };
        for (final int[][] it : only > 0 ? new int[][][] {cases[only - 1]} : cases) {
            try (Slab slab = rows(rows, it[0])) {
                final HowFastAreBitmaps question = new HowFastAreBitmaps(slab, it[0], it[1]);
                System.out.println(question.measure(it[1]) + (question.sum == 1 ? " " : ""));
            }
        }
    }

    private static Slab rows(int rowCount, int[] values) {
        final Random random = new Random(42);
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, MemoryLedger.unlimited("rows"))) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow();
                for (int field = 0; field < 3; field++) {
                    rows.putLong(field, random.nextInt(values[field]));
                }
                rows.putText(3, "").endRow();
            }
            return rows.build();
        }
    }

    private String measure(int[] admitted) {
        final long start = cpuNs();
        for (int field = 0; field < 3; field++) {
            keys.add(new BitmapKeyBuilder(ledger)
                    .build(slab, KeySpec.of(SCHEMA.field(field).name())));
        }
        final double buildNs = (cpuNs() - start) / 3.0;
        long roaringBytes = 0;
        for (int field = 0; field < 3; field++) {
            roaring.add(roaring(field));
            for (final RoaringBitmap bitmap : roaring.get(field)) {
                roaringBytes += bitmap.getLongSizeInBytes();
            }
        }
        final BitmapCursor cursor =
                new BitmapCursor(keys, new CostModel(400, 250, 1e12, 2, 1), () -> System.nanoTime() == 0);
        try (SortedKey composite = new KeyBuilder(ledger).build(slab, KeySpec.of("a", "b", "c"), KeyTier.HOT);
                SortedKey first = new KeyBuilder(ledger).build(slab, KeySpec.of("a"), KeyTier.HOT)) {
            final SeekLoop compositeLoop = new SeekLoop(composite);
            final SeekLoop firstLoop = new SeekLoop(first);
            final RowFilter[] filters = new RowFilter[3];
            Arrays.setAll(filters, field -> new RowFilter(slab.layout(), field));
            final long rows = countByBitmaps(cursor);
            final LongSupplier[] ways = {
                () -> countByBitmaps(cursor),
                () -> roaringAnd(admitted).getLongCardinality(),
                () -> {
                    compositeLoop.open(monitors);
                    return compositeLoop.count();
                },
                () -> countByScan(filters),
                () -> {
                    cursor.open(monitors);
                    return take(cursor, filters, 3);
                },
                () -> takeRoaring(roaringAnd(admitted)),
                () -> {
                    compositeLoop.open(monitors);
                    return take(compositeLoop, filters, 3);
                },
                () -> {
                    firstLoop.open(monitors);
                    return take(firstLoop, filters, 1);
                }
            };
            final double[] us = race(ways, rows);
            final double n = slab.rowCount();
            return String.format(
                    Locale.ROOT,
                    "%-20s %-14s %,9d | %16.1f %8.1f %10.1f %5.0f | %18.0f %8.0f %10.0f %8.0f | %5.2f %8.2f %8.1f",
                    Arrays.toString(values),
                    Arrays.toString(admitted),
                    rows,
                    us[0],
                    us[1],
                    us[2],
                    us[3],
                    us[4],
                    us[5],
                    us[6],
                    us[7],
                    keys.stream().mapToLong(BitmapKey::bytes).sum() / (3 * n),
                    roaringBytes / (3 * n),
                    n * 1e3 / buildNs);
        } finally {
            keys.forEach(BitmapKey::close);
        }
    }

    /** All ways take turns; each that is fast runs many times a turn. */
    private double[] race(LongSupplier[] ways, long rows) {
        final double[][] us = new double[ways.length][ROUNDS];
        for (int round = -2; round < ROUNDS; round++) {
            for (int way = 0; way < ways.length; way++) {
                final long start = cpuNs();
                int runs = 0;
                do {
                    final long found = ways[way].getAsLong();
                    if (found != rows) {
                        throw new AssertionError("way " + way + " found " + found + ", not " + rows);
                    }
                    runs++;
                } while (cpuNs() - start < 30_000_000);
                if (round >= 0) {
                    us[way][round] = (cpuNs() - start) / 1e3 / runs;
                }
            }
        }
        final double[] medians = new double[ways.length];
        for (int way = 0; way < ways.length; way++) {
            Arrays.sort(us[way]);
            medians[way] = us[way][ROUNDS / 2];
        }
        return medians;
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private long countByBitmaps(BitmapCursor cursor) {
        cursor.open(monitors);
        return cursor.count();
    }

    private long countByScan(RowFilter[] filters) {
        long total = 0;
        final SegmentMonitor lead = monitors[0];
        assert lead != null;
        for (int row = 0; row < slab.rowCount(); row += rowNumbers.length) {
            final int to = Math.min(row + rowNumbers.length, slab.rowCount());
            total += confirm(filters, 1, filters[0].scan(slab, lead, row, to, rowNumbers));
        }
        return total;
    }

    private int confirm(RowFilter[] filters, int from, int count) {
        int left = count;
        for (int field = from; field < 3; field++) {
            final SegmentMonitor monitor = monitors[field];
            assert monitor != null;
            left = filters[field].confirm(slab, monitor, rowNumbers, left);
        }
        return left;
    }

    /** Reads a value of each row found. */
    private long take(RowCursor cursor, RowFilter[] filters, int served) {
        long total = 0;
        for (int count = cursor.next(rowNumbers); count > 0; count = cursor.next(rowNumbers)) {
            final int left = confirm(filters, served, count);
            sum += slab.touch(rowNumbers, 0, left);
            total += left;
        }
        return total;
    }

    private long takeRoaring(RoaringBitmap bitmap) {
        long total = 0;
        final var batches = bitmap.getBatchIterator();
        while (batches.hasNext()) {
            final int count = batches.nextBatch(rowNumbers);
            sum += slab.touch(rowNumbers, 0, count);
            total += count;
        }
        return total;
    }

    private List<RoaringBitmap> roaring(int field) {
        final List<RoaringBitmapWriter<RoaringBitmap>> writers = new ArrayList<>();
        for (int value = 0; value < values[field]; value++) {
            writers.add(RoaringBitmapWriter.writer().get());
        }
        final int offset = slab.layout().offset(field);
        for (int row = 0; row < slab.rowCount(); row++) {
            writers.get(Memory.getInt(slab.address(row) + offset)).add(row);
        }
        final List<RoaringBitmap> bitmaps = new ArrayList<>();
        writers.forEach(writer -> bitmaps.add(writer.get()));
        bitmaps.forEach(RoaringBitmap::runOptimize);
        return bitmaps;
    }

    private RoaringBitmap roaringAnd(int[] admitted) {
        final RoaringBitmap[] sets = new RoaringBitmap[3];
        for (int field = 0; field < 3; field++) {
            final List<RoaringBitmap> bitmaps = roaring.get(field).subList(0, admitted[field]);
            sets[field] = bitmaps.size() == 1 ? bitmaps.get(0) : FastAggregation.or(bitmaps.iterator());
        }
        return FastAggregation.and(sets);
    }
}
