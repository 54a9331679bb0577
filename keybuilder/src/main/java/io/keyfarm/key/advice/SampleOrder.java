package io.keyfarm.key.advice;

import java.util.Arrays;

/**
 * A sample's rows in the order of some fields, and where groups that agree in the first of them begin.
 *
 * <pre>
 *   state.zip     FL 1 | FL 1 | FL 2 | GA 1          groups of state 0 3, of state.zip 0 2 3
 * </pre>
 */
final class SampleOrder {
    private static final int ROW_BITS = 16;
    private static final int GROUP_BITS = 17;

    private final RowSample sample;
    private final int[] fields;
    private final int[] rows;
    /** By depth and index in the order: where the group begins that it is in. Depth 0 is one group. */
    private final int[][] groupStarts;

    SampleOrder(RowSample sample, int[] fields) {
        this.sample = sample;
        this.fields = fields;
        final int count = sample.rowCount();
        rows = new int[count];
        groupStarts = new int[fields.length + 1][count];
        Arrays.setAll(rows, i -> i);
        final long[] packed = new long[count];
        for (int depth = 0; depth < fields.length; depth++) {
            for (int i = 0; i < count; i++) {
                packed[i] = (long) groupStarts[depth][i] << (ROW_BITS + GROUP_BITS)
                        | (long) sample.rank(fields[depth], rows[i]) << ROW_BITS
                        | rows[i];
            }
            Arrays.sort(packed);
            for (int i = 0; i < count; i++) {
                rows[i] = (int) packed[i] & (1 << ROW_BITS) - 1;
                final boolean isSame = i > 0 && packed[i] >>> ROW_BITS == packed[i - 1] >>> ROW_BITS;
                groupStarts[depth + 1][i] = isSame ? groupStarts[depth + 1][i - 1] : i;
            }
        }
    }

    int depth() {
        return fields.length;
    }

    int field(int depth) {
        return fields[depth];
    }

    /** The end of the group at this depth that the place is in. */
    int groupEnd(int depth, int index) {
        int low = index + 1;
        int high = rows.length;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (groupStarts[depth][mid] == groupStarts[depth][index]) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /** Of rows that agree in the fields before: the first place from {@code from} on with such a rank or more, or {@code to}. */
    int seek(int depth, int rank, int from, int to) {
        int low = from;
        int high = to;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (sample.rank(fields[depth], rows[mid]) < rank) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /**
     * How many groups of the first fields the whole table has: the sample's, those seen once standing for others that were
     * not drawn (Charikar, Chaudhuri, Motwani, Narasayya, 2000: off by the root of what the sample leaves out at most).
     */
    double tableGroups(int depth) {
        double groups = 0;
        double single = 0;
        for (int i = 0; i < rows.length; i = groupEnd(depth, i)) {
            groups++;
            single += groupEnd(depth, i) - i == 1 ? 1 : 0;
        }
        final double more = Math.sqrt((double) sample.tableRows() / Math.max(1, rows.length));
        // All seen once: as many as rows, as far as the sample can tell.
        final double most = single == rows.length ? sample.tableRows() : groups - single + single * more;
        return Math.min(most, (double) sample.tableRows());
    }

    double groups(int depth) {
        double groups = 0;
        for (int i = 0; i < rows.length; i = groupEnd(depth, i)) {
            groups++;
        }
        return groups;
    }
}
