package io.keyfarm.slave;

import io.keyfarm.key.RowCursor;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.rows.Slab;
import io.keyfarm.wire.KeyHint;
import org.jspecify.annotations.Nullable;

/**
 * Narrows: opens the way that a query is read through, and knows which fields it leaves to be confirmed. Which sorted key, if
 * any, is a {@link KeyChoice}; bitmaps, column copies, the ends of keys and keys that have the plan's order stand beside it.
 */
final class ReadPath {
    /** For rows wanted: none is, but how many they are. */
    static final long COUNTED = 0;

    /** So few rows are read before another key could be asked. */
    static final int FEW_ROWS = 64;

    private static final int TRIED_ROWS = 16;

    private final Slab slab;
    private final Asked asked;
    private final KeyChoice choice;
    private final CostModel costs;
    private final LeftFields left;
    private final ScanCursor scan;
    private final StopSignal stop;
    /** Null where no key has the plan's order, or it has none. */
    private final @Nullable OrderedPath ordered;

    private final int[] tried = new int[TRIED_ROWS];

    private KeyShelf shelf = KeyShelf.EMPTY;
    /** By their places on the shelf. */
    private KeyPath[] keys = {};
    /** Null where the shelf has none. */
    private @Nullable BitmapPath bitmaps;

    private @Nullable ColumnPath columns;
    private int longestNameBytes;

    /** The way to rows that was opened last. */
    private RowWay rows;
    /** What the read goes by: those rows, or what stands in for them. */
    private Way taken;

    private boolean isInOrder;

    ReadPath(Slab slab, BoundConditions conditions, @Nullable OrderedPath ordered, CostModel costs, StopSignal stop) {
        this.slab = slab;
        this.ordered = ordered;
        this.costs = costs;
        this.stop = stop;
        asked = new Asked(conditions);
        choice = new KeyChoice(asked, slab.rowCount(), costs);
        left = new LeftFields(slab, asked);
        scan = new ScanCursor(slab, stop);
        rows = scan;
        taken = scan;
        longestNameBytes = NoRows.NOTHING.name().length;
    }

    /**
     * Opens the way to take for the monitors as they are bound now; the shelf stays announced while the cursor is read.
     *
     * @param wantedRows how many matching rows will be read at most, or {@link #COUNTED}
     */
    RowCursor open(KeyShelf current, int hint, long hintEpoch, long wantedRows) {
        use(current);
        // A place in another epoch's list is that of another key.
        final int key = choice.choose(hint < 0 || hintEpoch == current.epoch() ? hint : KeyHint.NONE, wantedRows);
        final RowWay chosen = key < 0 ? scan : keys[key];
        return open(choice.isSettled() ? chosen : orOtherKind(chosen, wantedRows));
    }

    private RowCursor open(RowWay way) {
        rows = way;
        taken = way;
        isInOrder = false;
        return way.open(left);
    }

    /** Columns or bitmaps where they cost less than the key or scan chosen; the scan where its first rows are enough. */
    private RowWay orOtherKind(RowWay chosen, long wantedRows) {
        RowWay best = chosen;
        double fixedNs = choice.fixedNs();
        double rowsNs = choice.rowsNs();
        if (columns != null && columns.isCheaper(asked.monitors, wantedRows == COUNTED, fixedNs + rowsNs)) {
            best = columns;
            fixedNs = 0;
            rowsNs = columns.costNs();
        }
        if (bitmaps != null && bitmaps.isCheaper(asked.monitors, wantedRows, choice.matchingRows(), fixedNs, rowsNs)) {
            return orFirstRows(bitmaps, bitmaps.costNs(), wantedRows);
        }
        return best == columns ? best : orFirstRows(best, fixedNs + choice.part(wantedRows) * rowsNs, wantedRows);
    }

    /**
     * The scan where the first rows of all are found to be enough, which is found out for no more than the way costs. To hope
     * for it would be too little: rows that are alike often stand together.
     */
    private RowWay orFirstRows(RowWay way, double costNs, long wantedRows) {
        final double part = choice.part(wantedRows);
        if (way == scan || wantedRows == COUNTED || part == 1 || part * costs.scanNs(slab.rowCount()) >= costNs) {
            return way;
        }
        scan.open(left);
        final int limitRow = (int) Math.min(slab.rowCount(), costNs / costs.scanRowNs());
        long found = 0;
        int count = 1;
        while (found < wantedRows && count > 0 && scan.rowsExamined() < limitRow) {
            count = scan.next(tried, limitRow);
            found += left.confirm(tried, count);
        }
        return found >= wantedRows ? scan : way;
    }

    /**
     * As {@link #open} for a plan that orders its rows: by a key that has the order, where gathering and sorting would cost
     * more. Whether it does {@link #isInOrder} tells.
     *
     * @param wantedRows how many of the first rows will be read at most
     * @param hasRest whether conditions are left that this path knows nothing of
     */
    RowCursor openOrdered(KeyShelf current, int hint, long hintEpoch, long wantedRows, boolean hasRest) {
        final RowCursor gathered = open(current, hint, hintEpoch, Long.MAX_VALUE);
        final boolean isSettled = choice.isFew() || hint == KeyHint.SCAN;
        if (ordered == null || isSettled || !ordered.isPossible(asked.monitors)) {
            return gathered;
        }
        rows.rewind();
        final double gatheredRows = (double) gathered.costRows();
        final int key = ordered.open(asked.monitors, choice.loops());
        if (key >= 0) {
            final boolean isWhole = !hasRest && keys[key].isWhole();
            final boolean isCheaper = rows == scan
                    ? ordered.isCheaperThanScan(gatheredRows, (double) wantedRows, isWhole, costs)
                    : ordered.isCheaperThanKey(gatheredRows, (double) wantedRows, isWhole, hasRest, costs);
            if (isCheaper) {
                open(keys[key]);
                isInOrder = true;
                return keys[key].walk(ordered.opened());
            }
        }
        rows.rewind();
        return gathered;
    }

    /** Whether the rows come in the plan's order. */
    boolean isInOrder() {
        return isInOrder;
    }

    /** Reads by these keys from now on. */
    void use(KeyShelf current) {
        if (current != shelf) {
            adopt(current);
        }
    }

    private void adopt(KeyShelf next) {
        shelf = next;
        if (ordered != null) {
            ordered.use(next);
        }
        bitmaps = next.bitmaps().isEmpty() ? null : new BitmapPath(next.bitmaps(), costs, stop);
        columns = next.columns().isEmpty() ? null : new ColumnPath(next.columns(), costs, stop);
        choice.use(next);
        keys = new KeyPath[next.keyCount()];
        longestNameBytes = NoRows.NOTHING.name().length;
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new KeyPath(next.key(i), choice.loop(i), asked, choice.fields(i), choice.name(i));
            longestNameBytes = Math.max(longestNameBytes, keys[i].name().length);
        }
    }

    /** The walk of the key that the hint names, not opened; null where it names none. */
    @Nullable
    SeekLoop hinted(KeyShelf current, int hint, long hintEpoch) {
        use(current);
        return hint >= 0 && hint < keys.length && hintEpoch == current.epoch() ? choice.loop(hint) : null;
    }

    SortedKey key(int hint) {
        return shelf.key(hint);
    }

    /** Takes the rows of this key as found by somebody else: what it leaves to be confirmed is as if they were its own. */
    void take(int hint) {
        open(keys[hint]);
    }

    /** No way at all is needed. */
    void openNothing() {
        take(NoRows.NOTHING);
    }

    /** Reads by this alone, in place of a way to all rows. */
    void take(Way instead) {
        taken = instead;
        isInOrder = false;
    }

    /** Keeps those rows whose fields, where the cursor did not see to them, are admitted. */
    int confirm(int[] rowNumbers, int count) {
        return left.confirm(rowNumbers, count);
    }

    /** Whether every row of the cursor satisfies every monitor. */
    boolean isServedWhole() {
        return left.isEmpty();
    }

    /** Whether the cursor can {@link #count}. */
    boolean hasCount() {
        return taken == rows && rows.hasCount();
    }

    /** The number of rows the cursor leads to, without reading them. Ends it. */
    long count() {
        return rows.count();
    }

    /** As {@link #count}, but no further than 1. */
    long exists() {
        return rows.exists() ? 1 : 0;
    }

    long seeks() {
        return taken.seeks();
    }

    long rowsExamined() {
        return taken.rowsExamined();
    }

    /** Counts for the keys taken that so many reads took them, which looked at so many rows in all. */
    void countUse(SessionTally tally, long reads, long rowsExamined) {
        taken.countUse(tally, reads, rowsExamined);
    }

    /** The name of the key taken, in ASCII; empty for a scan. */
    byte[] name() {
        return taken.name();
    }

    /** No {@link #name} of a key, or of none, is longer, while the shelf is the one that was opened last. */
    int longestNameBytes() {
        return longestNameBytes;
    }
}
