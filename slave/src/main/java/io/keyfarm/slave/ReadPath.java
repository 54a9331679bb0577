package io.keyfarm.slave;

import io.keyfarm.key.BitmapCursor;
import io.keyfarm.key.ColumnCursor;
import io.keyfarm.key.OrderedWalk;
import io.keyfarm.key.RowCursor;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.wire.KeyHint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Narrows: opens the key, or the scan, that a query is read through, and knows which fields the cursor leaves to be
 * confirmed. Which sorted key, if any, is a {@link KeyChoice}; bitmaps, the ends of keys and keys that have the plan's order
 * stand beside it.
 */
final class ReadPath {
    /** For rows wanted: none is, but how many they are. */
    static final long COUNTED = 0;

    /** So few rows are read before another key could be asked. */
    static final int FEW_ROWS = 64;

    private static final int TRIED_ROWS = 16;
    private static final int[] NO_FIELDS = {};
    private static final byte[] SCAN_NAME = {};
    private static final byte[] NOTHING_NAME = "nothing".getBytes(StandardCharsets.US_ASCII);
    /** No row can match, so none is looked at. */
    private static final int NOTHING = -3;

    private static final int BITMAPS = -4;
    private static final int ENDS = -5;
    private static final int COLUMNS = -6;

    private final Slab slab;
    private final Asked asked;
    private final KeyChoice choice;
    private final CostModel costs;
    private final RowFilter[] filters;
    private final ScanCursor scan;
    private final StopSignal stop;
    /** Null where no key has the plan's order, or it has none. */
    private final @Nullable OrderedPath ordered;

    private KeyShelf shelf = KeyShelf.EMPTY;
    /** Null where the shelf has none. */
    private @Nullable BitmapPath bitmaps;

    private @Nullable ColumnPath columns;

    private @Nullable KeyEnds ends;
    /** Where the key taken is read in the plan's order. */
    private @Nullable OrderedWalk walk;

    private int longestNameBytes = NOTHING_NAME.length;
    private final int[] unserved;
    private int unservedCount;
    private final int[] tried = new int[TRIED_ROWS];
    private int taken = KeyHint.SCAN;

    ReadPath(Slab slab, BoundConditions conditions, @Nullable OrderedPath ordered, CostModel costs, StopSignal stop) {
        this.slab = slab;
        this.ordered = ordered;
        this.costs = costs;
        this.stop = stop;
        asked = new Asked(conditions);
        choice = new KeyChoice(asked, slab.rowCount(), costs);
        final int fieldCount = slab.schema().fieldCount();
        filters = new RowFilter[fieldCount];
        Arrays.setAll(filters, field -> new RowFilter(slab.layout(), field));
        scan = new ScanCursor(slab, stop);
        unserved = new int[fieldCount];
    }

    /**
     * Opens the way to take for the monitors as they are bound now; the shelf stays announced while the cursor is read.
     *
     * @param wantedRows how many matching rows will be read at most, or {@link #COUNTED}
     */
    RowCursor open(KeyShelf current, int hint, long hintEpoch, long wantedRows) {
        use(current);
        walk = null;
        // A place in another epoch's list is that of another key.
        taken = choice.choose(hint < 0 || hintEpoch == current.epoch() ? hint : KeyHint.NONE, wantedRows);
        if (!choice.isSettled()) {
            chooseOtherKind(wantedRows);
            if (wantedRows != COUNTED && (taken >= 0 || taken == BITMAPS)) {
                tryTheFirstRows(wantedRows);
            }
        }
        return switch (taken) {
            case BITMAPS -> openBitmaps(bitmapsTaken().cursor());
            case COLUMNS -> openColumns(columnsTaken().cursor());
            case KeyHint.SCAN -> openScan();
            default -> openKey(taken);
        };
    }

    /**
     * Takes the scan where the first rows of all are found to be enough, and finds that out for no more than the way taken
     * costs. To hope for it would be too little: rows that are alike often stand together.
     */
    private void tryTheFirstRows(long wantedRows) {
        final double part = choice.part(wantedRows);
        final double takenNs = taken == BITMAPS ? bitmapsTaken().costNs() : choice.fixedNs() + part * choice.rowsNs();
        if (part == 1 || part * costs.scanNs(slab.rowCount()) >= takenNs) {
            return;
        }
        openScan();
        final int limitRow = (int) Math.min(slab.rowCount(), takenNs / costs.scanRowNs());
        long found = 0;
        int count = 1;
        while (found < wantedRows && count > 0 && scan.rowsExamined() < limitRow) {
            count = scan.next(tried, limitRow);
            found += confirm(tried, count);
        }
        if (found >= wantedRows) {
            taken = KeyHint.SCAN;
        }
    }

    /** Takes columns or bitmaps where they cost less than the key or scan taken. */
    private void chooseOtherKind(long wantedRows) {
        double fixedNs = choice.fixedNs();
        double rowsNs = choice.rowsNs();
        if (columns != null && columns.isCheaper(asked.monitors, wantedRows == COUNTED, fixedNs + rowsNs)) {
            taken = COLUMNS;
            fixedNs = 0;
            rowsNs = columns.costNs();
        }
        if (bitmaps != null && bitmaps.isCheaper(asked.monitors, wantedRows, choice.matchingRows(), fixedNs, rowsNs)) {
            taken = BITMAPS;
        }
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
        if (taken >= 0) {
            choice.loop(taken).open(asked.monitors);
        }
        final double rows = (double) gathered.costRows();
        final int key = ordered.open(asked.monitors, choice.loops());
        if (key >= 0) {
            final boolean isWhole = !hasRest && asked.isServedBy(choice.fields(key));
            final boolean isCheaper = taken == KeyHint.SCAN
                    ? ordered.isCheaperThanScan(rows, (double) wantedRows, isWhole, costs)
                    : ordered.isCheaperThanKey(rows, (double) wantedRows, isWhole, hasRest, costs);
            if (isCheaper) {
                taken = key;
                walk = ordered.opened();
                openKey(key);
                return walk;
            }
        }
        if (taken >= 0) {
            choice.loop(taken).open(asked.monitors);
        }
        return gathered;
    }

    /** Whether the rows come in the plan's order. */
    boolean isInOrder() {
        return walk != null;
    }

    /** Reads by these keys from now on. */
    void use(KeyShelf current) {
        if (current != shelf) {
            adopt(current);
        }
    }

    /** The walk of the key that the hint names, not opened; null where it names none. */
    @Nullable
    SeekLoop hinted(KeyShelf current, int hint, long hintEpoch) {
        use(current);
        return hint >= 0 && hint < choice.keyCount() && hintEpoch == current.epoch() ? choice.loop(hint) : null;
    }

    SortedKey key(int hint) {
        return shelf.key(hint);
    }

    /** Takes the rows of this key as found by somebody else: what it leaves to be confirmed is as if they were its own. */
    void take(int hint) {
        taken = hint;
        walk = null;
        openKey(hint);
    }

    /** No way at all is needed. */
    void openNothing() {
        taken = NOTHING;
        walk = null;
    }

    /** The rows at the ends of keys' runs are all that is read. */
    void take(KeyEnds open) {
        taken = ENDS;
        ends = open;
    }

    /** Keeps those rows whose fields, where the cursor did not see to them, are admitted. */
    int confirm(int[] rowNumbers, int count) {
        int left = count;
        for (int i = 0; i < unservedCount && left > 0; i++) {
            final int field = unserved[i];
            final SegmentMonitor monitor = asked.monitors[field];
            assert monitor != null;
            left = filters[field].confirm(slab, monitor, rowNumbers, left);
        }
        return left;
    }

    /** Whether every row of the cursor satisfies every monitor. */
    boolean isServedWhole() {
        return unservedCount == 0;
    }

    /** Whether the cursor can {@link #count}. */
    boolean hasCount() {
        return taken >= 0 || taken == BITMAPS || taken == COLUMNS || (taken == KeyHint.SCAN && scan.isWhole());
    }

    /** The number of rows the cursor leads to, without reading them. Ends it. */
    long count() {
        return switch (taken) {
            case BITMAPS -> bitmapsTaken().cursor().count();
            case COLUMNS -> columnsTaken().cursor().count();
            case KeyHint.SCAN -> slab.rowCount();
            default -> choice.loop(taken).count();
        };
    }

    /** As {@link #count}, but no further than 1. */
    long exists() {
        return switch (taken) {
            case BITMAPS, KeyHint.SCAN -> Math.min(1, count());
            case COLUMNS -> columnsTaken().cursor().exists() ? 1 : 0;
            default -> choice.loop(taken).exists() ? 1 : 0;
        };
    }

    long seeks() {
        return switch (taken) {
            case NOTHING, COLUMNS, KeyHint.SCAN -> 0;
            case BITMAPS -> bitmapsTaken().cursor().seeks();
            case ENDS -> endsTaken().seeks();
            default -> walk == null ? choice.loop(taken).seeks() : walk.seeks();
        };
    }

    long rowsExamined() {
        return switch (taken) {
            case NOTHING -> 0;
            case KeyHint.SCAN -> scan.rowsExamined();
            case BITMAPS -> bitmapsTaken().cursor().rowsExamined();
            case COLUMNS -> columnsTaken().cursor().rowsExamined();
            case ENDS -> endsTaken().rowsExamined();
            default -> walk == null ? choice.loop(taken).rowsExamined() : walk.rowsExamined();
        };
    }

    /** Counts for the keys taken that so many reads took them, which looked at so many rows in all. */
    void countUse(SessionTally tally, long reads, long rows) {
        switch (taken) {
            case NOTHING -> {}
            case KeyHint.SCAN -> tally.onUse(SessionTally.SCAN, reads, rows);
            case BITMAPS -> bitmapsTaken().countUse(tally, reads, rows);
            case COLUMNS -> columnsTaken().countUse(tally, reads, rows);
            case ENDS -> endsTaken().countUse(tally, reads, rows);
            default -> tally.onUse(shelf.key(taken), reads, rows);
        }
    }

    /** The name of the key taken, in ASCII; empty for a scan. */
    byte[] name() {
        return switch (taken) {
            case NOTHING -> NOTHING_NAME;
            case KeyHint.SCAN -> SCAN_NAME;
            case BITMAPS -> bitmapsTaken().name();
            case COLUMNS -> columnsTaken().name();
            case ENDS -> endsTaken().name();
            default -> choice.name(taken);
        };
    }

    /** No {@link #name} is longer, while the shelf is the one that was opened last. */
    int longestNameBytes() {
        return longestNameBytes;
    }

    private void adopt(KeyShelf next) {
        shelf = next;
        if (ordered != null) {
            ordered.use(next);
        }
        bitmaps = next.bitmaps().isEmpty() ? null : new BitmapPath(next.bitmaps(), costs, stop);
        columns = next.columns().isEmpty() ? null : new ColumnPath(next.columns(), costs, stop);
        choice.use(next);
        longestNameBytes = NOTHING_NAME.length;
        for (int i = 0; i < choice.keyCount(); i++) {
            longestNameBytes = Math.max(longestNameBytes, choice.name(i).length);
        }
    }

    private RowCursor openKey(int key) {
        unservedCount = asked.left(choice.fields(key), unserved);
        return choice.loop(key);
    }

    private BitmapPath bitmapsTaken() {
        assert bitmaps != null;
        return bitmaps;
    }

    private ColumnPath columnsTaken() {
        assert columns != null;
        return columns;
    }

    private KeyEnds endsTaken() {
        assert ends != null;
        return ends;
    }

    private RowCursor openBitmaps(BitmapCursor cursor) {
        final int askedCount = asked.left(NO_FIELDS, unserved);
        unservedCount = 0;
        for (int i = 0; i < askedCount; i++) {
            if (!cursor.isServed(unserved[i])) {
                unserved[unservedCount++] = unserved[i];
            }
        }
        return cursor;
    }

    private RowCursor openColumns(ColumnCursor cursor) {
        final int askedCount = asked.left(NO_FIELDS, unserved);
        unservedCount = 0;
        for (int i = 0; i < askedCount; i++) {
            if (!cursor.isServed(unserved[i])) {
                unserved[unservedCount++] = unserved[i];
            }
        }
        return cursor;
    }

    /** The first field that is asked about is seen to while scanning. */
    private RowCursor openScan() {
        final int askedCount = asked.left(NO_FIELDS, unserved);
        if (askedCount == 0) {
            unservedCount = 0;
            scan.open(null, null);
        } else {
            final int lead = unserved[0];
            unservedCount = askedCount - 1;
            System.arraycopy(unserved, 1, unserved, 0, unservedCount);
            scan.open(filters[lead], asked.monitors[lead]);
        }
        return scan;
    }
}
