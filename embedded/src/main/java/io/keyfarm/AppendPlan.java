package io.keyfarm;

/**
 * How many segments of a table stay as they are when rows are appended; those behind them become one with the new rows.
 *
 * <pre>
 *   main    appended
 *   1000    10 10      + 10     ─►   1000 | 10 10 10       there is room for another
 *   1000    10 10 10   + 10     ─►   1000 | 10 10 20       there is none: some at the end become one
 *   1000    10 10 20   + 10     ─►   1000 | 50
 *   1000    50 40 30   + 10     ─►   1130                  the appended ones are more than an eighth of the main one
 * </pre>
 *
 * So most appends build little more than what they append. Where there is no room, a segment that takes chunks of c rows
 * has cost s²/2c rows when it has s of them, and to merge it into the one before it, of p rows, costs p: it does
 * when that is less, (s/2)² &gt; cp. Ten thousand appends of one row each build some 34 rows each. The same table
 * always comes to the same plan.
 */
final class AppendPlan {
    /** Each costs every lookup a seek. */
    static final int MAX_SEGMENTS = 4;
    /** The main segment has so many times the rows of all others. */
    static final int MAIN_SHARE = 8;

    private AppendPlan() {}

    /**
     * How many segments stay: 0 if all rows are to become one segment again.
     *
     * @param rowCounts of the segments there are, the main one first
     * @param newRows how many are appended
     */
    static int keptCount(long[] rowCounts, long newRows) {
        long appended = newRows;
        for (int i = 1; i < rowCounts.length; i++) {
            appended += rowCounts[i];
        }
        if (appended * MAIN_SHARE > rowCounts[0]) {
            return 0;
        }
        if (rowCounts.length < MAX_SEGMENTS) {
            return rowCounts.length;
        }
        int kept = rowCounts.length - 1;
        long chunk = newRows;
        long merged = newRows + rowCounts[kept];
        while (kept > 1 && merged / 2.0 * (merged / 2.0) > (double) chunk * rowCounts[kept - 1]) {
            kept--;
            chunk = merged;
            merged += rowCounts[kept];
        }
        return kept;
    }
}
