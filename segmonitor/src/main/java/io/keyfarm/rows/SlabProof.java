package io.keyfarm.rows;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows that someone else wrote, on their way to being a {@link Slab}. Keys lean on what their column's statistics say and
 * readers on where a slot says its text is, without looking again; so every row is looked at once, here: the statistics
 * are gathered anew, as if the rows had been loaded, and slots are checked. That they are the rows which were written is
 * for the caller's checksums to say.
 *
 * <pre>{@code
 * try (SlabProof proof = new SlabProof(layout, rowCount, rowShift, rows, heap)) {
 *     proof.proveUntil(rowCount);            // or in steps
 *     return proof.slab();
 * }
 * }</pre>
 *
 * Closing without {@code slab} frees the memory. Not thread-safe.
 */
public final class SlabProof implements AutoCloseable {
    private final RecordLayout layout;
    private final int rowCount;
    private final int rowShift;
    private final MappedMemory rows;
    private final MappedMemory heap;
    private final int firstHeapChunk;
    private final long[] heapBases;
    private final ColumnStatistics.Builder[] statistics;
    private int provenCount;
    private boolean isTaken;

    public SlabProof(RecordLayout layout, int rowCount, int rowShift, MappedMemory rows, MappedMemory heap) {
        this(layout, rowCount, rowShift, rows, heap, 0);
    }

    /**
     * @param rowShift so many rows as 2 to the power of this stand in each chunk but the last
     * @param firstHeapChunk how slots name the first chunk of this heap
     */
    public SlabProof(
            RecordLayout layout, int rowCount, int rowShift, MappedMemory rows, MappedMemory heap, int firstHeapChunk) {
        this.layout = layout;
        this.rowCount = rowCount;
        this.rowShift = rowShift;
        this.rows = rows;
        this.heap = heap;
        this.firstHeapChunk = firstHeapChunk;
        heapBases = Slab.basesFrom(firstHeapChunk, heap.bases());
        statistics = new ColumnStatistics.Builder[layout.schema().fieldCount()];
        Arrays.setAll(statistics, i -> new ColumnStatistics.Builder());
    }

    /**
     * Looks at the rows up to this one that were not looked at yet, whose bytes and whose heap are there.
     *
     * @throws BadValueException naming the row and the field
     */
    public void proveUntil(int endRow) {
        assert provenCount <= endRow && endRow <= rowCount : endRow;
        while (provenCount < endRow) {
            final int chunk = provenCount >>> rowShift;
            final int end = (int) Math.min(endRow, ((long) chunk + 1) << rowShift);
            final long row = rows.bases()[chunk] + (long) (provenCount - (chunk << rowShift)) * layout.rowBytes();
            for (int field = 0; field < statistics.length; field++) {
                prove(field, row, end - provenCount);
            }
            provenCount = end;
        }
    }

    /** The slab of all rows, which takes the memory over. */
    public Slab slab() {
        assert provenCount == rowCount && !isTaken : provenCount + " of " + rowCount;
        final ColumnStatistics[] columns = new ColumnStatistics[statistics.length];
        Arrays.setAll(columns, i -> statistics[i].build());
        isTaken = true;
        return new Slab(layout, rowCount, rowShift, rows, heap, firstHeapChunk, Arrays.asList(columns));
    }

    @Override
    public void close() {
        if (!isTaken) {
            rows.free();
            heap.free();
        }
    }

    /** Field by field rather than row by row: what a field is decides the loop, and stays decided. */
    private void prove(int field, long firstRow, int count) {
        final FieldType type = layout.schema().field(field).type();
        if (type.kind().isVariable()) {
            proveSlots(field, firstRow, count);
        } else if (type.isText()) {
            proveTexts(field, type.length(), firstRow, count);
        } else {
            proveNumbers(field, type, firstRow, count);
        }
    }

    private void proveNumbers(int field, FieldType type, long firstRow, int count) {
        final ColumnStatistics.Builder column = statistics[field];
        final FieldKind kind = type.kind();
        final int nullBit = layout.nullBit(field);
        final int rowBytes = layout.rowBytes();
        final int offset = layout.offset(field);
        final long min = type.minSortable();
        final long max = type.maxSortable();
        long row = firstRow;
        for (int i = 0; i < count; i++, row += rowBytes) {
            if (RecordLayout.isNullBitSet(row, nullBit)) {
                column.onNull();
                continue;
            }
            final long value = Sortable.read(kind, row + offset);
            if (value < min || value > max) {
                throw bad(field, provenCount + i, "%d; there are %d to %d".formatted(value, min, max));
            }
            column.onSortable(value);
        }
    }

    private void proveTexts(int field, int length, long firstRow, int count) {
        final ColumnStatistics.Builder column = statistics[field];
        final int nullBit = layout.nullBit(field);
        long row = firstRow;
        for (int i = 0; i < count; i++, row += layout.rowBytes()) {
            if (RecordLayout.isNullBitSet(row, nullBit)) {
                column.onNull();
            } else {
                column.onText(row + layout.offset(field), length);
            }
        }
    }

    /** Also of nulls: whoever reads ahead of the null bits finds no slot that leads astray. */
    private void proveSlots(int field, long firstRow, int count) {
        final ColumnStatistics.Builder column = statistics[field];
        final int nullBit = layout.nullBit(field);
        long row = firstRow;
        for (int i = 0; i < count; i++, row += layout.rowBytes()) {
            final long slot = row + layout.offset(field);
            final @Nullable String fault = TextSlot.fault(slot, heap, firstHeapChunk);
            if (fault != null) {
                throw bad(field, provenCount + i, fault);
            }
            if (RecordLayout.isNullBitSet(row, nullBit)) {
                column.onNull();
            } else {
                column.onText(TextSlot.address(slot, heapBases), TextSlot.length(slot));
            }
        }
    }

    private BadValueException bad(int field, int row, String fault) {
        return new BadValueException("row %d: field '%s' holds %s"
                .formatted(row, layout.schema().field(field).name(), fault));
    }
}
