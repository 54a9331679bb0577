package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLimitException;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of rows of a {@link RowStore} by key fields. A {@link RowProbe} finds and adds rows, a batch at a time.
 *
 * <pre>
 *   slots   | row number + 1, 4 | hash 4 | 0 | row number + 1 | hash | …     a power of two, at most 5 of 8 taken
 *               └─► row of the store
 * </pre>
 *
 * A row stands in the slot that the lower bits of its hash name, or in the first free one behind. Slots hold the hash, so
 * that growing touches no row, and hardly any row is read in vain.
 *
 * <p>Which rows of the store are in the table, and what they look like, is up to who adds them. For one thread.
 */
final class RowTable implements AutoCloseable {
    /** Found for a row that is not in the table. */
    static final int ABSENT = -1;

    private static final int FIRST_SLOTS = 1 << 9;
    private static final int LARGE_SLOTS = 1 << 16;
    private static final int MAX_SLOTS = 1 << 30;

    private final RowStore store;
    private final KeyFields key;
    private final FlowMemory memory;
    private final String what;

    private @Nullable MemoryBlock block;
    private long slots;
    private int mask = -1;
    private int rowCount;

    /** @param key the fields of the rows in the store */
    RowTable(RowStore store, KeyFields key, FlowMemory memory, String what) {
        this.store = store;
        this.key = key;
        this.memory = memory;
        this.what = what;
    }

    RowStore store() {
        return store;
    }

    KeyFields key() {
        return key;
    }

    /** How many rows are in the table. */
    int rowCount() {
        return rowCount;
    }

    /** The slot where the search for a row of this hash begins; there is one if any row is in the table. */
    int slot(int hash) {
        return hash & mask;
    }

    int slotAfter(int slot) {
        return (slot + 1) & mask;
    }

    /** What stands in the slot; 0 where nothing does. */
    long entry(int slot) {
        return Memory.getLong(slots + ((long) slot << 3));
    }

    static int hash(long entry) {
        return (int) (entry >>> 32);
    }

    static int rowNumber(long entry) {
        return (int) entry - 1;
    }

    /** Adds a row of the store that no row in the table equals. */
    void add(int hash, int rowNumber) {
        if (rowCount >= ((mask + 1) >>> 3) * 5) {
            grow();
        }
        put(hash, ((long) hash << 32) | Integer.toUnsignedLong(rowNumber + 1));
        rowCount++;
    }

    private void put(int hash, long entry) {
        int slot = slot(hash);
        while (entry(slot) != 0) {
            slot = slotAfter(slot);
        }
        Memory.putLong(slots + ((long) slot << 3), entry);
    }

    private void grow() {
        final int before = mask + 1;
        final int wanted = before == 0 ? FIRST_SLOTS : before < LARGE_SLOTS ? before << 2 : before << 1;
        if (wanted > MAX_SLOTS || wanted < 0) {
            throw new MemoryLimitException(what + " has " + rowCount + " rows and takes no more; ask for fewer rows");
        }
        final MemoryBlock blockBefore = block;
        final long slotsBefore = slots;
        final MemoryBlock larger = memory.allocate(what, (long) wanted << 3);
        Memory.fill(larger.address(), larger.bytes(), (byte) 0);
        block = larger;
        slots = larger.address();
        mask = wanted - 1;
        for (int i = 0; i < before; i++) {
            final long entry = Memory.getLong(slotsBefore + ((long) i << 3));
            if (entry != 0) {
                put(hash(entry), entry);
            }
        }
        if (blockBefore != null) {
            memory.free(blockBefore);
        }
    }

    /** Forgets all rows; those of the store stay. */
    @Override
    public void close() {
        if (block != null) {
            memory.free(block);
            block = null;
        }
        slots = 0;
        mask = -1;
        rowCount = 0;
    }
}
