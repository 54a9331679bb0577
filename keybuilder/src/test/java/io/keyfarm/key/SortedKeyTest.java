package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SortedKeyTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldSortAsAComparatorDoes() {
        for (long seed = 0; seed < 400L * SCALE; seed++) {
            final RandomTable table = new RandomTable(seed);
            final int[] sizes = {0, 1, 2, 3, 50, 300, 2_000};
            sortAndCompare(table, sizes[table.random.nextInt(sizes.length)], "seed " + seed);
        }
        for (long seed = 0; seed < 4L * SCALE; seed++) {
            sortAndCompare(new RandomTable(seed), 100_000, "large, seed " + seed);
        }
        assertEquals(0, ledger.usedBytes());
    }

    private void sortAndCompare(RandomTable table, int rowCount, String what) {
        final KeySpec spec = table.key();
        final KeyTier tier = table.random.nextBoolean() ? KeyTier.HOT : KeyTier.COLD;
        try (Slab slab = table.rows(rowCount, ledger);
                SortedKey key = new KeyBuilder(ledger).build(slab, spec, tier)) {
            assertEquals(ledger.usedBytes(), slab.bytes() + key.bytes(), what);
            final int[] rowNumbers = new int[rowCount];
            key.rowNumbers(0, rowCount, rowNumbers, 0);
            assertArrayEquals(
                    RandomTable.sorted(slab, spec), rowNumbers, () -> what + " " + spec + " of " + slab.schema());
            compareGroups(slab, key, rowNumbers, what);
        }
    }

    private static void compareGroups(Slab slab, SortedKey key, int[] rowNumbers, String what) {
        final int[] fields = key.spec().indexes(slab.schema());
        final RowView left = slab.newView();
        final RowView right = slab.newView();
        for (int prefix = 1; prefix <= fields.length; prefix++) {
            final int[] leading = java.util.Arrays.copyOf(fields, prefix);
            long groups = Math.min(1, rowNumbers.length);
            double sumOfSquares = 0;
            int start = 0;
            for (int i = 1; i < rowNumbers.length; i++) {
                slab.view(rowNumbers[i - 1], left);
                slab.view(rowNumbers[i], right);
                if (RandomTable.compare(left, right, leading) != 0) {
                    groups++;
                    sumOfSquares += (double) (i - start) * (i - start);
                    start = i;
                }
            }
            final int size = rowNumbers.length - start;
            sumOfSquares += (double) size * size;
            assertEquals(groups, key.summary().distinctGroups(prefix), what);
            if (size > 0) {
                assertEquals(sumOfSquares / rowNumbers.length, key.summary().expectedRows(prefix), 1e-6, what);
            }
        }
    }

    @Test
    void shouldGiveBackAllMemoryWhenThereIsTooLittle() {
        final TableSchema schema = TableSchema.parse("t: a int64, b varchar");
        final Random random = new Random(7);
        try (SlabBuilder rows = new SlabBuilder(schema, MemoryLedger.unlimited("rows"))) {
            for (int i = 0; i < 5_000; i++) {
                rows.beginRow()
                        .putLong(0, random.nextLong())
                        .putText(1, "text " + random.nextInt(3))
                        .endRow();
            }
            try (Slab slab = rows.build()) {
                int refused = 0;
                for (long limit = 0; limit < 200_000; limit += 7_777) {
                    final MemoryLedger small = MemoryLedger.limited("small", limit);
                    try (SortedKey key = new KeyBuilder(small).build(slab, KeySpec.of("b", "a"), KeyTier.COLD)) {
                        assertEquals(key.bytes(), small.usedBytes());
                    } catch (MemoryLimitException e) {
                        refused++;
                    }
                    assertEquals(0, small.usedBytes());
                }
                assertEquals(true, refused > 5);
            }
        }
    }

    @Test
    void shouldNameAFieldThatTheTableLacks() {
        final RandomTable table = new RandomTable(1);
        try (Slab slab = table.rows(3, ledger)) {
            final BadValueException e = assertThrows(
                    BadValueException.class,
                    () -> new KeyBuilder(ledger).build(slab, KeySpec.parse("f0.nowhere"), KeyTier.HOT));
            assertEquals(true, String.valueOf(e.getMessage()).startsWith("t has no field nowhere; it has f0"));
        }
        assertThrows(BadValueException.class, () -> KeySpec.parse("a.b.a"));
        assertThrows(BadValueException.class, () -> KeySpec.parse("a..b"));
        assertThrows(
                BadValueException.class,
                () -> KeySpec.of(IntStream.range(0, 17).mapToObj(i -> "f" + i).toArray(String[]::new)));
    }
}
