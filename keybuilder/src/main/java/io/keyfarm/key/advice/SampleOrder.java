package io.keyfarm.key.advice;

import java.util.Arrays;

/**
 * A sample's rows in the order of some fields, and where groups that agree in the first of them end.
 *
 * <pre>
 *   state.zip     FL 1 | FL 1 | FL 2 | GA 1          last of state 2 2 2 3, of state.zip 1 1 2 3
 * </pre>
 *
 * An order is made from that of the fields before: rows in the order of the one field more are dealt out to the groups they
 * are in, so no two rows are ever compared. What is known of the groups before is shared with it. 16 bits hold a place, as a
 * sample has at most 64 Ki rows. Immutable.
 */
final class SampleOrder {
    private final RowSample sample;
    private final int[] fields;
    private final char[] rows;
    /** By depth and place in the order: the last place of the group that it is in. Depth 0 is one group. */
    private final char[][] lasts;
    /** By depth and place in the order: how many groups end before it. */
    private final char[][] ordinals;
    /** By depth: groups in the sample, and what is made of them for the whole table. */
    private final double[] groups;

    private final double[] tableGroups;

    /** Rows as they were drawn. */
    SampleOrder(RowSample sample) {
        this.sample = sample;
        fields = new int[0];
        rows = new char[sample.rowCount()];
        final char[] last = new char[rows.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (char) i;
            last[i] = (char) (rows.length - 1);
        }
        lasts = new char[][] {last};
        ordinals = new char[][] {new char[rows.length]};
        groups = new double[1];
        tableGroups = new double[1];
        countGroups();
    }

    /**
     * By one more field.
     *
     * @param byField the sample's rows in the order of that field alone
     */
    SampleOrder(SampleOrder before, int field, char[] byField) {
        sample = before.sample;
        final int depth = before.fields.length + 1;
        fields = Arrays.copyOf(before.fields, depth);
        fields[depth - 1] = field;
        rows = depth == 1 ? byField : before.dealt(byField);
        lasts = Arrays.copyOf(before.lasts, depth + 1);
        lasts[depth] = new char[rows.length];
        for (int i = rows.length - 1; i >= 0; i--) {
            final boolean isLast =
                    before.lasts[depth - 1][i] == i || sample.rank(field, rows[i]) != sample.rank(field, rows[i + 1]);
            lasts[depth][i] = isLast ? (char) i : lasts[depth][i + 1];
        }
        ordinals = Arrays.copyOf(before.ordinals, depth + 1);
        ordinals[depth] = new char[rows.length];
        for (int i = 1; i < rows.length; i++) {
            ordinals[depth][i] = (char) (ordinals[depth][i - 1] + (lasts[depth][i - 1] == i - 1 ? 1 : 0));
        }
        groups = Arrays.copyOf(before.groups, depth + 1);
        tableGroups = Arrays.copyOf(before.tableGroups, depth + 1);
        countGroups();
    }

    /** These rows in their order within each of the smallest groups. */
    private char[] dealt(char[] ordered) {
        final char[] last = lasts[fields.length];
        final char[] starts = new char[rows.length];
        for (int start = 0; start < rows.length; start = last[start] + 1) {
            for (int i = start; i <= last[start]; i++) {
                starts[rows[i]] = (char) start;
            }
        }
        final char[] dealtCounts = new char[rows.length];
        final char[] dealt = new char[rows.length];
        for (final char row : ordered) {
            final int start = starts[row];
            dealt[start + dealtCounts[start]++] = row;
        }
        return dealt;
    }

    /**
     * How many groups of the first fields the whole table has: the sample's, those seen once standing for others that were
     * not drawn (Charikar, Chaudhuri, Motwani, Narasayya, 2000: off by the root of what the sample leaves out at most).
     */
    private void countGroups() {
        final int depth = fields.length;
        double all = 0;
        double single = 0;
        for (int i = 0; i < rows.length; i = groupEnd(depth, i)) {
            all++;
            single += lasts[depth][i] == i ? 1 : 0;
        }
        groups[depth] = all;
        final double more = Math.sqrt((double) sample.tableRows() / Math.max(1, rows.length));
        // All seen once: as many as rows, as far as the sample can tell.
        final double most = single == rows.length ? sample.tableRows() : all - single + single * more;
        tableGroups[depth] = Math.min(most, (double) sample.tableRows());
    }

    int depth() {
        return fields.length;
    }

    int field(int depth) {
        return fields[depth];
    }

    /** The end of the group at this depth that the place is in. */
    int groupEnd(int depth, int index) {
        return lasts[depth][index] + 1;
    }

    /** How many groups at this depth the places from here to there are in. */
    int groupsWithin(int depth, int from, int to) {
        return ordinals[depth][to - 1] - ordinals[depth][from] + 1;
    }

    /** The rank of the row at a place, in the field at this depth. */
    int rank(int depth, int index) {
        return sample.rank(fields[depth], rows[index]);
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

    /** How many groups of the first fields the sample has. */
    double groups(int depth) {
        return groups[depth];
    }

    /** How many the whole table is thought to have. */
    double tableGroups(int depth) {
        return tableGroups[depth];
    }
}
