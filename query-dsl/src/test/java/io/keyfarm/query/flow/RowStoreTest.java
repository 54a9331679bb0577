package io.keyfarm.query.flow;

import static io.keyfarm.query.flow.FlowCases.forSeeds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RowStoreTest {
    @Test
    void shouldKeepRowsAsAListDoes() {
        forSeeds(100, seed -> {
            final Random random = new Random(seed);
            final MemoryLedger ledger = MemoryLedger.unlimited("test");
            final FlowMemory memory = new FlowMemory(ledger, Long.MAX_VALUE);
            final List<List<@Nullable Object>> expected = new ArrayList<>();
            final List<Long> addresses = new ArrayList<>();
            try (RandomRows table = RandomRows.of(random);
                    RowStore store = new RowStore(table.layout(), memory, "rows")) {
                for (int i = 0; i < table.slab.rowCount(); i++) {
                    final int turn = random.nextInt(50);
                    if (turn == 0 && random.nextInt(10) == 0) {
                        store.clear();
                        expected.clear();
                        addresses.clear();
                    } else if (turn < 4 && !expected.isEmpty()) {
                        store.removeLast();
                        expected.remove(expected.size() - 1);
                        addresses.remove(addresses.size() - 1);
                    } else {
                        addresses.add(store.copy(table.slab.address(i), table.slab.heapBases()));
                        expected.add(table.rows.get(i));
                    }
                }
                assertEquals(expected.size(), store.rowCount());
                for (int i = 0; i < addresses.size(); i++) {
                    assertEquals(addresses.get(i), store.address(i), "row " + i);
                }
                assertEquals(expected, read(store, random));
                assertEquals(memory.usedBytes(), ledger.usedBytes());
            }
            assertEquals(0, memory.usedBytes());
            assertEquals(0, ledger.usedBytes());
        });
    }

    /** Through batches that now and then are read in two, the second behind rows that came later. */
    private static List<List<@Nullable Object>> read(RowStore store, Random random) {
        final RowBatch batch = new RowBatch(store.layout());
        final RowView view = new RowView(store.layout());
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int pass = 0; pass < 1 + random.nextInt(2); pass++) {
            store.rewind();
            rows.clear();
            while (store.next(batch) > 0) {
                for (int i = 0; i < batch.count(); i++) {
                    batch.view(i, view);
                    rows.add(FlowCases.values(view, store.layout()));
                }
            }
        }
        return rows;
    }

    @Test
    void shouldReadOnBehindRowsThatWereReadAlready() {
        final FlowMemory memory = FlowCases.unlimited();
        final RecordLayout layout = new RecordLayout(TableSchema.parse("t: a int64"));
        try (RowStore store = new RowStore(layout, memory, "rows")) {
            final RowBatch batch = new RowBatch(layout);
            for (int i = 0; i < 10_000; i++) {
                Memory.putLong(store.append(), i);
                assertEquals(1, store.next(batch));
                assertEquals(i, Memory.getLong(batch.row(0)));
            }
            assertEquals(0, store.next(batch));
        }
    }

    @Test
    void shouldHoldARowLargerThanAChunk() {
        final TableSchema schema = TableSchema.parse("t: "
                + String.join(
                        ", ",
                        IntStream.range(0, 500)
                                .mapToObj(i -> "f" + i + " char(4096)")
                                .toList()));
        final FlowMemory memory = FlowCases.unlimited();
        try (RowStore store = new RowStore(new RecordLayout(schema), memory, "rows")) {
            for (int i = 0; i < 5; i++) {
                Memory.fill(store.append(), store.layout().rowBytes(), (byte) i);
            }
            for (int i = 0; i < 5; i++) {
                assertEquals(i, Memory.getByte(store.address(i) + store.layout().rowBytes() - 1));
            }
        }
        assertEquals(0, memory.usedBytes());
    }

    @Test
    void shouldReplaceTextManyTimesInLittleMemory() {
        forSeeds(4, seed -> {
            final Random random = new Random(seed);
            final FlowMemory memory = new FlowMemory(MemoryLedger.unlimited("test"), 8 << 20);
            final RecordLayout layout = new RecordLayout(TableSchema.parse("t: a varchar, b varchar"));
            final String[] expected = new String[100];
            final long scratch = Memory.allocate(5000);
            try (RowStore store = new RowStore(layout, memory, "rows")) {
                for (int i = 0; i < 100; i++) {
                    Memory.fill(store.append(), layout.rowBytes(), (byte) 0);
                    expected[i] = "";
                }
                for (int turn = 0; turn < 60_000; turn++) {
                    final int row = random.nextInt(100);
                    final byte[] text =
                            Integer.toString(turn).repeat(random.nextInt(200)).getBytes(StandardCharsets.UTF_8);
                    Memory.copy(text, 0, scratch, text.length);
                    store.replaceText(store.address(row) + layout.offset(1), scratch, text.length);
                    expected[row] = new String(text, StandardCharsets.UTF_8);
                    store.compactText();
                }
                final RowView view = new RowView(layout);
                for (int i = 0; i < 100; i++) {
                    view.wrap(store.address(i), store.heapBases());
                    assertEquals(expected[i], view.getString(1));
                    assertEquals("", view.getString(0));
                }
            } finally {
                Memory.free(scratch);
            }
            assertEquals(0, memory.usedBytes());
        });
    }

    @Test
    void shouldCountAllOfAQueryAgainstItsBudget() {
        final MemoryLedger ledger = MemoryLedger.limited("node", 100_000);
        final FlowMemory memory = new FlowMemory(ledger, 50_000);
        final RecordLayout layout = new RecordLayout(TableSchema.parse("t: a char(1000)"));
        try (RowStore one = new RowStore(layout, memory, "the rows to sort");
                RowStore other = new RowStore(layout, memory, "groups")) {
            other.append();
            final MemoryLimitException e = assertThrows(MemoryLimitException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    one.append();
                }
            });
            assertEquals(
                    "the rows to sort needs 32,000 bytes beside the 32,000 that this query holds, but it may take 50,000;"
                            + " ask for fewer rows, or raise the query's memory",
                    e.getMessage());
            assertEquals(32_000, memory.usedBytes());
            assertEquals(32_000, ledger.usedBytes());
        }
        assertEquals(0, memory.usedBytes());
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldHoldNothingThatTheLedgerRefused() {
        final MemoryLedger ledger = MemoryLedger.limited("node", 10_000);
        final FlowMemory memory = new FlowMemory(ledger, 50_000);
        assertThrows(MemoryLimitException.class, () -> memory.allocate("groups", 20_000));
        assertEquals(0, memory.usedBytes());
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldChooseAmongTheRowsOfABatch() {
        final RecordLayout layout = new RecordLayout(TableSchema.parse("t: a int16"));
        final RowBatch batch = new RowBatch(layout);
        batch.begin(new long[0]);
        batch.add(50);
        assertEquals(RowBatch.SIZE - 1, batch.addRun(1000, 2000));
        assertTrue(batch.isFull());
        assertEquals(1000 + 2 * 510, batch.row(511));
        batch.keep(new int[] {0, 3, 510}, 3);
        assertEquals(List.of(50L, 1004L, 2018L), List.of(batch.row(0), batch.row(1), batch.row(2)));
        batch.dropFirst(1);
        assertEquals(2, batch.count());
        assertEquals(1004, batch.row(0));
        batch.truncate(5);
        assertEquals(2, batch.count());
        batch.truncate(1);
        assertEquals(1, batch.count());
    }
}
