package io.keyfarm.rows;

import org.jspecify.annotations.Nullable;

/**
 * The fixed 16 bytes through which a row reaches text of any length.
 *
 * <pre>
 *   up to 12 bytes   | length 4 | the bytes, zero-padded 12                |
 *   longer           | length 4 | first 4 bytes | heap position 8          |
 * </pre>
 *
 * Short text, which most text is, costs no second cache miss, and every text field has a fixed offset, so that it can
 * be filtered and keyed as any other (the form is that of Neumann and Freitag, "Umbra", CIDR 2020). A heap position
 * names one of the heap's chunks of at most 1 GiB in its upper bits and the byte within it in the lower 30.
 */
public final class TextSlot {
    public static final int BYTES = 16;
    public static final int INLINE_BYTES = 12;

    static final int HEAP_CHUNK_SHIFT = 30;
    static final long HEAP_CHUNK_MASK = (1L << HEAP_CHUNK_SHIFT) - 1;

    private static final int TEXT_OFFSET = 4;
    private static final int POSITION_OFFSET = 8;

    private TextSlot() {}

    public static int length(long slot) {
        return Memory.getInt(slot);
    }

    /** Where the {@link #length} bytes of the text stand. */
    public static long address(long slot, long[] heapBases) {
        if (Memory.getInt(slot) <= INLINE_BYTES) {
            return slot + TEXT_OFFSET;
        }
        final long position = Memory.getLong(slot + POSITION_OFFSET);
        return heapBases[(int) (position >>> HEAP_CHUNK_SHIFT)] + (position & HEAP_CHUNK_MASK);
    }

    /**
     * What is wrong with a slot that someone else filled, or null: once nothing is, its text may be read.
     *
     * @param heap where long text stands
     * @param firstHeapChunk how slots name its first chunk
     */
    static @Nullable String fault(long slot, SlabMemory heap, int firstHeapChunk) {
        final int length = Memory.getInt(slot);
        if (length < 0 || length > FieldType.MAX_TEXT_BYTES) {
            return "a text of " + length + " bytes; there are 0 to " + FieldType.MAX_TEXT_BYTES;
        }
        if (length <= INLINE_BYTES) {
            for (int i = length; i < INLINE_BYTES; i++) {
                if (Memory.getByte(slot + TEXT_OFFSET + i) != 0) {
                    return "a text of " + length + " bytes with more behind its end";
                }
            }
            return null;
        }
        final long position = Memory.getLong(slot + POSITION_OFFSET);
        final long chunk = position >>> HEAP_CHUNK_SHIFT;
        final long offset = position & HEAP_CHUNK_MASK;
        final long own = chunk - firstHeapChunk;
        if (own < 0 || own >= heap.bases().length || offset + length > heap.usedBytes((int) own)) {
            return "a text of %d bytes at %d of heap chunk %d, which is beyond its end"
                    .formatted(length, offset, chunk);
        }
        return Memory.getInt(slot + TEXT_OFFSET) == Memory.getInt(heap.bases()[(int) own] + offset)
                ? null
                : "a text whose first bytes are not those in the heap";
    }

    /** Fills the slot with text of at most {@link #INLINE_BYTES}. */
    static void writeInline(long slot, byte[] text) {
        Memory.putInt(slot, text.length);
        Memory.putLong(slot + TEXT_OFFSET, 0);
        Memory.putInt(slot + TEXT_OFFSET + Long.BYTES, 0);
        Memory.copy(text, 0, slot + TEXT_OFFSET, text.length);
    }

    /** As above, of text anywhere in memory. */
    public static void writeInline(long slot, long text, int length) {
        assert length <= INLINE_BYTES : length;
        Memory.putInt(slot, length);
        Memory.putLong(slot + TEXT_OFFSET, 0);
        Memory.putInt(slot + TEXT_OFFSET + Long.BYTES, 0);
        Memory.copy(text, slot + TEXT_OFFSET, length);
    }

    /** Fills the slot for longer text, which stands at {@code text}, a place of the heap. */
    public static void writeLong(long slot, long text, int length, long heapPosition) {
        assert length > INLINE_BYTES : length;
        Memory.putInt(slot, length);
        Memory.putInt(slot + TEXT_OFFSET, Memory.getInt(text));
        Memory.putLong(slot + POSITION_OFFSET, heapPosition);
    }
}
