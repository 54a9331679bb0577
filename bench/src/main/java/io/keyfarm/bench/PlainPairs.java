package io.keyfarm.bench;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Slab;

/** By an {@code int32} field and then an {@code int64} field. */
final class PlainPairs extends PlainKey {
    private final int firstOffset;
    private final int secondOffset;
    private int[] firsts = {};
    private long[] seconds = {};

    PlainPairs(Slab slab, String first, String second) {
        super(slab);
        firstOffset = slab.layout().offset(slab.schema().indexOf(first));
        secondOffset = slab.layout().offset(slab.schema().indexOf(second));
    }

    @Override
    void expect(int probeCount) {
        firsts = new int[probeCount];
        seconds = new long[probeCount];
    }

    @Override
    void put(int probe, int row) {
        firsts[probe] = Memory.getInt(slab.address(row) + firstOffset);
        seconds[probe] = Memory.getLong(slab.address(row) + secondOffset);
    }

    @Override
    int seek(int probe) {
        final int first = firsts[probe];
        final long second = seconds[probe];
        int low = 0;
        int high = slab.rowCount();
        while (low < high) {
            final int mid = (low + high) >>> 1;
            final long row = slab.address(rowNumber(mid));
            final int lead = Memory.getInt(row + firstOffset);
            if (lead < first || (lead == first && Memory.getLong(row + secondOffset) < second)) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    @Override
    int compare(int leftRow, int rightRow) {
        final long left = slab.address(leftRow);
        final long right = slab.address(rightRow);
        final int order = Integer.compare(Memory.getInt(left + firstOffset), Memory.getInt(right + firstOffset));
        return order != 0
                ? order
                : Long.compare(Memory.getLong(left + secondOffset), Memory.getLong(right + secondOffset));
    }
}
