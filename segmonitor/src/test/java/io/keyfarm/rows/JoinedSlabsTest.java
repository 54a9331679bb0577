package io.keyfarm.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows of several slabs by one numbering. */
final class JoinedSlabsTest {
    private static final TableSchema SCHEMA = TableSchema.parse("t: id int32, note varchar null");
    private static final long CHUNK_BYTES = 256;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    private Slab slab(SlabBuilder builder, int first, int count) {
        try (builder) {
            for (int id = first; id < first + count; id++) {
                builder.beginRow().putLong(0, id);
                if (id % 5 == 0) {
                    builder.putNull(1);
                } else {
                    builder.putText(1, text(id));
                }
                builder.endRow();
            }
            return builder.build();
        }
    }

    private static String text(int id) {
        return id % 3 == 0 ? "short " + id : "a text too long for its slot, number " + id;
    }

    private static void requireRow(Slab slab, int row, int id) {
        final RowView view = slab.newView();
        slab.view(row, view);
        assertEquals(id, view.getLong(0));
        assertEquals(id % 5 == 0 ? null : text(id), view.getString(1));
    }

    /** Replayed by its seed, which a failure names. */
    @Test
    void shouldReadEachRowByItsJoinedNumberAndByItsOwn() {
        for (int seed = 0; seed < 200; seed++) {
            final Random random = new Random(seed);
            final List<Slab> slabs = new ArrayList<>();
            int id = 0;
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                final Slab last = slabs.isEmpty() ? null : slabs.get(slabs.size() - 1);
                final SlabBuilder builder = last == null
                        ? new SlabBuilder(SCHEMA, ledger, CHUNK_BYTES)
                        : SlabBuilder.behind(SCHEMA, ledger, last.rowShift(), last.endHeapChunk());
                final int count = random.nextInt(4) == 0 ? 0 : random.nextInt(60);
                slabs.add(slab(builder, id, count));
                id += count;
            }
            assertTrue(JoinedSlabs.canJoin(slabs), "seed " + seed);
            final JoinedSlabs joined = new JoinedSlabs(slabs);
            id = 0;
            for (int i = 0; i < slabs.size(); i++) {
                for (int row = 0; row < slabs.get(i).rowCount(); row++, id++) {
                    requireRow(slabs.get(i), row, id);
                    requireRow(joined.slab(), joined.firstRow(i) + row, id);
                }
            }
            requireCopy(slabs, id);
            slabs.forEach(Slab::close);
            assertEquals(0, ledger.usedBytes(), "seed " + seed);
        }
    }

    private void requireCopy(List<Slab> slabs, int count) {
        try (SlabBuilder builder = new SlabBuilder(SCHEMA, ledger)) {
            slabs.forEach(builder::addAll);
            try (Slab copy = builder.build();
                    Slab loaded = slab(new SlabBuilder(SCHEMA, ledger), 0, count)) {
                assertEquals(count, copy.rowCount());
                for (int row = 0; row < count; row++) {
                    requireRow(copy, row, row);
                }
                for (int field = 0; field < 2; field++) {
                    assertEquals(text(loaded.statistics(field)), text(copy.statistics(field)));
                }
            }
        }
    }

    private static String text(ColumnStatistics column) {
        return "%d %d %d %s %s %d"
                .formatted(
                        column.nullCount(),
                        column.minSortable(),
                        column.maxSortable(),
                        column.minText() == null ? "" : new String(column.minText(), StandardCharsets.UTF_8),
                        column.maxText() == null ? "" : new String(column.maxText(), StandardCharsets.UTF_8),
                        column.maxTextBytes());
    }

    @Test
    void shouldNotJoinWhereThereAreNoNumbersLeftOrWhatWasNotMadeForIt() {
        final TableSchema narrow = TableSchema.parse("t: flag bool");
        final List<Slab> slabs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            try (SlabBuilder builder = new SlabBuilder(narrow, ledger)) {
                slabs.add(builder.beginRow().putBool(0, true).endRow().build());
            }
        }
        // A chunk of these has half of all row numbers.
        assertTrue(JoinedSlabs.canJoin(slabs.subList(0, 2)));
        assertEquals(1 << 30, new JoinedSlabs(slabs.subList(0, 2)).firstRow(1));
        assertFalse(JoinedSlabs.canJoin(slabs));
        final Slab one = slab(new SlabBuilder(SCHEMA, ledger), 0, 9);
        final Slab small = slab(new SlabBuilder(SCHEMA, ledger, CHUNK_BYTES), 0, 9);
        final Slab again = slab(new SlabBuilder(SCHEMA, ledger), 0, 9);
        final Slab behind = slab(SlabBuilder.behind(SCHEMA, ledger, one.rowShift(), one.endHeapChunk()), 0, 9);
        assertTrue(JoinedSlabs.canJoin(List.of(one, behind)));
        assertFalse(JoinedSlabs.canJoin(List.of(one, again)), "the texts of both are in chunk 0");
        assertFalse(JoinedSlabs.canJoin(List.of(one, behind, behind)));
        assertFalse(JoinedSlabs.canJoin(List.of(one, small)), "chunks of another size");
        assertFalse(JoinedSlabs.canJoin(List.of(behind)), "nothing stands before it");
    }
}
