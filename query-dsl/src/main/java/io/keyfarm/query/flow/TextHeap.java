package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.TextSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The long text of the rows of a {@link RowStore}, in chunks that never move, each twice as large as the one before up to
 * 1 MiB; larger text has a chunk of its own.
 */
final class TextHeap implements AutoCloseable {
    private static final int FIRST_BYTES = 1 << 14;
    private static final int MAX_CHUNK_BYTES = 1 << 20;
    /** A heap position names its chunk in the bits from here up: see {@link TextSlot}. */
    private static final int CHUNK_SHIFT = 30;

    private static final long[] NONE = {};

    private final FlowMemory memory;
    private final String what;
    private final List<MemoryBlock> chunks = new ArrayList<>();
    private long[] bases = NONE;
    private long end;
    private long next;
    private long putBytes;
    private long abandonedBytes;

    TextHeap(FlowMemory memory, String what) {
        this.memory = memory;
        this.what = what;
    }

    long[] bases() {
        return bases;
    }

    /** Copies text too long for its slot, and fills the slot. */
    void put(long slot, long from, int length) {
        if (next + length > end) {
            addChunk(length);
        }
        final int chunk = chunks.size() - 1;
        final long position = ((long) chunk << CHUNK_SHIFT) + next - bases[chunk];
        Memory.copy(from, next, length);
        TextSlot.writeLong(slot, next, length, position);
        next += length;
        putBytes += length;
    }

    /** Replaces text of this heap by other text of the same length. */
    void overwrite(long slot, long from, int length) {
        final long own = TextSlot.address(slot, bases);
        Memory.copy(from, own, length);
        // The slot repeats the first bytes, and keeps the position.
        Memory.putInt(slot + Integer.BYTES, Memory.getInt(own));
    }

    /** So many bytes are wanted no more. */
    void abandon(int length) {
        abandonedBytes += length;
    }

    boolean isMostlyAbandoned() {
        return abandonedBytes > MAX_CHUNK_BYTES && abandonedBytes > putBytes / 2;
    }

    /** Takes over the long text of a row. */
    void moveIn(long row, int[] slots, long[] basesBefore) {
        for (final int slot : slots) {
            final int length = TextSlot.length(row + slot);
            if (length > TextSlot.INLINE_BYTES) {
                put(row + slot, TextSlot.address(row + slot, basesBefore), length);
            }
        }
    }

    /** Forgets all text. */
    @Override
    public void close() {
        chunks.forEach(memory::free);
        chunks.clear();
        bases = NONE;
        end = 0;
        next = 0;
        putBytes = 0;
        abandonedBytes = 0;
    }

    private void addChunk(int length) {
        final int doublings = Math.min(chunks.size(), 30);
        final long bytes = Math.max(length, Math.min(MAX_CHUNK_BYTES, (long) FIRST_BYTES << doublings));
        final MemoryBlock chunk = memory.allocate(what, bytes);
        chunks.add(chunk);
        bases = Arrays.copyOf(bases, chunks.size());
        bases[chunks.size() - 1] = chunk.address();
        next = chunk.address();
        end = next + bytes;
    }
}
