package io.keyfarm.rows;

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
