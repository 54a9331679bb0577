package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TextSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows that an activity keeps, numbered in the order they were added; they never move.
 *
 * <pre>
 *   chunks      | page        | | page | page       | …   each twice as large as the one before, up to 1 MiB
 *   pages       | row | row | …                           a power of two of rows, so that a number leads to its row
 *   text        | long text | …   | long text | …         chunks likewise
 * </pre>
 *
 * For one thread. {@link #clear} forgets the rows and frees all but a first chunk.
 */
public final class RowStore implements AutoCloseable {
    static final int MAX_ROWS = Integer.MAX_VALUE - 1;

    private static final int PAGE_BYTES = 1 << 14;
    private static final int MAX_CHUNK_BYTES = 1 << 20;

    private final RecordLayout layout;
    private final FlowMemory memory;
    private final String what;
    private final int rowBytes;
    private final int pageShift;
    private final int pageMask;
    private final long pageBytes;
    private final int[] slots;

    private final List<MemoryBlock> chunks = new ArrayList<>();
    private long[] pages = new long[8];
    private int pageCount;
    private TextHeap text;
    private long nextRow;
    private long pageEnd;
    private int rowCount;
    private int readRow;

    /** @param what is kept, for the error when it grows too large: {@code the rows to sort} */
    public RowStore(RecordLayout layout, FlowMemory memory, String what) {
        this.layout = layout;
        this.memory = memory;
        this.what = what;
        rowBytes = layout.rowBytes();
        pageShift = 31 - Integer.numberOfLeadingZeros(Math.max(1, PAGE_BYTES / rowBytes));
        pageMask = (1 << pageShift) - 1;
        pageBytes = (long) rowBytes << pageShift;
        text = new TextHeap(memory, "long text of " + what);
        slots = IntStream.range(0, layout.schema().fieldCount())
                .filter(field -> layout.kind(field).isVariable())
                .map(layout::offset)
                .toArray();
    }

    public RecordLayout layout() {
        return layout;
    }

    public int rowCount() {
        return rowCount;
    }

    /** Where the row begins. */
    public long address(int rowNumber) {
        assert 0 <= rowNumber && rowNumber < rowCount : rowNumber;
        return pages[rowNumber >>> pageShift] + (long) (rowNumber & pageMask) * rowBytes;
    }

    /** What long text of the rows is reached by; grows with them, so ask after the last row was added. */
    public long[] heapBases() {
        return text.bases();
    }

    /** Copies the row, its long text too; answers where it stands from now on. */
    public long copy(long row, long[] rowHeapBases) {
        final long own = append();
        Memory.copy(row, own, rowBytes);
        for (final int slot : slots) {
            final int length = TextSlot.length(own + slot);
            if (length > TextSlot.INLINE_BYTES) {
                text.put(own + slot, TextSlot.address(row + slot, rowHeapBases), length);
            }
        }
        return own;
    }

    /** As {@link #copy}, of all rows of the batch. */
    void copyAll(RowBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            copy(batch.row(i), batch.heapBases());
        }
    }

    /** A row of undefined bytes, to be filled by whoever asked. */
    public long append() {
        if (nextRow == pageEnd) {
            beginPage();
        }
        final long row = nextRow;
        nextRow += rowBytes;
        rowCount++;
        return row;
    }

    /** The row that was appended last. */
    long lastRow() {
        return address(rowCount - 1);
    }

    /** Takes the row that was appended last away again; its text stays until the store is cleared. */
    public void removeLast() {
        rowCount--;
        final int page = rowCount >>> pageShift;
        nextRow = pages[page] + (long) (rowCount & pageMask) * rowBytes;
        pageEnd = pages[page] + pageBytes;
    }

    /** Fills a slot of a row of this store, whatever it held. */
    public void putText(long slot, long from, int length) {
        if (length > TextSlot.INLINE_BYTES) {
            text.put(slot, from, length);
        } else {
            TextSlot.writeInline(slot, from, length);
        }
    }

    /** As {@link #putText}, for a slot that holds text which is wanted no more: its room is used again, now or later. */
    void replaceText(long slot, long from, int length) {
        final int before = TextSlot.length(slot);
        if (before > TextSlot.INLINE_BYTES) {
            if (before == length) {
                text.overwrite(slot, from, length);
                return;
            }
            text.abandon(before);
        }
        putText(slot, from, length);
    }

    /** Moves the long text together, if more than half of it is wanted no more. Nobody may hold where text stands. */
    void compactText() {
        if (!text.isMostlyAbandoned()) {
            return;
        }
        final TextHeap before = text;
        final TextHeap compacted = new TextHeap(memory, "long text of " + what);
        try {
            for (int i = 0; i < rowCount; i++) {
                compacted.moveIn(address(i), slots, before.bases());
            }
            text = compacted;
        } finally {
            // Where memory ran out half way the slots are of no use any more, and the query has failed.
            (text == compacted ? before : compacted).close();
        }
    }

    /** Goes back to the first row. */
    public void rewind() {
        readRow = 0;
    }

    /** Fills the batch with the rows that follow those read before; answers how many, 0 at the end. */
    public int next(RowBatch batch) {
        batch.begin(text.bases());
        while (readRow < rowCount && !batch.isFull()) {
            final int pageRest = pageMask + 1 - (readRow & pageMask);
            readRow += batch.addRun(address(readRow), Math.min(pageRest, rowCount - readRow));
        }
        return batch.count();
    }

    /** Forgets all rows. */
    public void clear() {
        text.close();
        while (chunks.size() > 1) {
            memory.free(chunks.remove(chunks.size() - 1));
        }
        // The first chunk is one page.
        pageCount = chunks.size();
        rowCount = 0;
        nextRow = 0;
        pageEnd = 0;
        readRow = 0;
    }

    @Override
    public void close() {
        clear();
        chunks.forEach(memory::free);
        chunks.clear();
        pageCount = 0;
    }

    private void beginPage() {
        final int page = rowCount >>> pageShift;
        if (page == pageCount) {
            addChunk();
        }
        nextRow = pages[page];
        pageEnd = nextRow + pageBytes;
    }

    private void addChunk() {
        if (rowCount > MAX_ROWS - (pageMask + 1)) {
            throw new MemoryLimitException(what + " are more than " + MAX_ROWS + "; ask for fewer rows");
        }
        final long mostPages = Math.max(1, MAX_CHUNK_BYTES / pageBytes);
        final int added = (int) Math.min(mostPages, 1L << Math.min(chunks.size(), 30));
        final MemoryBlock chunk = memory.allocate(what, added * pageBytes);
        chunks.add(chunk);
        if (pageCount + added > pages.length) {
            pages = Arrays.copyOf(pages, Math.max(pages.length * 2, pageCount + added));
        }
        for (int i = 0; i < added; i++) {
            pages[pageCount++] = chunk.address() + i * pageBytes;
        }
    }
}
