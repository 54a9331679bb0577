package io.keyfarm.bench;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Slab;

/** By one {@code int64} field. */
final class PlainLongs extends PlainKey {
    private final int offset;
    private long[] probes = {};

    PlainLongs(Slab slab, String field) {
        super(slab);
        offset = slab.layout().offset(slab.schema().indexOf(field));
    }

    @Override
    void expect(int probeCount) {
        probes = new long[probeCount];
    }

    @Override
    void put(int probe, int row) {
        probes[probe] = Memory.getLong(slab.address(row) + offset);
    }

    @Override
    int seek(int probe) {
        final long sought = probes[probe];
        int low = 0;
        int high = slab.rowCount();
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (Memory.getLong(slab.address(rowNumber(mid)) + offset) < sought) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    @Override
    int compare(int leftRow, int rightRow) {
        return Long.compare(
                Memory.getLong(slab.address(leftRow) + offset), Memory.getLong(slab.address(rightRow) + offset));
    }
}
