package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SeekTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final String[] DISTRIBUTIONS = {
        "uniform", "power-law", "zipf", "clustered", "small-clusters", "constant-lead", "long-prefix", "low-card"
    };

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldFindTheLowerBoundOnEveryDistribution() {
        for (final String distribution : DISTRIBUTIONS) {
            for (final int rowCount : new int[] {1, 2, 63, 64, 65, 1_023, 1_025, 20_000, 70_000}) {
                try (Slab slab = HowFastIsASeek.rows(distribution, rowCount)) {
                    final KeySpec spec = distribution.equals("constant-lead") ? KeySpec.of("c", "k") : KeySpec.of("k");
                    seekAll(slab, spec, distribution + " " + rowCount);
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldFindTheLowerBoundInRandomTables() {
        for (long seed = 0; seed < 150L * SCALE; seed++) {
            final RandomTable table = new RandomTable(seed);
            final int[] sizes = {0, 1, 70, 1_000, 5_000};
            try (Slab slab = table.rows(sizes[table.random.nextInt(sizes.length)], ledger)) {
                seekAll(slab, table.key(), "seed " + seed);
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    private void seekAll(Slab slab, KeySpec spec, String what) {
        final Random random = new Random(5);
        final int hashed = new KeyCode(slab, spec).exactFields();
        try (SortedKey cold = new KeyBuilder(ledger).build(slab, spec, KeyTier.COLD, hashed);
                SortedKey hot = new KeyBuilder(ledger).build(slab, spec, KeyTier.HOT)) {
            final long[] codes = new long[slab.rowCount()];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = cold.coder().code(slab.address(cold.rowNumber(i)));
                assertEquals(codes[i], hot.codeAt(i), what);
            }
            final long[] sought = probes(codes, random);
            final int[] coldBatch = new int[sought.length];
            final int[] hotBatch = new int[sought.length];
            new BatchSeek(cold).seek(sought, sought.length, coldBatch);
            new BatchSeek(hot).seek(sought, sought.length, hotBatch);
            for (int i = 0; i < sought.length; i++) {
                final int expected = lowerBound(codes, sought[i]);
                assertEquals(expected, cold.seek(sought[i], 0), what);
                assertEquals(expected, hot.seek(sought[i], 0), what);
                final int from = Math.min(7, codes.length);
                assertEquals(Math.max(expected, from), hot.seek(sought[i], from), what);
                assertEquals(expected, coldBatch[i], what);
                assertEquals(expected, hotBatch[i], what);
                if (hashed > 0) {
                    find(cold, codes, sought[i], expected, what);
                }
            }
            seekWholeRows(cold, random, what);
            seekWholeRows(hot, random, what);
        }
    }

    private static void find(SortedKey key, long[] codes, long sought, int expected, String what) {
        final HashDirectory directory = key.directory();
        if (directory == null) {
            throw new AssertionError(what);
        }
        final int dropped = key.coder().bitsBehind(directory.fieldCount());
        final int start = lowerBound(codes, sought >>> dropped << dropped);
        final boolean isThere = start < codes.length && codes[start] >>> dropped == sought >>> dropped;
        final int found = key.find(sought);
        final boolean isLone =
                isThere && (start + 1 == codes.length || codes[start + 1] >>> dropped != sought >>> dropped);
        assertEquals(isLone, HashDirectory.isRow(found), what);
        assertEquals(
                isThere ? isLone ? key.rowNumber(start) : start : HashDirectory.NONE,
                isLone ? HashDirectory.rowOf(found) : found,
                what);
        assertTrue(isThere || expected >= start, what);
    }

    /** Whole tuples, all groups of their codes, and what comes behind them. */
    private static void seekWholeRows(SortedKey key, Random random, String what) {
        final KeyOrder order = new KeyOrder(key.coder());
        final Sought sought = new Sought(key.coder());
        for (int i = 0; i < Math.min(200, key.rowCount()); i++) {
            final int probe = random.nextInt(key.rowCount());
            final long row = key.rowAt(probe);
            final int fields = Math.min(
                    key.coder().firstUncodedField(),
                    1 + random.nextInt(key.coder().fieldCount()));
            int low = 0;
            int high = key.rowCount();
            for (int at = probe; at >= 0 && isSame(order, row, key.rowAt(at), fields); at--) {
                low = at;
            }
            for (int at = probe; at < key.rowCount() && isSame(order, row, key.rowAt(at), fields); at++) {
                high = at + 1;
            }
            sought.beginWith(row, fields);
            assertEquals(fields == 0 ? 0 : low, key.seek(sought, 0), what);
            sought.stepOver();
            assertEquals(fields == 0 ? key.rowCount() : high, key.seek(sought, 0), what);
        }
    }

    private static boolean isSame(KeyOrder order, long left, long right, int fields) {
        return order.firstDifference(left, right, 0) >= fields;
    }

    private static long[] probes(long[] codes, Random random) {
        final long[] probes = new long[500];
        for (int i = 0; i < probes.length; i++) {
            final long code = codes.length == 0 ? random.nextLong() >>> 1 : codes[random.nextInt(codes.length)];
            probes[i] = switch (random.nextInt(6)) {
                case 0 -> Math.max(0, code - 1);
                case 1 -> code == Long.MAX_VALUE ? code : code + 1;
                case 2 -> code + ((Long.MAX_VALUE - code) >>> random.nextInt(63));
                case 3 -> code >>> random.nextInt(63);
                default -> code;
            };
        }
        return probes;
    }

    private static int lowerBound(long[] codes, long sought) {
        int found = Arrays.binarySearch(codes, sought);
        if (found < 0) {
            return -found - 1;
        }
        while (found > 0 && codes[found - 1] == sought) {
            found--;
        }
        return found;
    }

    @Test
    void shouldRefuseAHashDirectoryOverMoreThanAPackedCodeHolds() {
        try (SlabBuilder rows = new SlabBuilder(TableSchema.parse("t: k bytes"), ledger)) {
            final Random random = new Random(1);
            for (int i = 0; i < 100_000; i++) {
                final byte[] bytes = new byte[20];
                random.nextBytes(bytes);
                rows.beginRow().putText(0, bytes).endRow();
            }
            try (Slab slab = rows.build()) {
                assertThrows(
                        BadValueException.class,
                        () -> new KeyBuilder(ledger).build(slab, KeySpec.of("k"), KeyTier.COLD, 1));
            }
        }
        assertEquals(0, ledger.usedBytes());
    }
}
