package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Work is counted in entries of the key: one for each row examined, and as many for a seek as the key says it costs. The
 * judge tries all plans that a planner could choose from: for each field, to seek its next value or to walk there.
 */
final class SeekLoopWorkTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final int ROWS = 60_000;
    private static final TableSchema SCHEMA = TableSchema.parse("t: a int32, b int32, c int32");

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldWorkHardlyMoreThanTheBetterOfAScanAndTheBestSeekPlan() {
        double worst = 0;
        for (int table = 0; table < 20; table++) {
            final Random random = new Random(table);
            final int[] cardinalities = {1 << random.nextInt(12), 1 << random.nextInt(10), 1 << random.nextInt(16)};
            final KeyTier tier = table % 2 == 0 ? KeyTier.COLD : KeyTier.HOT;
            try (Slab slab = rows(random, cardinalities);
                    SortedKey key = new KeyBuilder(ledger).build(slab, KeySpec.parse("a.b.c"), tier)) {
                final SeekLoop loop = new SeekLoop(key);
                final int[] rowNumbers = new int[1000];
                for (int query = 0; query < 50 * SCALE; query++) {
                    final @Nullable SegmentMonitor[] monitors = monitors(random, cardinalities);
                    final long best = bestWork(key, monitors, loop.seekEntries());
                    loop.open(monitors);
                    drain(loop, rowNumbers);
                    final long work = loop.rowsExamined() + loop.seeks() * loop.seekEntries();
                    final double ratio = (double) work / Math.max(1, best);
                    worst = Math.max(worst, ratio);
                    final String what = "table " + table + " " + tier + " of " + Arrays.toString(cardinalities)
                            + " query " + query + ": " + work + " with " + loop.seeks() + " seeks, best " + best;
                    assertTrue(ratio <= 1.3, what);
                }
            }
        }
        System.out.printf("worst counted work over the best: %.3f%n", worst);
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldTakeTheStepsOfAnotherTier() {
        final Random random = new Random(7);
        final int[] cardinalities = {60, 40, 9_000};
        int different = 0;
        try (Slab slab = rows(random, cardinalities);
                SortedKey cold = new KeyBuilder(ledger).build(slab, KeySpec.parse("a.b.c"), KeyTier.COLD);
                SortedKey hot = new KeyBuilder(ledger).build(slab, KeySpec.parse("a.b.c"), KeyTier.HOT)) {
            final SeekLoop real = new SeekLoop(cold);
            final SeekLoop asIfCold = new SeekLoop(hot, KeyTier.COLD);
            final SeekLoop asHot = new SeekLoop(hot);
            final int[] rowNumbers = new int[1000];
            for (int query = 0; query < 100 * SCALE; query++) {
                final @Nullable SegmentMonitor[] monitors = monitors(random, cardinalities);
                for (final SeekLoop loop : new SeekLoop[] {real, asIfCold, asHot}) {
                    loop.open(monitors);
                    drain(loop, rowNumbers);
                }
                assertEquals(real.seeks(), asIfCold.seeks(), "query " + query);
                assertEquals(real.rowsExamined(), asIfCold.rowsExamined(), "query " + query);
                different += asHot.rowsExamined() == real.rowsExamined() ? 0 : 1;
            }
        }
        assertTrue(different > 10, different + " queries tell the tiers apart");
        assertEquals(0, ledger.usedBytes());
    }

    private Slab rows(Random random, int[] cardinalities) {
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow();
                for (int field = 0; field < 3; field++) {
                    rows.putLong(field, random.nextInt(cardinalities[field]));
                }
                rows.endRow();
            }
            return rows.build();
        }
    }

    private static @Nullable SegmentMonitor[] monitors(Random random, int[] cardinalities) {
        final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[3];
        for (int field = 0; field < 3; field++) {
            final SegmentMonitor monitor =
                    new SegmentMonitor(SCHEMA.field(field).type());
            final int low = random.nextInt(cardinalities[field]);
            switch (random.nextInt(4)) {
                case 0 -> monitor.bindPoint(low);
                case 1 -> monitor.bindRange(low, low + random.nextInt(1 + cardinalities[field] / 4));
                case 2 -> {
                    monitor.begin();
                    final int count = 1 + random.nextInt(8);
                    for (int i = 0; i < count; i++) {
                        monitor.addPoint(random.nextInt(cardinalities[field]));
                    }
                    monitor.end();
                }
                default -> monitor.bindWild();
            }
            monitors[field] = monitor;
        }
        return monitors;
    }

    /** The least work of all plans: a scan of the key, or for each field to seek what it changes to or to walk there. */
    private static long bestWork(SortedKey key, @Nullable SegmentMonitor[] monitors, int seekEntries) {
        final long[][] tuples = new long[key.rowCount()][3];
        final RowView row = key.slab().newView();
        for (int i = 0; i < tuples.length; i++) {
            key.slab().view(key.rowNumber(i), row);
            for (int field = 0; field < 3; field++) {
                tuples[i][field] = row.getLong(field);
            }
        }
        long best = key.rowCount();
        for (int soughtFields = 0; soughtFields < 8; soughtFields++) {
            best = Math.min(best, work(tuples, monitors, seekEntries, soughtFields));
        }
        return best;
    }

    private static long work(long[][] tuples, @Nullable SegmentMonitor[] monitors, int seekEntries, int soughtFields) {
        long[] target = {Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE};
        int changed = advance(target, monitors);
        long work = changed < 0 ? 0 : seekEntries;
        int i = changed < 0 ? tuples.length : lowerBound(tuples, target);
        while (i < tuples.length) {
            work++;
            target = tuples[i].clone();
            changed = advance(target, monitors);
            if (changed < 0) {
                break;
            }
            if (changed == 3) {
                i++;
                continue;
            }
            final int to = lowerBound(tuples, target);
            work += (soughtFields >> changed & 1) != 0 ? seekEntries : to - i - 1;
            i = to;
        }
        return work;
    }

    /** Moves to the next admissible tuple; answers the field that changed, 3 if none had to, −1 if there is none. */
    private static int advance(long[] tuple, @Nullable SegmentMonitor[] monitors) {
        for (int field = 0; field < 3; field++) {
            final long next = next(monitors[field], tuple[field]);
            if (next == tuple[field]) {
                continue;
            }
            int changed = field;
            if (next == Long.MAX_VALUE) {
                do {
                    changed--;
                } while (changed >= 0 && next(monitors[changed], tuple[changed] + 1) == Long.MAX_VALUE);
                if (changed < 0) {
                    return -1;
                }
                tuple[changed] = next(monitors[changed], tuple[changed] + 1);
            } else {
                tuple[field] = next;
            }
            for (int i = changed + 1; i < 3; i++) {
                tuple[i] = next(monitors[i], Long.MIN_VALUE);
            }
            return changed;
        }
        return 3;
    }

    private static long next(@Nullable SegmentMonitor monitor, long value) {
        if (monitor == null) {
            return value;
        }
        for (int range = 0; range < monitor.rangeCount(); range++) {
            if (monitor.high(range) >= value) {
                return Math.max(value, monitor.low(range));
            }
        }
        return Long.MAX_VALUE;
    }

    private static int lowerBound(long[][] tuples, long[] sought) {
        int low = 0;
        int high = tuples.length;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (Arrays.compare(tuples[mid], sought) < 0) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    @Test
    void shouldAllocateNothingOnceItStands() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (long seed = 0; seed < 12; seed++) {
            final RandomTable table = new RandomTable(seed);
            try (Slab slab = table.rows(2_000, ledger);
                    SortedKey key = new KeyBuilder(ledger).build(slab, table.key(), KeyTier.HOT)) {
                final SeekLoop loop = new SeekLoop(key);
                final int[] rowNumbers = new int[32];
                final @Nullable SegmentMonitor[][] queries = new SegmentMonitor[20][];
                Arrays.setAll(queries, i -> table.monitors(slab));
                for (int round = 0; round < 3; round++) {
                    runAll(loop, queries, rowNumbers);
                }
                final long id = Thread.currentThread().getId();
                final long before = threads.getThreadAllocatedBytes(id);
                runAll(loop, queries, rowNumbers);
                final long allocated = threads.getThreadAllocatedBytes(id) - before;
                // The counter itself takes a little.
                assertTrue(allocated < 500, "seed " + seed + ": " + allocated + " bytes");
            }
        }
    }

    private static void drain(SeekLoop loop, int[] rowNumbers) {
        int count;
        do {
            count = loop.next(rowNumbers);
        } while (count > 0);
    }

    private static void runAll(SeekLoop loop, @Nullable SegmentMonitor[][] queries, int[] rowNumbers) {
        for (final @Nullable SegmentMonitor[] monitors : queries) {
            loop.open(monitors);
            loop.costRows();
            drain(loop, rowNumbers);
            loop.open(monitors);
            loop.count();
        }
    }
}
