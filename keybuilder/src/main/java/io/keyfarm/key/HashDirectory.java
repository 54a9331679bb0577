package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;

/**
 * Finds the run of rows of one group, or one row, by hashing the group's code: equality only, one look at the table.
 *
 * <pre>
 *   slots    | tag | lone | place + 1 |     4 bytes each, a fifth of them empty (0); where taken, the next free one
 *   place    the index where the group's run begins; of a lone row its number, which saves a look at the key
 *   tag      bits of the hash that the place leaves free: a wrong row is looked at once in a few hundred
 *   code 8   behind each slot, where a row's code is read from text that stands apart: so that it need not be
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
    private final int loneBit;
    private final int droppedBits;
    private final int fieldCount;
    private final boolean hasCodes;
    private final int slotBytes;

    private HashDirectory(MemoryBlock block, int slotCount, int rowCount, KeyCode coder, int fieldCount) {
        this.block = block;
        this.slotCount = slotCount;
        // Rows are fewer than 2^31, so a bit is left for the lone ones.
        placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(rowCount);
        droppedBits = coder.bitsBehind(fieldCount);
        hasCodes = coder.hasFarText();
        slotBytes = slotBytes(coder);
        this.fieldCount = fieldCount;
        address = block.address();
        placeMask = (int) ((1L << placeBits) - 1);
        loneBit = 1 << placeBits;
    }

    /**
     * An empty directory over the first {@code fieldCount} fields of a key, which have so many groups: 5 bytes a group, 15 if
     * it has codes.
     *
     * @throws io.keyfarm.rows.MemoryLimitException if there is no room for it; then nothing is held
     */
    public static HashDirectory empty(
            MemoryLedger ledger, KeyCode coder, int fieldCount, long groupCount, BuildTurns turns) {
        final int slotCount = (int) Math.min(Integer.MAX_VALUE - 8, groupCount + groupCount / 4 + 8);
        final MemoryBlock block = MemoryBlock.allocate(
                ledger, "hash directory of key " + coder.spec(), (long) slotBytes(coder) * slotCount);
        try {
            clear(block, slotCount, slotBytes(coder), turns);
        } catch (RuntimeException | Error e) {
            block.close();
            throw e;
        }
        return new HashDirectory(block, slotCount, coder.slab().rowCount(), coder, fieldCount);
    }

    private static void clear(MemoryBlock block, int slotCount, int slotBytes, BuildTurns turns) {
        for (int from = 0; from < slotCount; from = BuildTurns.end(from, slotCount)) {
            final int slots = BuildTurns.end(from, slotCount) - from;
            Memory.fill(block.address() + (long) slotBytes * from, (long) slotBytes * slots, (byte) 0);
            turns.onRows(slots);
        }
    }

    private static int slotBytes(KeyCode coder) {
        return coder.hasFarText() ? Integer.BYTES + Long.BYTES : Integer.BYTES;
    }

    /** Adds a group of several rows, whose run begins at this index, and that is not in it yet. */
    public void addRun(long code, int index) {
        add(code, index + 1);
    }

    /** Adds a group of one row. */
    public void addLone(long code, int rowNumber) {
        add(code, loneBit | (rowNumber + 1));
    }

    private void add(long code, int entry) {
        final long hash = hash(code >>> droppedBits);
        int slot = slot(hash);
        while (Memory.getInt(at(slot)) != 0) {
            slot = following(slot);
        }
        Memory.putInt(at(slot), tag(hash) | entry);
        if (hasCodes) {
            Memory.putLong(at(slot) + Integer.BYTES, code >>> droppedBits);
        }
    }

    private long at(int slot) {
        return address + (long) slotBytes * slot;
    }

    /** How many leading fields of the key an equality must give. */
    public int fieldCount() {
        return fieldCount;
    }

    /** Whether what {@link #find} answered is a row, and not an index or {@link #NONE}. */
    public static boolean isRow(int found) {
        return found < NONE;
    }

    /** The number of the row that {@link #find} answered. */
    public static int rowOf(int found) {
        assert isRow(found) : found;
        return NONE - 1 - found;
    }

    /**
     * Where the group of this packed code is: a row if it has but one ({@link #isRow}), else the index where its run begins,
     * or {@link #NONE}. The bits behind the prefix do not matter.
     */
    int find(SortedKey key, long code) {
        final long sought = code >>> droppedBits;
        final long hash = hash(sought);
        return find(key, sought, tag(hash), tagged(slot(hash), tag(hash)));
    }

    /** Goes on from a slot that is free or has the code's tag. */
    private int find(SortedKey key, long sought, int tag, int taggedSlot) {
        int slot = taggedSlot;
        while (true) {
            final int it = Memory.getInt(at(slot));
            if (it == 0) {
                return NONE;
            }
            final int place = (it & placeMask) - 1;
            final boolean isLone = (it & loneBit) != 0;
            if (codeAt(key, slot, place, isLone) == sought) {
                return isLone ? NONE - 1 - place : place;
            }
            slot = tagged(following(slot), tag);
        }
    }

    /** The first slot from this one on that is free or has this tag. */
    private int tagged(int from, int tag) {
        int slot = from;
        int it = Memory.getInt(at(slot));
        while (it != 0 && (it & ~(placeMask | loneBit)) != tag) {
            slot = following(slot);
            it = Memory.getInt(at(slot));
        }
        return slot;
    }

    /**
     * As {@link #find} of each code: {@code found[i]} for {@code codes[i]}. In turns, each of them over all codes, so that no
     * cache miss waits for another code's:
     *
     * <pre>
     *   touch the slot that the hash leads to ─ walk to the one with the tag ─ touch its lone row ─ compare
     * </pre>
     *
     * Walking ends by a branch that is often guessed wrong, which would throw away the next codes' touches of rows if they
     * were made in the same turn.
     */
    void findAll(SortedKey key, long[] codes, int count, int[] found) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            final int slot = slot(hash(codes[i] >>> droppedBits));
            sum += Memory.getByte(at(slot));
            found[i] = slot;
        }
        for (int i = 0; i < count; i++) {
            found[i] = tagged(found[i], tag(hash(codes[i] >>> droppedBits)));
        }
        if (!hasCodes) {
            sum += touchLoneRows(key.slab(), count, found);
        }
        KeyCode.use(sum);
        for (int i = 0; i < count; i++) {
            final long sought = codes[i] >>> droppedBits;
            found[i] = find(key, sought, tag(hash(sought)), found[i]);
        }
    }

    private int touchLoneRows(Slab slab, int count, int[] slots) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            final int it = Memory.getInt(at(slots[i]));
            if ((it & loneBit) != 0) {
                sum += Memory.getByte(slab.address((it & placeMask) - 1));
            }
        }
        return sum;
    }

    private long codeAt(SortedKey key, int slot, int place, boolean isLone) {
        return hasCodes
                ? Memory.getLong(at(slot) + Integer.BYTES)
                : key.codeOfRow(isLone ? place : key.rowNumber(place)) >>> droppedBits;
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
        return placeBits + 1 == Integer.SIZE ? 0 : (int) hash << (placeBits + 1);
    }

    public long bytes() {
        return block.bytes();
    }

    @Override
    public void close() {
        block.close();
    }
}
