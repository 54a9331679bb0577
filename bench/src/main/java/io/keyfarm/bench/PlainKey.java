package io.keyfarm.bench;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Slab;

/**
 * The plain way, against which a key is measured: row numbers in order, and a binary search that reads each row it looks
 * at. Each kind of field has a loop of its own, so that nothing but the search is paid for.
 *
 * <pre>
 *   probes    values of rows drawn by chance, as the plain way wants them
 *   pointers  [ row, row, row, … ]     off heap, 4 bytes each, in the order of the values
 * </pre>
 */
abstract class PlainKey {
    final Slab slab;
    long pointers;

    PlainKey(Slab slab) {
        this.slab = slab;
    }

    /** Searches these row numbers from now on. */
    final void use(long rowNumbers) {
        pointers = rowNumbers;
    }

    /** Room for so many probes. */
    abstract void expect(int probeCount);

    /** Takes the values of a row as a probe. */
    abstract void put(int probe, int row);

    /** The first index whose row does not sort before the probe. */
    abstract int seek(int probe);

    /** How two rows sort. */
    abstract int compare(int leftRow, int rightRow);

    final int rowNumber(int index) {
        return Memory.getInt(pointers + 4L * index);
    }
}
