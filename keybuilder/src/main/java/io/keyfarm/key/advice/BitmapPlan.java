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
public final class BitmapPlan extends FieldsPlan {
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

    /** What making a field's set costs, for all windows. */
    private final double[] setCodes = new double[KeySpec.MAX_FIELDS];
    /** What looking up one row in it costs. */
    private final double[] probeCodes = new double[KeySpec.MAX_FIELDS];

    private final double[] seeks = new double[KeySpec.MAX_FIELDS];

    public BitmapPlan(CostModel costs) {
        super(costs);
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
        final int slot = add(key, admittedRows);
        if (slot != FULL) {
            setCodes[slot] = Math.min(
                    setCodes(admittedRows, admittedValues),
                    setCodes(rowCount() - admittedRows, distinctValues - admittedValues) + words());
            probeCodes[slot] = PROBE * Math.max(1, admittedValues);
            seeks[slot] = fieldSeeks;
        }
    }

    private double words() {
        return rowCount() / ROWS_PER_WORD * WORD;
    }

    private double setCodes(double admittedRows, double admittedValues) {
        if (admittedValues <= 0) {
            return 0;
        }
        return admittedRows / admittedValues > rowCount() * DENSE ? admittedValues * words() : admittedRows * LISTED;
    }

    @Override
    double leadCodes(int slot) {
        return setCodes[slot];
    }

    @Override
    double furtherCodes(int slot) {
        final double others = rows(slot) < expectedRows() * 2 ? 0 : words();
        return Math.min(setCodes[slot] + others, expectedRows() * probeCodes[slot]);
    }

    private double windows() {
        return Math.max(1, Math.ceil(rowCount() / ROWS_PER_WINDOW));
    }

    /** What the bits of all windows cost, and taking the rows out of them. */
    private double windowCodes() {
        return servedCodes() + windows() * WINDOW + expectedRows();
    }

    public double seeks() {
        double sum = 0;
        for (int i = 0; i < servedCount(); i++) {
            sum += seeks[slot(i)];
        }
        return sum;
    }

    /** The expected time to count the rows that the bitmaps leave. */
    public double countNs() {
        return servedCount() == 0 ? Double.POSITIVE_INFINITY : (seeks() * SEEK + windowCodes()) * costs.codeNs();
    }

    /** The expected time to read the rows that the bitmaps leave, at most so many of them. */
    public double readNs(double wantedRows) {
        if (servedCount() == 0) {
            return Double.POSITIVE_INFINITY;
        }
        final double part = partRead(wantedRows);
        final double windowsNs = windowCodes() * costs.codeNs() * Math.max(part, 1 / windows());
        // Rows come as they stand in memory, so that reading many of them costs no more than a scan.
        final double rowsNs = Math.min(expectedRows() * costs.keyedRowNs(), costs.scanNs(rowCount()));
        return seeks() * SEEK * costs.codeNs() + windowsNs + part * rowsNs;
    }

    /** Who wants so many matching rows and no more reads about this part of any way to them. */
    public double partRead(double wantedRows) {
        return wantedRows >= expectedRows() ? 1 : wantedRows / expectedRows();
    }

    /** What reading by the bitmaps of these fields is called. */
    public static String name(List<String> fields) {
        return (fields.size() == 1 ? "bitmap of " : "bitmaps of ") + String.join(" & ", fields);
    }
}
