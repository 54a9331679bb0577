package io.keyfarm.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one part, loaded into memory and never moved.
 *
 * <pre>
 *   chunk 0   | row 0 | row 1 | …          a power of two of rows, at most 1 GiB
 *   chunk 1   | row n | …
 *   heap      | text longer than its slot holds, in the order it was loaded | …
 * </pre>
 *
 * The chunks are memory of our own, or a file that is mapped to be read only ({@link MappedMemory}); nobody who reads sees
 * a difference. Immutable, so any thread may read it, until {@link #close}, which whoever owns the slab calls after the last reader
 * has left. Row numbers are checked by {@code assert} only: who takes one from outside calls {@link #requireRow} once.
 */
public final class Slab implements AutoCloseable {
    /** Row numbers are {@code int}, and two values stay free for "none" and "behind the last". */
    public static final int MAX_ROWS = Integer.MAX_VALUE - 1;

    private final RecordLayout layout;
    private final int rowCount;
    private final int rowShift;
    private final int rowMask;
    private final int rowBytes;
    private final long[] chunkBases;
    private final long[] heapBases;
    private final List<ColumnStatistics> statistics;
    private final @Nullable Object[] derived;
    private final SlabMemory rows;
    private final SlabMemory heap;
    private final int firstHeapChunk;

    /** @param firstHeapChunk how slots name the first chunk of this heap: those before it are of other slabs */
    Slab(
            RecordLayout layout,
            int rowCount,
            int rowShift,
            SlabMemory rows,
            SlabMemory heap,
            int firstHeapChunk,
            List<ColumnStatistics> statistics) {
        this.layout = layout;
        this.rowCount = rowCount;
        this.rowShift = rowShift;
        this.rowMask = (1 << rowShift) - 1;
        this.rowBytes = layout.rowBytes();
        this.rows = rows;
        this.heap = heap;
        this.chunkBases = rows.bases();
        this.firstHeapChunk = firstHeapChunk;
        this.heapBases = basesFrom(firstHeapChunk, heap.bases());
        this.statistics = List.copyOf(statistics);
        this.derived = new Object[statistics.size()];
    }

    /** The rows of several slabs under one numbering, which stay theirs: see {@link JoinedSlabs}. */
    Slab(RecordLayout layout, int rowBound, int rowShift, long[] chunkBases, long[] heapBases) {
        this.layout = layout;
        this.rowCount = rowBound;
        this.rowShift = rowShift;
        this.rowMask = (1 << rowShift) - 1;
        this.rowBytes = layout.rowBytes();
        this.rows = SlabMemory.NONE;
        this.heap = SlabMemory.NONE;
        this.chunkBases = chunkBases;
        this.firstHeapChunk = 0;
        this.heapBases = heapBases;
        this.statistics = List.of();
        this.derived = new Object[0];
    }

    /** The chunks by the numbers that slots have for them. */
    static long[] basesFrom(int firstHeapChunk, long[] bases) {
        final long[] numbered = new long[firstHeapChunk + bases.length];
        System.arraycopy(bases, 0, numbered, firstHeapChunk, bases.length);
        return numbered;
    }

    public RecordLayout layout() {
        return layout;
    }

    public TableSchema schema() {
        return layout.schema();
    }

    public int rowCount() {
        return rowCount;
    }

    /** Where the row's bytes begin. */
    public long address(int rowNumber) {
        assert 0 <= rowNumber && rowNumber < rowCount : rowNumber;
        return chunkBases[rowNumber >>> rowShift] + (long) (rowNumber & rowMask) * rowBytes;
    }

    /** The end of the rows that follow this one at equal steps of {@link RecordLayout#rowBytes}: where its chunk ends. */
    public int contiguousUntil(int rowNumber) {
        final long chunkEnd = ((long) (rowNumber >>> rowShift) + 1) << rowShift;
        return (int) Math.min(chunkEnd, rowCount);
    }

    /**
     * Reads a byte at the start and at the end of each of the rows {@code [first, last)} and answers their sum, which
     * means nothing. The reads do not wait for one another, so that what is then done row by row finds the rows in cache:
     * a row's cache miss costs some 10 ns so, and 100 and more where work stands between one row and the next.
     */
    public int touch(int[] rowNumbers, int first, int last) {
        int sum = 0;
        for (int i = first; i < last; i++) {
            final long row = address(rowNumbers[i]);
            sum += Memory.getByte(row) + Memory.getByte(row + rowBytes - 1);
        }
        return sum;
    }

    /** What {@link TextSlot#address} needs to find long text. */
    public long[] heapBases() {
        return heapBases;
    }

    public ColumnStatistics statistics(int field) {
        return statistics.get(field);
    }

    /**
     * What follows from a column's values alone: made by who asks first, while others who ask wait, and kept on heap as
     * long as the slab.
     */
    public <T> T derived(int field, Supplier<T> maker, Class<T> type) {
        synchronized (derived) {
            final Object known = derived[field];
            final T made = known == null ? maker.get() : type.cast(known);
            derived[field] = made;
            return made;
        }
    }

    /** A fresh view, standing on no row yet. */
    public RowView newView() {
        return new RowView(layout);
    }

    /** Puts the view on a row of this slab. */
    public void view(int rowNumber, RowView view) {
        view.wrap(address(rowNumber), heapBases);
    }

    public void requireRow(int rowNumber) {
        if (rowNumber < 0 || rowNumber >= rowCount) {
            throw new IndexOutOfBoundsException(
                    "row " + rowNumber + " of " + schema().name() + ", which has " + rowCount + " rows");
        }
    }

    /** Bytes of rows and heap, as the ledger counts them: as used, or as mapped if the slab {@link #isMapped}. */
    public long bytes() {
        return rows.bytes() + heap.bytes();
    }

    /** Whether the rows are a file, mapped, and no memory of our own. */
    public boolean isMapped() {
        return rows instanceof MappedMemory;
    }

    /** All chunks but the last hold 2 to the power of this rows. */
    public int rowShift() {
        return rowShift;
    }

    /** How slots name the first chunk of the heap: 0, unless these rows were loaded behind those of other slabs. */
    public int firstHeapChunk() {
        return firstHeapChunk;
    }

    /** One more than the number of the last chunk of the heap: where that of a slab behind this one begins. */
    public int endHeapChunk() {
        return heapBases.length;
    }

    /** The rows, as they stand in memory. */
    public List<MemoryRun> rowChunks() {
        return runs(rows);
    }

    /**
     * The long texts, as they stand in memory: a position that a slot names is a place in these chunks, numbered from
     * {@link #firstHeapChunk} on.
     */
    public List<MemoryRun> heapChunks() {
        return runs(heap);
    }

    private static List<MemoryRun> runs(SlabMemory memory) {
        final List<MemoryRun> runs = new ArrayList<>();
        final long[] bases = memory.bases();
        for (int i = 0; i < bases.length; i++) {
            runs.add(new MemoryRun(bases[i], memory.usedBytes(i)));
        }
        return runs;
    }

    /** Frees or unmaps the memory. A second call does nothing. */
    @Override
    public void close() {
        rows.free();
        heap.free();
    }
}
