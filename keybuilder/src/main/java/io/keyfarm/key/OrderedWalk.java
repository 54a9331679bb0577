package io.keyfarm.key;

/**
 * The rows of one interval of a key's codes in the order of the key, or against it; those that tie come by their row numbers
 * either way.
 *
 * <pre>
 *   codes      | 3 3 | 5 5 5 | 8 |        forward     4 9 0 2 7 1
 *   rows       | 4 9 | 0 2 7 | 1 |        backward    1 0 2 7 4 9
 * </pre>
 *
 * For keys all of whose fields are in the packed code and exact. One thread and one key; reusable by {@link #open};
 * allocates nothing.
 */
public final class OrderedWalk implements RowCursor {
    /** So many rows that tie are looked at one by one before their beginning is sought. */
    private static final int NEAR = 8;

    private final SortedKey key;
    private boolean isBackward;
    /** Rows from here to {@code to} are to come; backward, those of the run at hand beside them. */
    private int from;

    private int to;
    private int runAt;
    private int runEnd;
    private long seeks;
    private long rowsExamined;

    public OrderedWalk(SortedKey key) {
        assert key.coder().exactFields() == key.coder().fieldCount() : key.spec();
        this.key = key;
    }

    /** Begins with the rows that this loop over the same key was just opened for; false if they are not one interval. */
    public boolean open(SeekLoop opened, boolean backward) {
        isBackward = backward;
        seeks = 0;
        rowsExamined = 0;
        runAt = 0;
        runEnd = 0;
        from = 0;
        to = 0;
        if (opened.isOfAllRows()) {
            to = key.rowCount();
            return true;
        }
        final long low = opened.intervalLow();
        if (low < 0) {
            return false;
        }
        final long high = opened.intervalHigh();
        if (low <= high) {
            seeks = 2;
            from = key.seek(low, 0);
            to = key.seek(high + 1, from);
        }
        return true;
    }

    /** Exactly so many. */
    @Override
    public long costRows() {
        return to - (long) from + runEnd - runAt;
    }

    @Override
    public int next(int[] rowNumbers) {
        if (isBackward) {
            return nextBackward(rowNumbers);
        }
        final int count = Math.min(rowNumbers.length, to - from);
        key.rowNumbers(from, count, rowNumbers, 0);
        from += count;
        return count;
    }

    private int nextBackward(int[] rowNumbers) {
        int count = 0;
        while (count < rowNumbers.length && (runAt < runEnd || from < to)) {
            if (runAt == runEnd) {
                runEnd = to;
                runAt = startOfLastRun();
                to = runAt;
            }
            final int taken = Math.min(rowNumbers.length - count, runEnd - runAt);
            key.rowNumbers(runAt, taken, rowNumbers, count);
            runAt += taken;
            count += taken;
        }
        return count;
    }

    private int startOfLastRun() {
        final long code = examine(to - 1);
        int start = to - 1;
        final int near = Math.max(from, to - NEAR);
        while (start > near && examine(start - 1) == code) {
            start--;
        }
        if (start > from && start == near && examine(start - 1) == code) {
            seeks++;
            start = key.seek(code, from);
        }
        return start;
    }

    private long examine(int index) {
        rowsExamined++;
        return key.codeAt(index);
    }

    public long seeks() {
        return seeks;
    }

    /** Codes looked at to tell where rows tie. */
    public long rowsExamined() {
        return rowsExamined;
    }
}
