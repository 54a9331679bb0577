package io.keyfarm.rows;

import java.util.List;

/**
 * The rows of several slabs under one numbering, so that a row number says all: whose row it is, too.
 *
 * <pre>
 *   slab 0        | chunk 0 | chunk 1, not full |
 *   slab 1                                        | chunk 2, not full |
 *   row number    0 …       2^s …                 2·2^s …                   between them numbers that are no rows
 *   heap chunk    0, 1                            2                         slots of slab 1 name 2
 * </pre>
 *
 * A slab of rows that follow others begins with a chunk of its own, as its heap does. So an address is found as in a single
 * slab, by the same few instructions, and a row's text by its slot. Immutable; the slabs' memory stays theirs.
 */
public final class JoinedSlabs {
    private final Slab slab;
    private final int[] firstRows;

    /** Of slabs that {@link #canJoin}; at least one. */
    public JoinedSlabs(List<Slab> slabs) {
        assert canJoin(slabs) : slabs;
        firstRows = new int[slabs.size()];
        if (slabs.size() == 1) {
            slab = slabs.get(0);
            return;
        }
        final int rowShift = slabs.get(0).rowShift();
        final int chunkCount =
                (int) slabs.stream().mapToLong(JoinedSlabs::chunkCount).sum();
        final int heapChunkCount = slabs.get(slabs.size() - 1).endHeapChunk();
        final long[] chunkBases = new long[chunkCount];
        final long[] heapBases = new long[heapChunkCount];
        int chunk = 0;
        int rowBound = 0;
        for (int i = 0; i < firstRows.length; i++) {
            final Slab it = slabs.get(i);
            firstRows[i] = chunk << rowShift;
            if (it.rowCount() > 0) {
                rowBound = firstRows[i] + it.rowCount();
            }
            for (final MemoryRun run : it.rowChunks()) {
                chunkBases[chunk++] = run.address();
            }
            int heapChunk = it.firstHeapChunk();
            for (final MemoryRun run : it.heapChunks()) {
                heapBases[heapChunk++] = run.address();
            }
        }
        slab = new Slab(slabs.get(0).layout(), rowBound, rowShift, chunkBases, heapBases);
    }

    /** Whether they were made to stand one behind the other, and there are enough row numbers for all. */
    public static boolean canJoin(List<Slab> slabs) {
        long rowBound = 0;
        final Slab first = slabs.get(0);
        for (int i = 0; i < slabs.size(); i++) {
            final Slab it = slabs.get(i);
            final int heapChunk = i == 0 ? 0 : slabs.get(i - 1).endHeapChunk();
            if (it.rowShift() != first.rowShift()
                    || it.firstHeapChunk() != heapChunk
                    || !it.schema().equals(first.schema())) {
                return false;
            }
            final long chunkRows = 1L << first.rowShift();
            final long firstRow = (rowBound + chunkRows - 1) / chunkRows * chunkRows;
            rowBound = firstRow + it.rowCount();
            if (rowBound > Slab.MAX_ROWS) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads rows by their joined numbers: addresses, views, long text. Its row count is only a bound of these numbers, it has
     * no statistics, and closing it frees nothing.
     */
    public Slab slab() {
        return slab;
    }

    /** What is added to a row number of this slab. */
    public int firstRow(int index) {
        return firstRows[index];
    }

    private static long chunkCount(Slab slab) {
        return ((long) slab.rowCount() + (1L << slab.rowShift()) - 1) >>> slab.rowShift();
    }
}
