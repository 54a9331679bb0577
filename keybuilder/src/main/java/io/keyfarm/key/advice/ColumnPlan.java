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
public final class ColumnPlan {
    /** In times of looking at one code of a key: a byte of codes that stand side by side. */
    private static final double BYTE = 0.2;
    /** Where few rows are found, what each of them costs beyond. */
    private static final double FOUND = 6;
    /** Where many are, what each row costs that is looked at. */
    private static final double FOUND_MOST = 0.35;
    /** A code looked up by its row number. */
    private static final double LOOKUP = 2;

    private final CostModel costs;
    private final int[] keys = new int[KeySpec.MAX_FIELDS];
    private final double[] rows = new double[KeySpec.MAX_FIELDS];
    private final double[] bytes = new double[KeySpec.MAX_FIELDS];
    private double rowCount;
    private int addedCount;
    private int servedCount;
    private double expectedRows;
    private double codes;

    public ColumnPlan(CostModel costs) {
        this.costs = costs;
    }

    public void begin(double tableRows) {
        rowCount = tableRows;
        addedCount = 0;
        servedCount = 0;
        expectedRows = tableRows;
        codes = 0;
    }

    /**
     * A field that has a column copy and is asked something of. Of more than {@link KeySpec#MAX_FIELDS} only the first count.
     *
     * @param key what {@link #served} will call it
     * @param admittedRows rows whose code is admitted
     * @param codeBytes of one code
     */
    public void add(int key, double admittedRows, int codeBytes) {
        if (addedCount == keys.length) {
            return;
        }
        int at = addedCount++;
        while (at > 0 && rows[at - 1] > admittedRows) {
            move(at - 1, at);
            at--;
        }
        keys[at] = key;
        rows[at] = admittedRows;
        bytes[at] = codeBytes;
    }

    private void move(int from, int to) {
        keys[to] = keys[from];
        rows[to] = rows[from];
        bytes[to] = bytes[from];
    }

    /** Decides, after the last field. */
    public void end() {
        for (int i = 0; i < addedCount; i++) {
            final double share = rowCount == 0 ? 0 : rows[i] / rowCount;
            final double ofThis = i == 0 ? leadCodes() + foundCodes() : expectedRows * LOOKUP;
            final double savedNs = expectedRows * (1 - share) * costs.keyedRowNs();
            if (i == 0 || ofThis * costs.codeNs() < savedNs) {
                move(i, servedCount++);
                expectedRows *= share;
                codes += ofThis;
            }
        }
    }

    private double leadCodes() {
        return rowCount * BYTE * bytes[0];
    }

    private double foundCodes() {
        return Math.min(rows[0] * FOUND, rowCount * FOUND_MOST);
    }

    public int servedCount() {
        return servedCount;
    }

    /** The one that leads first: the key that was added so. */
    public int served(int index) {
        return keys[index];
    }

    /** How many rows the codes are expected to leave. */
    public double expectedRows() {
        return expectedRows;
    }

    /** The expected time to count the rows that the codes leave. */
    public double countNs() {
        if (servedCount == 0) {
            return Double.POSITIVE_INFINITY;
        }
        // How many rows have each code of one byte is known.
        final double looked = servedCount > 1 ? codes : bytes[0] == 1 ? 0 : leadCodes();
        return looked * costs.codeNs();
    }

    /** The expected time to read all rows that the codes leave. */
    public double readNs() {
        // Rows come as they stand in memory, so that reading many of them costs no more than a scan.
        return servedCount == 0
                ? Double.POSITIVE_INFINITY
                : codes * costs.codeNs() + Math.min(expectedRows * costs.keyedRowNs(), costs.scanNs(rowCount));
    }

    /** What reading by the column copies of these fields is called. */
    public static String name(List<String> fields) {
        return (fields.size() == 1 ? "column of " : "columns of ") + String.join(" & ", fields);
    }
}
