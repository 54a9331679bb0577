package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import java.util.List;

/**
 * Which of the column copies that a query could use it should, and what reading by them will take.
 *
 * <p>One leads: its codes are all looked at, one behind the other. In each further one the codes of the rows that are left
 * are looked up, if that costs less than the rows it saves. Fields are taken to be independent. For one thread; reusable;
 * allocates nothing.
 */
public final class ColumnPlan extends FieldsPlan {
    /** In times of looking at one code of a key: a byte of codes that stand side by side. */
    private static final double BYTE = 0.2;
    /** Where few rows are found, what each of them costs beyond. */
    private static final double FOUND = 6;
    /** Where many are, what each row costs that is looked at. */
    private static final double FOUND_MOST = 0.35;
    /** A code looked up by its row number. */
    private static final double LOOKUP = 2;

    /** Of one code. */
    private final double[] bytes = new double[KeySpec.MAX_FIELDS];

    public ColumnPlan(CostModel costs) {
        super(costs);
    }

    /**
     * A field that has a column copy and is asked something of. Of more than {@link KeySpec#MAX_FIELDS} only the first count.
     *
     * @param key what {@link #served} will call it
     * @param admittedRows rows whose code is admitted
     * @param codeBytes of one code
     */
    public void add(int key, double admittedRows, int codeBytes) {
        final int slot = add(key, admittedRows);
        if (slot != FULL) {
            bytes[slot] = codeBytes;
        }
    }

    @Override
    double leadCodes(int slot) {
        return lookedCodes(slot) + Math.min(rows(slot) * FOUND, rowCount() * FOUND_MOST);
    }

    @Override
    double furtherCodes(int slot) {
        return expectedRows() * LOOKUP;
    }

    private double lookedCodes(int slot) {
        return rowCount() * BYTE * bytes[slot];
    }

    /** The expected time to count the rows that the codes leave. */
    public double countNs() {
        if (servedCount() == 0) {
            return Double.POSITIVE_INFINITY;
        }
        if (servedCount() > 1) {
            return servedCodes() * costs.codeNs();
        }
        // How many rows have each code of one byte is known.
        return bytes[slot(0)] == 1 ? 0 : lookedCodes(slot(0)) * costs.codeNs();
    }

    /** The expected time to read all rows that the codes leave. */
    public double readNs() {
        // Rows come as they stand in memory, so that reading many of them costs no more than a scan.
        return servedCount() == 0
                ? Double.POSITIVE_INFINITY
                : servedCodes() * costs.codeNs()
                        + Math.min(expectedRows() * costs.keyedRowNs(), costs.scanNs(rowCount()));
    }

    /** What reading by the column copies of these fields is called. */
    public static String name(List<String> fields) {
        return (fields.size() == 1 ? "column of " : "columns of ") + String.join(" & ", fields);
    }
}
