package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TextSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows that an activity keeps, in the order they were added; they never move.
 *
 * <pre>
 *   chunks   | row | row | …   | row | row | …        each twice as large as the one before, up to 1 MiB
 *   heap     | long text | …   | long text | …
 * </pre>
 *
 * For one thread. {@link #clear} forgets the rows and frees all but a first chunk.
 */
public final class RowStore implements AutoCloseable {
    private static final int FIRST_BYTES = 1 << 14;
    private static final int CHUNK_BYTES = 1 << 20;
    /** A heap position names its chunk in the bits from here up: see {@link TextSlot}. */
    private static final int HEAP_CHUNK_SHIFT = 30;

    private final RecordLayout layout;
    private final FlowMemory memory;
    private final String what;
    private final int rowBytes;
    private final int[] slots;

    private final List<MemoryBlock> chunks = new ArrayList<>();
    private final List<MemoryBlock> heapChunks = new ArrayList<>();
    private int[] chunkRows = new int[8];
    private long[] heapBases = {};
    private long chunkEnd;
    private long nextRow;
    private long heapEnd;
    private long nextText;
    private long rowCount;
    private int readChunk;
    private int readRow;

    /** @param what is kept, for the error when it grows too large: {@code the rows to sort} */
    public RowStore(RecordLayout layout, FlowMemory memory, String what) {
        this.layout = layout;
        this.memory = memory;
        this.what = what;
        rowBytes = Math.max(1, layout.rowBytes());
        slots = IntStream.range(0, layout.schema().fieldCount())
                .filter(field -> layout.kind(field).isVariable())
                .map(layout::offset)
                .toArray();
    }

    public RecordLayout layout() {
        return layout;
    }

    public long rowCount() {
        return rowCount;
    }

    /** What long text of the rows is reached by; grows with them, so ask after the last row was added. */
    public long[] heapBases() {
        return heapBases;
    }

    /** Copies the row, its long text too; answers where it stands from now on. */
    public long copy(long row, long[] rowHeapBases) {
        final long own = append();
        Memory.copy(row, own, rowBytes);
        for (final int slot : slots) {
            final int length = TextSlot.length(own + slot);
            if (length > TextSlot.INLINE_BYTES) {
                putLongText(own + slot, TextSlot.address(row + slot, rowHeapBases), length);
            }
        }
        return own;
    }

    /** A row of undefined bytes, to be filled by whoever asked. */
    public long append() {
        if (nextRow + rowBytes > chunkEnd) {
            addChunk();
        }
        final long row = nextRow;
        nextRow += rowBytes;
        chunkRows[chunks.size() - 1]++;
        rowCount++;
        return row;
    }

    /** Takes the row that was appended last away again; its text stays until the store is cleared. */
    public void removeLast() {
        nextRow -= rowBytes;
        chunkRows[chunks.size() - 1]--;
        rowCount--;
    }

    /** Fills a slot of a row of this store. */
    public void putText(long slot, long text, int length) {
        if (length > TextSlot.INLINE_BYTES) {
            putLongText(slot, text, length);
        } else {
            TextSlot.writeInline(slot, text, length);
        }
    }

    private void putLongText(long slot, long text, int length) {
        if (nextText + length > heapEnd) {
            addHeapChunk(length);
        }
        final int chunk = heapChunks.size() - 1;
        final long position = ((long) chunk << HEAP_CHUNK_SHIFT) + nextText - heapBases[chunk];
        Memory.copy(text, nextText, length);
        TextSlot.writeLong(slot, nextText, length, position);
        nextText += length;
    }

    /** Goes back to the first row. */
    public void rewind() {
        readChunk = 0;
        readRow = 0;
    }

    /** Fills the batch with the rows that follow those read before; answers how many, 0 at the end. */
    public int next(RowBatch batch) {
        batch.begin(heapBases);
        while (readChunk < chunks.size() && !batch.isFull()) {
            final long first = chunks.get(readChunk).address() + (long) readRow * rowBytes;
            readRow += batch.addRun(first, chunkRows[readChunk] - readRow);
            if (readRow == chunkRows[readChunk]) {
                if (readChunk == chunks.size() - 1) {
                    break; // More rows may be added behind these.
                }
                readChunk++;
                readRow = 0;
            }
        }
        return batch.count();
    }

    /** Forgets all rows. */
    public void clear() {
        freeAll(heapChunks);
        heapBases = new long[0];
        heapEnd = 0;
        nextText = 0;
        while (chunks.size() > 1) {
            memory.free(chunks.remove(chunks.size() - 1));
        }
        Arrays.fill(chunkRows, 0);
        if (!chunks.isEmpty()) {
            nextRow = chunks.get(0).address();
            chunkEnd = nextRow + chunks.get(0).bytes();
        }
        rowCount = 0;
        rewind();
    }

    @Override
    public void close() {
        clear();
        freeAll(chunks);
        nextRow = 0;
        chunkEnd = 0;
    }

    private void freeAll(List<MemoryBlock> blocks) {
        blocks.forEach(memory::free);
        blocks.clear();
    }

    private void addChunk() {
        final int doublings = Math.min(chunks.size(), 30);
        final long bytes = Math.max(rowBytes, Math.min(CHUNK_BYTES, (long) FIRST_BYTES << doublings));
        final MemoryBlock chunk = memory.allocate(what, bytes);
        chunks.add(chunk);
        if (chunks.size() > chunkRows.length) {
            chunkRows = Arrays.copyOf(chunkRows, chunkRows.length * 2);
        }
        nextRow = chunk.address();
        chunkEnd = nextRow + bytes;
    }

    private void addHeapChunk(int length) {
        final int doublings = Math.min(heapChunks.size(), 30);
        final long bytes = Math.max(length, Math.min(CHUNK_BYTES, (long) FIRST_BYTES << doublings));
        final MemoryBlock chunk = memory.allocate("long text of " + what, bytes);
        heapChunks.add(chunk);
        heapBases = Arrays.copyOf(heapBases, heapChunks.size());
        heapBases[heapChunks.size() - 1] = chunk.address();
        nextText = chunk.address();
        heapEnd = nextText + bytes;
    }
}
