package io.keyfarm.key;

import io.keyfarm.segmonitor.SegmentMonitor;
import org.jspecify.annotations.Nullable;

/**
 * The walk of a key by monitors: from one run of matching rows to the next, in key order.
 *
 * <pre>
 *   key a.b, a in {1,3}, b = 5
 *
 *   1 0 … 1 4 | 1 5 1 5 | 1 6 … 3 4 | 3 5 3 5 | 3 6 …
 *   seek 1 ──►  emit      seek 2 ──►  emit      nothing can follow: end
 * </pre>
 *
 * A gap that is expected to be short is walked over in codes, a long one is sought; what to expect is learned from the
 * gaps before, for each field apart, and at first taken from the key's groups. So a wild leading field is skipped
 * through where that pays, and otherwise the key is scanned.
 *
 * <p>Counted work: a <em>seek</em> is one search for a lower bound, and finding a run's end is one only where
 * {@link #count} or {@link #costRows} ask for it; a row is <em>examined</em> each time the walk looks at the code or the
 * values at an index. One thread and one key; reusable by {@link #open}; allocates nothing once the monitors' largest
 * sets have been seen.
 */
public final class SeekLoop implements RowCursor {
    private static final int GALLOP_LIMIT = 16;

    private final SortedKey key;
    private final int rowCount;
    private final int seekEntries;
    private final CodeWalk codes;
    private final ValueWalk values;
    /** By the field that changes: rows for each code if they lie evenly. */
    private final double[] density;

    /** By the field that changes: rows skipped lately if they lay evenly, and really. */
    private final double[] expected;

    private final double[] observed;
    private boolean isGapExpected;
    private double valueGap;

    private boolean isPacked;
    private boolean isFirst;
    /** The one row that a directory has found, not handed out yet; {@link HashDirectory#NONE} otherwise. */
    private int foundRow = HashDirectory.NONE;

    private long boundLow;
    private int last;
    /** Where the walk stands; the rows from here to {@code matchedTo} are known to match. */
    private int index;

    private int matchedTo;
    /** Where the run found last begins and ends. */
    private int runStart;

    private int streak;
    private long seeks;
    private long rowsExamined;
    private long mostSteps;
    private @Nullable SegmentMonitor[] monitors = {};

    public SeekLoop(SortedKey key) {
        this(key, key.tier());
    }

    /** A walk with the steps and seeks that it would take through a key of that tier. */
    public SeekLoop(SortedKey key, KeyTier as) {
        this.key = key;
        rowCount = key.rowCount();
        seekEntries = as.seekEntries();
        codes = new CodeWalk(key.coder());
        values = new ValueWalk(key.coder());
        density = new double[key.coder().exactFields()];
        expected = new double[key.coder().exactFields()];
        observed = new double[key.coder().exactFields()];
    }

    /** How many entries of this key are walked over for the cost of one seek. */
    public int seekEntries() {
        return seekEntries;
    }

    /**
     * Begins anew with what is asked of each field of the table; null or wild where nothing is. The monitors are read
     * until the walk ends or begins anew, and stay as they are so long.
     */
    public void open(@Nullable SegmentMonitor[] monitorsByTableField) {
        monitors = monitorsByTableField;
        seeks = 0;
        rowsExamined = 0;
        mostSteps = Long.MAX_VALUE;
        index = 0;
        matchedTo = 0;
        streak = 0;
        isFirst = true;
        foundRow = HashDirectory.NONE;
        final KeyCode coder = key.coder();
        last = coder.fieldCount() - 1;
        while (last >= 0 && isWild(last)) {
            last--;
        }
        for (int i = 0; i <= last; i++) {
            final SegmentMonitor monitor = monitors[coder.tableField(i)];
            if (monitor != null && monitor.isNothing()) {
                isFirst = false;
                isPacked = true;
                index = rowCount;
                return;
            }
        }
        isPacked = last < coder.exactFields();
        if (isPacked) {
            if (!codes.open(monitors, last)) {
                index = rowCount;
            }
            isGapExpected = false;
        } else {
            values.open(monitors, last);
            valueGap = rowCount;
        }
    }

    private boolean isWild(int keyField) {
        final SegmentMonitor monitor = monitors[key.coder().tableField(keyField)];
        return monitor == null || monitor.isWild();
    }

    /** Rows lie as evenly among the codes of a field, at first; what gaps were really like corrects it. */
    private void expectGaps() {
        final KeyCode coder = key.coder();
        for (int i = 0; i <= last; i++) {
            final double groupRows =
                    (double) rowCount / Math.max(1, key.summary().distinctGroups(i));
            final double groupCodes = Math.scalb(1.0 + coder.field(i).highestCode(), coder.shift(i));
            density[i] = groupRows / groupCodes;
            expected[i] = seekEntries;
            observed[i] = seekEntries;
        }
    }

    /** Two seeks for the bounds of the longest prefix of points and one range: at most so many rows are to come. */
    @Override
    public long costRows() {
        if (!isFirst || index == rowCount) {
            return (long) rowCount - index;
        }
        if (last < 0) {
            return rowCount;
        }
        return isPacked ? costByCodes() : costByValues();
    }

    /**
     * Whether at most so many rows are to come, as far as {@link #costRows} could tell; for one seek, which the walk needs
     * anyway, and one look behind so many entries. Asked before the first batch.
     */
    public boolean isAtMost(int rows) {
        if (!isFirst || !isPacked || last < 0 || index == rowCount) {
            return costRows() <= rows;
        }
        if (isServedByDirectory()) {
            return findByDirectory(rows);
        }
        final long high = boundByCodes();
        seeks++;
        index = key.seek(boundLow, 0);
        // Standing at the lowest admissible tuple, the walk begins without another seek.
        isFirst = boundLow != codes.low();
        return (long) index + rows >= rowCount || key.codeAt(index + rows) > high;
    }

    /**
     * Right after {@link #open}: the least code of the one interval of packed codes that holds all rows that match and no
     * others, up to {@link #intervalHigh}; −1 where there may be several, or where codes do not tell.
     */
    public long intervalLow() {
        if (!isPacked || last < 0) {
            return -1;
        }
        if (index == rowCount) {
            return 0;
        }
        for (int field = 0; field < last; field++) {
            if (!codes.ranges(field).isPoint()) {
                return -1;
            }
        }
        return codes.ranges(last).count() == 1 ? codes.low() : -1;
    }

    /** Right after {@link #open}: whether nothing is asked of the key's fields, so that every row comes. */
    public boolean isOfAllRows() {
        return last < 0;
    }

    /** The greatest code of that interval; below the least where nothing matches. */
    public long intervalHigh() {
        return index == rowCount ? -1 : codes.high();
    }

    /** Whether exactly the fields of the key's directory are asked for, each by one value. */
    public boolean isServedByDirectory() {
        final HashDirectory directory = key.directory();
        if (directory == null || last != directory.fieldCount() - 1) {
            return false;
        }
        for (int field = 0; field <= last; field++) {
            if (!codes.ranges(field).isPoint()) {
                return false;
            }
        }
        return true;
    }

    /** Stands where the directory says; answers whether at most so many rows are there. */
    private boolean findByDirectory(int rows) {
        seeks++;
        isFirst = false;
        final int found = key.find(codes.low());
        if (found == HashDirectory.NONE || HashDirectory.isRow(found)) {
            foundRow = found == HashDirectory.NONE ? found : HashDirectory.rowOf(found);
            index = rowCount;
            return found == HashDirectory.NONE || rows > 0;
        }
        index = found;
        return (long) index + rows >= rowCount || key.codeAt(index + rows) > codes.high();
    }

    private long costByCodes() {
        final long high = boundByCodes();
        seeks += 2;
        index = key.seek(boundLow, 0);
        return key.seek(high + 1, index) - (long) index;
    }

    /** Finds the bounds of the longest prefix of points and one range: {@code boundLow}, and answers the upper one. */
    private long boundByCodes() {
        int field = 0;
        while (field < last && codes.ranges(field).isPoint()) {
            field++;
        }
        final CodeRanges ranges = codes.ranges(field);
        final int shift = key.coder().shift(field);
        final long prefix = codes.low()
                >>> shift
                >>> key.coder().field(field).bits()
                << key.coder().field(field).bits()
                << shift;
        boundLow = prefix | (ranges.low(0) << shift);
        return prefix | (ranges.high(ranges.count() - 1) << shift) | ((1L << shift) - 1);
    }

    private long costByValues() {
        seeks += 2;
        index = key.seek(values.sought(), 0);
        final int end = key.seek(values.behindHull(), index);
        values.open(monitors, last);
        return end - (long) index;
    }

    @Override
    public int next(int[] rowNumbers) {
        if (foundRow != HashDirectory.NONE) {
            rowNumbers[0] = foundRow;
            foundRow = HashDirectory.NONE;
            return 1;
        }
        int count = 0;
        while (count < rowNumbers.length && findMatch()) {
            if (index >= matchedTo) {
                matchedTo = index + matching(Math.min(rowNumbers.length - count, rowCount - index));
            }
            final int taken = Math.min(rowNumbers.length - count, matchedTo - index);
            key.rowNumbers(index, taken, rowNumbers, count);
            index += taken;
            count += taken;
        }
        return count;
    }

    /** The number of rows left to come. Ends the walk. */
    public long count() {
        long count = foundRow == HashDirectory.NONE ? 0 : 1;
        foundRow = HashDirectory.NONE;
        while (findMatch()) {
            final int end = Math.max(matchedTo, runEnd());
            count += end - index;
            index = end;
        }
        return count;
    }

    /**
     * Whether runs are found by codes alone, so that {@link #nextRun} never joins rows that differ in a field before the
     * last one asked about. Known when open.
     */
    public boolean isByCodes() {
        return isPacked;
    }

    /** Moves behind the next run of rows that match, from {@link #firstOfRun} to {@link #lastOfRun}; false at the end. */
    public boolean nextRun() {
        assert isPacked && foundRow == HashDirectory.NONE;
        if (!findMatch()) {
            return false;
        }
        runStart = index;
        index = runEnd();
        return true;
    }

    /** How many rows it has. */
    public int runRows() {
        return index - runStart;
    }

    /** The index in key order where the walk stands; the row count at the end. */
    public int position() {
        return index;
    }

    /** The walk goes on from here, and leaves out what is before: for whoever wants to know what it would be like. */
    public void leapTo(int next) {
        assert isPacked && next >= index;
        isFirst = false;
        index = next;
    }

    /**
     * From here on the walk takes so many steps, each seek for {@link #seekEntries} of them, and then stands still as if at
     * its end, until it is given more: for whoever wants to know what it would be like, or may have had enough.
     */
    public void limitSteps(long steps) {
        mostSteps = rowsExamined + seeks * seekEntries + steps;
    }

    /** The number of the row with which the run begins, the first in key order. */
    public int firstOfRun() {
        return key.rowNumber(runStart);
    }

    /** The number of the row with which it ends. */
    public int lastOfRun() {
        return key.rowNumber(index - 1);
    }

    /** Whether any row is left to come. */
    public boolean exists() {
        return foundRow != HashDirectory.NONE || findMatch();
    }

    public long seeks() {
        return seeks;
    }

    public long rowsExamined() {
        return rowsExamined;
    }

    /** Moves to the next row that matches, if the walk does not stand on one; false at the end. */
    private boolean findMatch() {
        if (index < matchedTo) {
            return true;
        }
        return isPacked ? findByCodes() : findByValues();
    }

    private boolean findByCodes() {
        if (isFirst) {
            isFirst = false;
            if (index < rowCount && codes.low() > 0) {
                seeks++;
                index = key.seek(codes.low(), index);
            }
        }
        while (index < rowCount && hasStepsLeft()) {
            final long code = examine(index);
            if (code > codes.high() && !codes.advance(code)) {
                index = rowCount;
                return false;
            }
            if (code >= codes.low()) {
                return true;
            }
            skipTo(codes.low(), code);
        }
        return false;
    }

    private boolean hasStepsLeft() {
        return rowsExamined + seeks * seekEntries < mostSteps;
    }

    /** Moves from a row with a code before {@code target} to the first that is not before it. */
    private void skipTo(long target, long code) {
        final int from = index++;
        final int field = codes.changedField();
        if (!isGapExpected) {
            expectGaps(); // Not before there is a gap: a point has none.
            isGapExpected = true;
        }
        final double even = (target - code) * density[field];
        if (even * observed[field] < seekEntries * expected[field]) {
            walkTo(target, (int) Math.min(rowCount, (long) from + 2L * seekEntries));
        } else if (index < rowCount) {
            seeks++;
            index = key.seek(target, index);
        }
        final double most = 16.0 * seekEntries;
        observed[field] += Math.min(index - from, most) - observed[field] / 4;
        expected[field] += Math.min(even, most) - expected[field] / 4;
    }

    /** Looks at one code after the other; seeks if the target lies behind {@code limit}. */
    private void walkTo(long target, int limit) {
        while (index < limit && examine(index) < target) {
            index++;
        }
        if (index == limit && index < rowCount) {
            seeks++;
            index = key.seek(target, index);
        } else if (index < limit) {
            // The walk will look at this one again.
            rowsExamined--;
        }
    }

    private boolean findByValues() {
        if (isFirst) {
            isFirst = false;
            seeks++;
            index = key.seek(values.sought(), index);
        }
        while (index < rowCount && hasStepsLeft()) {
            rowsExamined++;
            if (values.admits(key.rowAt(index))) {
                streak++;
                return true;
            }
            if (values.isExhausted()) {
                index = rowCount;
            } else {
                skipToSought();
            }
        }
        return false;
    }

    private void skipToSought() {
        final int from = index++;
        streak = 0;
        // Rows are compared value by value here, so only the shortest gaps are walked over.
        if (valueGap >= 4 && index < rowCount) {
            seeks++;
            index = key.seek(values.sought(), index);
        }
        valueGap += (Math.min(index - from, 64.0) - valueGap) / 4;
    }

    private long examine(int at) {
        rowsExamined++;
        return key.codeAt(at);
    }

    /** How many rows from here on match, at least one, of at most {@code limit}. */
    private int matching(int limit) {
        if (limit == 1 || last < 0) {
            return limit;
        }
        if (!isPacked) {
            return streak < GALLOP_LIMIT ? 1 : Math.min(limit, Math.max(1, endByValues() - index));
        }
        final long high = codes.high();
        int low = 1;
        int step = 1;
        // Rows before low match.
        while (low < limit && examine(index + Math.min(low + step, limit) - 1) <= high) {
            low = Math.min(low + step, limit);
            step *= 2;
        }
        if (low == limit || step == 1) {
            return low;
        }
        int end = Math.min(low + step, limit) - 1;
        // The row at end does not match.
        while (low < end) {
            final int mid = (low + end) >>> 1;
            if (examine(index + mid) <= high) {
                low = mid + 1;
            } else {
                end = mid;
            }
        }
        return low;
    }

    /** The end of the run that the walk stands in. */
    private int runEnd() {
        if (last < 0) {
            return rowCount;
        }
        if (!isPacked) {
            return streak < 2 ? index + 1 : endByValues();
        }
        final int limit = Math.min(rowCount, index + GALLOP_LIMIT);
        int at = index + 1;
        while (at < limit && examine(at) <= codes.high()) {
            at++;
        }
        if (at < limit || at == rowCount) {
            return at;
        }
        seeks++;
        return key.seek(codes.high() + 1, at);
    }

    private int endByValues() {
        seeks++;
        values.seekBehindRun(key.rowAt(index));
        return Math.max(index + 1, key.seek(values.sought(), index + 1));
    }
}
