package io.keyfarm.query.flow;

/**
 * Whether it pays that a part groups its rows, as groups seen so far say: where there are nearly as many groups as rows, rows
 * are handed on as they come, each as a group of its own, and whoever puts parts together has no more to do than with rows.
 *
 * <pre>
 *   | 64 Ki rows | 128 Ki | 256 Ki | …                  looked at: of four rows, are more than three the first of their group?
 *              └─ yes ─► | 16 times as many pass |      then looked at anew: rows may lie otherwise from there on
 * </pre>
 *
 * So a table of groups is never large in vain, and of a hundred rows about six are grouped in vain.
 */
final class GroupPace {
    static final long FIRST_LOOK_ROWS = 1 << 16;
    private static final int PASSING = 16;

    private long rows;
    private long nextLook;
    private long passingRows;

    /** All rows are grouped until there is reason to let them pass. */
    void begin() {
        rows = 0;
        nextLook = FIRST_LOOK_ROWS;
        passingRows = 0;
    }

    boolean isPassing() {
        return passingRows > 0;
    }

    /** So many rows more were grouped, and there are so many groups by now; whether these are to be handed on already. */
    boolean onGrouped(int count, int groups) {
        rows += count;
        if (rows < nextLook) {
            return false;
        }
        nextLook *= 2;
        if (groups <= rows / 4 * 3) {
            return false;
        }
        passingRows = PASSING * rows;
        return true;
    }

    void onPassed(int count) {
        passingRows -= count;
        if (passingRows <= 0) {
            begin();
        }
    }
}
