package io.keyfarm.query.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RowTableTest {
    private static final int ROWS = 400_000;

    /** Among so many rows some have the same 32 bits of hash, which the table must tell apart by the rows. */
    @Test
    void shouldFindEachOfManyRowsAgainAndNoOther() {
        final RecordLayout layout = new RecordLayout(TableSchema.parse("t: a int64"));
        final KeyFields key = KeyFields.all(layout);
        final FlowMemory memory = FlowCases.unlimited();
        final Map<Long, Integer> expected = new HashMap<>();
        final Random random = new Random(3);
        try (RowStore store = new RowStore(layout, memory, "rows");
                RowTable table = new RowTable(store, key, memory, "table");
                RowStore input = new RowStore(layout, memory, "input")) {
            final RowProbe probe = new RowProbe(table, key);
            final RowBatch batch = new RowBatch(layout);
            final int[] found = new int[RowBatch.SIZE];
            while (expected.size() < ROWS) {
                fill(input, random, batch);
                probe.find(batch, found);
                for (int i = 0; i < batch.count(); i++) {
                    final long value = Memory.getLong(batch.row(i));
                    assertEquals(
                            expected.getOrDefault(value, RowTable.ABSENT),
                            found[i] == RowTable.ABSENT ? probe.findAgain(i) : found[i]);
                    if (!expected.containsKey(value)) {
                        expected.put(value, store.rowCount());
                        probe.add(i, store.rowCount());
                        Memory.putLong(store.append(), value);
                    }
                }
            }
            assertTrue(hashes(store, key) < expected.size(), "no two rows of the same hash: this test shows nothing");
            assertEquals(expected.size(), table.rowCount());
            store.rewind();
            int number = 0;
            while (store.next(batch) > 0) {
                probe.find(batch, found);
                for (int i = 0; i < batch.count(); i++) {
                    assertEquals(number++, found[i]);
                }
            }
        }
        assertEquals(0, memory.usedBytes());
    }

    private static void fill(RowStore input, Random random, RowBatch batch) {
        input.clear();
        for (int i = 0; i < RowBatch.SIZE; i++) {
            Memory.putLong(input.append(), random.nextInt(1 << 21));
        }
        input.rewind();
        input.next(batch);
    }

    private static int hashes(RowStore store, KeyFields key) {
        final Set<Integer> hashes = new HashSet<>();
        final RowBatch batch = new RowBatch(store.layout());
        final long[] ofBatch = new long[RowBatch.SIZE];
        store.rewind();
        while (store.next(batch) > 0) {
            key.hash(batch.rows(), batch.count(), batch.heapBases(), ofBatch);
            for (int i = 0; i < batch.count(); i++) {
                hashes.add((int) ofBatch[i]);
            }
        }
        return hashes.size();
    }
}
