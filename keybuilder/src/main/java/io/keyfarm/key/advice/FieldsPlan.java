package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;

/**
 * Which of the keys of one field each are worth their work together, whatever their kind.
 *
 * <pre>
 *   added     state 400,000 rows   make 90,000   colour 700,000
 *   ranked    make ─► state ─► colour       the fewest rows lead; each further one must save more rows than it costs
 *   served    make, state
 * </pre>
 *
 * Fields are taken to be independent. A kind says what its key costs as the leader, and behind others. Reusable; allocates
 * nothing.
 */
abstract sealed class FieldsPlan permits BitmapPlan, ColumnPlan {
    /** Where nothing more is added. */
    static final int FULL = -1;

    final CostModel costs;
    private final int[] keys = new int[KeySpec.MAX_FIELDS];
    /** By slot, as all that is known of a field is: the order in which they were added. */
    private final double[] rows = new double[KeySpec.MAX_FIELDS];
    /** Slots, fewest rows first; once it is decided the first ones are those served. */
    private final int[] ranked = new int[KeySpec.MAX_FIELDS];

    private double rowCount;
    private int addedCount;
    private int servedCount;
    private double expectedRows;
    private double servedCodes;

    FieldsPlan(CostModel costs) {
        this.costs = costs;
    }

    public final void begin(double tableRows) {
        rowCount = tableRows;
        addedCount = 0;
        servedCount = 0;
        expectedRows = tableRows;
        servedCodes = 0;
    }

    /** Answers the slot of a field that admits so many rows, or {@link #FULL}. */
    final int add(int key, double admittedRows) {
        if (addedCount == keys.length) {
            return FULL;
        }
        final int slot = addedCount++;
        int at = slot;
        while (at > 0 && rows[ranked[at - 1]] > admittedRows) {
            ranked[at] = ranked[at - 1];
            at--;
        }
        ranked[at] = slot;
        keys[slot] = key;
        rows[slot] = admittedRows;
        return slot;
    }

    /** Decides, after the last field. */
    public final void end() {
        for (int i = 0; i < addedCount; i++) {
            final int slot = ranked[i];
            final double share = rowCount == 0 ? 0 : rows[slot] / rowCount;
            final double codes = i == 0 ? leadCodes(slot) : furtherCodes(slot);
            final double savedNs = expectedRows * (1 - share) * costs.keyedRowNs();
            if (i == 0 || codes * costs.codeNs() < savedNs) {
                ranked[servedCount++] = slot;
                expectedRows *= share;
                servedCodes += codes;
            }
        }
    }

    /** What the field's key costs as the first, in times of looking at one code. */
    abstract double leadCodes(int slot);

    /** What it costs where {@link #expectedRows} are left by those before it. */
    abstract double furtherCodes(int slot);

    public final int servedCount() {
        return servedCount;
    }

    /** The one that leads first, of the fewest rows: the key that was added so. */
    public final int served(int index) {
        return keys[slot(index)];
    }

    /** How many rows the keys served are expected to leave. */
    public final double expectedRows() {
        return expectedRows;
    }

    /** Of one that is served. */
    final int slot(int index) {
        return ranked[index];
    }

    final double rowCount() {
        return rowCount;
    }

    /** That a field admits. */
    final double rows(int slot) {
        return rows[slot];
    }

    /** What the keys served cost in all, in times of looking at one code. */
    final double servedCodes() {
        return servedCodes;
    }
}
