package io.keyfarm.key.advice;

import java.util.Arrays;

/**
 * How the rows of a key fall into groups that agree in its first p fields.
 *
 * <pre>
 *   state    FL FL FL GA GA      2 groups, 3² + 2² = 13: a probe drawn from the rows finds 13 / 5 = 2.6 of them
 *   zip      1  1  2  1  2       4 groups of state.zip, 4 + 1 + 1 + 1 = 7: 1.4
 * </pre>
 *
 * The average group would be 2.5 and 1.25: who asks for what is often there meets the large groups more often.
 */
public final class GroupStatistics {
    /** Where all rows differ there is no telling: so many. */
    private static final double MOST_VALUES = 1e12;

    private static final int HALVINGS = 30;

    private final long rowCount;
    private final long[] groups;
    private final double[] sumsOfSquares;
    private final double[] values;

    GroupStatistics(long rowCount, long[] groups, double[] sumsOfSquares) {
        this.rowCount = rowCount;
        this.groups = groups;
        this.sumsOfSquares = sumsOfSquares;
        values = new double[groups.length];
        for (int i = 0; i < groups.length; i++) {
            final double before = Math.max(1, (double) distinctGroups(i));
            values[i] = values(groups[i] / before, rowCount / before);
        }
    }

    int fieldCount() {
        return groups.length;
    }

    long rowCount() {
        return rowCount;
    }

    /** Distinct groups of the first {@code fields} fields; one of no field, if there are rows. */
    long distinctGroups(int fields) {
        return fields == 0 ? Math.min(1, rowCount) : groups[fields - 1];
    }

    /** Rows that a probe drawn from the rows finds, by its first {@code fields} fields. */
    double expectedRows(int fields) {
        return fields == 0 || rowCount == 0 ? rowCount : sumsOfSquares[fields - 1] / rowCount;
    }

    /**
     * How many values the next field could have below a prefix of {@code fields} fields, were there rows enough: as many as
     * make the groups that there are of the rows that there are.
     */
    double values(int fields) {
        return values[fields];
    }

    /**
     * How many different ones so many rows have of so many values, each as likely as another; for less than one row, the
     * chance that there is one (Cardenas: Analysis and performance of inverted data base structures, CACM 1975).
     */
    static double different(double values, double rows) {
        if (values <= 1 || rows <= 1) {
            return Math.min(Math.max(1, values), rows);
        }
        return Math.min(rows, -values * Math.expm1(rows * Math.log1p(-1 / values)));
    }

    /** The other way round. */
    private static double values(double different, double rows) {
        if (different <= 1) {
            return 1;
        }
        double low = Math.log(different);
        double high = Math.log(MOST_VALUES);
        for (int i = 0; i < HALVINGS; i++) {
            final double mid = (low + high) / 2;
            if (different(Math.exp(mid), rows) < different) {
                low = mid;
            } else {
                high = mid;
            }
        }
        return Math.exp(high);
    }

    double sumOfSquares(int fields) {
        return sumsOfSquares[fields - 1];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GroupStatistics that
                && rowCount == that.rowCount
                && Arrays.equals(groups, that.groups)
                && Arrays.equals(sumsOfSquares, that.sumsOfSquares);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(rowCount) * 31 + Arrays.hashCode(groups);
    }

    /** Gathers them in one pass over the rows in key order. */
    public static final class Builder {
        private final long[] starts;
        private final long[] groups;
        private final double[] sumsOfSquares;

        public Builder(int fieldCount) {
            starts = new long[fieldCount];
            groups = new long[fieldCount];
            sumsOfSquares = new double[fieldCount];
        }

        /** The row at {@code index} differs from the one before it, in {@code field} first of all. */
        public void onDifference(long index, int field) {
            for (int i = field; i < starts.length; i++) {
                final double size = index - starts[i];
                starts[i] = index;
                groups[i]++;
                sumsOfSquares[i] += size * size;
            }
        }

        public GroupStatistics build(long rowCount) {
            if (rowCount > 0) {
                onDifference(rowCount, 0);
            }
            return new GroupStatistics(rowCount, groups.clone(), sumsOfSquares.clone());
        }
    }
}
