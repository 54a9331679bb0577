package io.keyfarm.bench;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Slab;

/** By one {@code int32} field. */
final class PlainInts extends PlainKey {
    private final int offset;
    private int[] probes = {};

    PlainInts(Slab slab, String field) {
        super(slab);
        offset = slab.layout().offset(slab.schema().indexOf(field));
    }

    @Override
    void expect(int probeCount) {
        probes = new int[probeCount];
    }

    @Override
    void put(int probe, int row) {
        probes[probe] = Memory.getInt(slab.address(row) + offset);
    }

    @Override
    int seek(int probe) {
        final int sought = probes[probe];
        int low = 0;
        int high = slab.rowCount();
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (Memory.getInt(slab.address(rowNumber(mid)) + offset) < sought) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    @Override
    int compare(int leftRow, int rightRow) {
        return Integer.compare(
                Memory.getInt(slab.address(leftRow) + offset), Memory.getInt(slab.address(rightRow) + offset));
    }
}
