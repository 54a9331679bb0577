package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;

/**
 * Finds the run of rows of one group, or one row, by hashing the group's code: equality only, one look at the table.
 *
 * <pre>
 *   slots    | tag | place + 1 |     4 bytes each, a fifth of them empty (0); where taken, the next free one
 *   place    the index where the group's run begins; in a directory of a unique key the row number itself
 *   tag      bits of the hash that the place leaves free: a wrong row is looked at once in a thousand
 * </pre>
 *
 * Over the whole packed code of a key, or over the leading bits that hold a prefix of its fields. Immutable; the memory
 * is its owner's.
 */
public final class HashDirectory implements AutoCloseable {
    public static final int NONE = -1;

    private final MemoryBlock block;
    private final long address;
    private final int slotCount;
    private final int placeBits;
    private final int placeMask;
    private final int droppedBits;
    private final boolean isUnique;
    private final int fieldCount;

    private HashDirectory(
            MemoryBlock block, int slotCount, int placeBits, int droppedBits, boolean isUnique, int fieldCount) {
        this.block = block;
        this.slotCount = slotCount;
        this.placeBits = placeBits;
        this.droppedBits = droppedBits;
        this.isUnique = isUnique;
        this.fieldCount = fieldCount;
        address = block.address();
        placeMask = (int) ((1L << placeBits) - 1);
    }

    /** Slots for so many groups: 5 bytes a group. */
    public static int slotsFor(long groupCount) {
        return (int) Math.min(Integer.MAX_VALUE - 8, groupCount + groupCount / 4 + 8);
    }

    /**
     * An empty directory over {@link #slotsFor} its groups, to be filled by {@link #add}; it owns the block.
     *
     * @param droppedBits low bits of the packed code that belong to fields behind the prefix
     */
    public static HashDirectory empty(
            MemoryBlock block, int slotCount, int rowCount, int droppedBits, boolean isUnique, int fieldCount) {
        Memory.fill(block.address(), 4L * slotCount, (byte) 0);
        final int placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(rowCount);
        return new HashDirectory(block, slotCount, placeBits, droppedBits, isUnique, fieldCount);
    }

    /** Adds a group that is not in it yet. */
    public void add(long code, int place) {
        final long hash = hash(code >>> droppedBits);
        int slot = slot(hash);
        while (Memory.getInt(address + 4L * slot) != 0) {
            slot = following(slot);
        }
        Memory.putInt(address + 4L * slot, tag(hash) | (place + 1));
    }

    /** How many leading fields of the key an equality must give. */
    public int fieldCount() {
        return fieldCount;
    }

    /** Whether it holds row numbers, and not the places where runs begin. */
    public boolean isUnique() {
        return isUnique;
    }

    /**
     * The place of the group of this packed code, or {@link #NONE}. The bits behind the prefix do not matter.
     */
    int find(SortedKey key, long code) {
        final long sought = code >>> droppedBits;
        final long hash = hash(sought);
        final int tag = tag(hash);
        int slot = slot(hash);
        while (true) {
            final int it = Memory.getInt(address + 4L * slot);
            if (it == 0) {
                return NONE;
            }
            if ((it & ~placeMask) == tag) {
                final int place = (it & placeMask) - 1;
                final int rowNumber = isUnique ? place : key.rowNumber(place);
                if (key.codeOfRow(rowNumber) >>> droppedBits == sought) {
                    return place;
                }
            }
            slot = following(slot);
        }
    }

    /** Finalizer of SplitMix64. */
    private static long hash(long value) {
        long hash = (value ^ (value >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return hash ^ (hash >>> 31);
    }

    private int slot(long hash) {
        return (int) (((hash >>> 32) * slotCount) >>> 32);
    }

    private int following(int slot) {
        return slot + 1 == slotCount ? 0 : slot + 1;
    }

    private int tag(long hash) {
        return placeBits == Integer.SIZE ? 0 : (int) hash << placeBits;
    }

    public long bytes() {
        return block.bytes();
    }

    @Override
    public void close() {
        block.close();
    }
}
