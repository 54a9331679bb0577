package io.keyfarm.bench;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TextSlot;

/** By one {@code varchar} field: the bytes of each text are followed to where they stand. */
final class PlainTexts extends PlainKey {
    /** Longer than any text of these rows. */
    static final int STRIDE = 64;

    private final int offset;
    private byte[] texts = {};
    private int[] lengths = {};

    PlainTexts(Slab slab, String field) {
        super(slab);
        offset = slab.layout().offset(slab.schema().indexOf(field));
    }

    @Override
    void expect(int probeCount) {
        texts = new byte[probeCount * STRIDE];
        lengths = new int[probeCount];
    }

    @Override
    void put(int probe, int row) {
        final long slot = slab.address(row) + offset;
        lengths[probe] = TextSlot.length(slot);
        Memory.copy(TextSlot.address(slot, slab.heapBases()), texts, probe * STRIDE, lengths[probe]);
    }

    /** All probes, {@link #STRIDE} bytes each. */
    byte[] texts() {
        return texts;
    }

    int length(int probe) {
        return lengths[probe];
    }

    @Override
    int seek(int probe) {
        final int at = probe * STRIDE;
        final int length = lengths[probe];
        final long[] heapBases = slab.heapBases();
        int low = 0;
        int high = slab.rowCount();
        while (low < high) {
            final int mid = (low + high) >>> 1;
            final long slot = slab.address(rowNumber(mid)) + offset;
            final long text = TextSlot.address(slot, heapBases);
            if (Memory.compare(text, TextSlot.length(slot), texts, at, length) < 0) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    @Override
    int compare(int leftRow, int rightRow) {
        final long left = slab.address(leftRow) + offset;
        final long right = slab.address(rightRow) + offset;
        return Memory.compare(
                TextSlot.address(left, slab.heapBases()),
                TextSlot.length(left),
                TextSlot.address(right, slab.heapBases()),
                TextSlot.length(right));
    }
}
