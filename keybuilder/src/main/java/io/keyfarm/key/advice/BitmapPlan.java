package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import java.util.List;

/**
 * Which of the fields that have bitmap keys are worth their bits, and what reading by these bitmaps will take.
 *
 * <p>The field of the fewest rows leads. Each further one is taken if making its set, or looking up in it what is left, costs
 * less than the rows it saves. Fields are taken to be independent. A slave adds true counts, a farmer what it knows of them:
 * the same rule for both. For one thread; reusable; allocates nothing.
 */
public final class BitmapPlan {
    /** In times of looking at one code: a row number of a list put among bits. */
    private static final double LISTED = 0.7;
    /** A word of bits put on others. */
    private static final double WORD = 0.25;
    /** A row number looked up among those of one value. */
    private static final double PROBE = 20;

    private static final double WINDOW = 100;
    private static final double SEEK = 60;
    private static final double ROWS_PER_WINDOW = 1 << 16;
    private static final double ROWS_PER_WORD = Long.SIZE;
    /** A value of more rows than this part of all has bits, not a list. */
    private static final double DENSE = 1.0 / 16;

    private final CostModel costs;
    private final int[] keys = new int[KeySpec.MAX_FIELDS];
    private final double[] rows = new double[KeySpec.MAX_FIELDS];
    /** What making a field's set costs, for all windows. */
    private final double[] setCodes = new double[KeySpec.MAX_FIELDS];
    /** What looking up one row in it costs. */
    private final double[] probeCodes = new double[KeySpec.MAX_FIELDS];

    private final double[] seeks = new double[KeySpec.MAX_FIELDS];
    private double rowCount;
    private int addedCount;
    private int servedCount;
    private double expectedRows;
    private double servedSeeks;
    private double windowCodes;

    public BitmapPlan(CostModel costs) {
        this.costs = costs;
    }

    public void begin(double tableRows) {
        rowCount = tableRows;
        addedCount = 0;
        servedCount = 0;
        expectedRows = tableRows;
        servedSeeks = 0;
        windowCodes = 0;
    }

    /**
     * A field that has a bitmap key and is asked something of. Of more than {@link KeySpec#MAX_FIELDS} only the first count.
     *
     * @param key what {@link #served} will call it
     * @param admittedRows rows whose value is admitted
     * @param admittedValues of {@code distinctValues}
     * @param fieldSeeks searches among the values that find those admitted
     */
    public void add(int key, double admittedRows, double admittedValues, double distinctValues, double fieldSeeks) {
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
        setCodes[at] = Math.min(
                setCodes(admittedRows, admittedValues),
                setCodes(rowCount - admittedRows, distinctValues - admittedValues) + words());
        probeCodes[at] = PROBE * Math.max(1, admittedValues);
        seeks[at] = fieldSeeks;
    }

    private void move(int from, int to) {
        keys[to] = keys[from];
        rows[to] = rows[from];
        setCodes[to] = setCodes[from];
        probeCodes[to] = probeCodes[from];
        seeks[to] = seeks[from];
    }

    private double words() {
        return rowCount / ROWS_PER_WORD * WORD;
    }

    private double setCodes(double admittedRows, double admittedValues) {
        if (admittedValues <= 0) {
            return 0;
        }
        return admittedRows / admittedValues > rowCount * DENSE ? admittedValues * words() : admittedRows * LISTED;
    }

    /** Decides, after the last field. */
    public void end() {
        for (int i = 0; i < addedCount; i++) {
            final double share = rowCount == 0 ? 0 : rows[i] / rowCount;
            final double codes = i == 0
                    ? setCodes[0]
                    : Math.min(setCodes[i] + (rows[i] < expectedRows * 2 ? 0 : words()), expectedRows * probeCodes[i]);
            final double savedNs = expectedRows * (1 - share) * costs.keyedRowNs();
            if (i == 0 || codes * costs.codeNs() < savedNs) {
                move(i, servedCount++);
                expectedRows *= share;
                windowCodes += codes;
                servedSeeks += seeks[servedCount - 1];
            }
        }
        windowCodes += windows() * WINDOW + expectedRows;
    }

    private double windows() {
        return Math.max(1, Math.ceil(rowCount / ROWS_PER_WINDOW));
    }

    public int servedCount() {
        return servedCount;
    }

    /** By expected rows, the fewest first: the key that was added so. */
    public int served(int index) {
        return keys[index];
    }

    /** How many rows the bitmaps are expected to leave. */
    public double expectedRows() {
        return expectedRows;
    }

    public double seeks() {
        return servedSeeks;
    }

    /** The expected time to count the rows that the bitmaps leave. */
    public double countNs() {
        return servedCount == 0 ? Double.POSITIVE_INFINITY : (servedSeeks * SEEK + windowCodes) * costs.codeNs();
    }

    /** The expected time to read the rows that the bitmaps leave, at most so many of them. */
    public double readNs(double wantedRows) {
        if (servedCount == 0) {
            return Double.POSITIVE_INFINITY;
        }
        final double part = partRead(wantedRows);
        final double windowsNs = windowCodes * costs.codeNs() * Math.max(part, 1 / windows());
        // Rows come as they stand in memory, so that reading many of them costs no more than a scan.
        final double rowsNs = Math.min(expectedRows * costs.keyedRowNs(), costs.scanNs(rowCount));
        return servedSeeks * SEEK * costs.codeNs() + windowsNs + part * rowsNs;
    }

    /** Who wants so many matching rows and no more reads about this part of any way to them. */
    public double partRead(double wantedRows) {
        return wantedRows >= expectedRows ? 1 : wantedRows / expectedRows;
    }

    /** What reading by the bitmaps of these fields is called. */
    public static String name(List<String> fields) {
        return (fields.size() == 1 ? "bitmap of " : "bitmaps of ") + String.join(" & ", fields);
    }
}
