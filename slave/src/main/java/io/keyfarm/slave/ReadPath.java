package io.keyfarm.slave;

import io.keyfarm.key.BitmapCursor;
import io.keyfarm.key.OrderedWalk;
import io.keyfarm.key.RowCursor;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Estimate;
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
 * confirmed.
 *
 * <p>The farmer's hint is taken at its word while the key itself says that few rows will come. Where many would, every key
 * is asked for its true count (two seeks), and the cheapest way is taken, the full scan and the bitmaps among them. That
 * never changes an answer, only its time.
 */
final class ReadPath {
    /** For rows wanted: none is, but how many they are. */
    static final long COUNTED = 0;

    /** So few rows are read before another key could be asked. */
    static final int FEW_ROWS = 64;

    private static final byte[] SCAN_NAME = {};
    private static final byte[] NOTHING_NAME = "nothing".getBytes(StandardCharsets.US_ASCII);
    /** No row can match, so none is looked at. */
    private static final int NOTHING = -3;

    private static final int BITMAPS = -4;
    private static final int ENDS = -5;

    private final Slab slab;
    /** By field of the table, bound anew for each query; those {@code asked} are not null. */
    private final @Nullable SegmentMonitor[] monitors;

    private final int[] asked;
    private final CostModel costs;
    private final RowFilter[] filters;
    private final ScanCursor scan;
    private final StopSignal stop;
    /** Null where no key has the plan's order, or it has none. */
    private final @Nullable OrderedPath ordered;

    private KeyShelf shelf = KeyShelf.EMPTY;
    private SeekLoop[] loops = {};
    private byte[][] names = {};
    private int[][] keyFields = {};
    /** Null where the shelf has none. */
    private @Nullable BitmapPath bitmaps;

    private @Nullable KeyEnds ends;

    /** What the key or scan chosen is expected to cost before its first row, and for all its rows; 0 if that is settled. */
    private double chosenFixedNs;

    private double chosenRowsNs;
    private int longestNameBytes = NOTHING_NAME.length;

    private final int[] unserved;
    private int unservedCount;
    /** Where the key taken is read in the plan's order. */
    private @Nullable OrderedWalk walk;

    /** Whether the key taken was found to lead to few rows. */
    private boolean isFew;

    private int taken = KeyHint.SCAN;

    ReadPath(Slab slab, BoundConditions conditions, @Nullable OrderedPath ordered, CostModel costs, StopSignal stop) {
        this.slab = slab;
        this.ordered = ordered;
        monitors = conditions.monitors();
        asked = conditions.askedFields();
        this.costs = costs;
        this.stop = stop;
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
        chosenFixedNs = 0;
        chosenRowsNs = 0;
        walk = null;
        // A place in another epoch's list is that of another key.
        taken = choose(hint < 0 || hintEpoch == current.epoch() ? hint : KeyHint.NONE);
        if (wantedRows == COUNTED && chosenRowsNs > 0) {
            final int best = CountKeys.cheapest(current, keyFields, asked, monitors, costs);
            if (best >= 0 && canCountRunsOf(best)) {
                taken = best;
                return openKey(best);
            }
        }
        final BitmapPath beside = bitmaps;
        if (beside != null && chosenRowsNs > 0 && beside.isCheaper(monitors, wantedRows, chosenFixedNs, chosenRowsNs)) {
            taken = BITMAPS;
            return openBitmaps(beside.cursor());
        }
        return taken < 0 ? openScan() : openKey(taken);
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
        if (ordered == null || isFew || hint == KeyHint.SCAN) {
            return gathered;
        }
        if (taken >= 0) {
            loops[taken].open(monitors);
        }
        final double rows = (double) gathered.costRows();
        final int key = ordered.open(monitors, loops);
        if (key >= 0) {
            final boolean isWhole = !hasRest && leavesNothing(keyFields[key]);
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
            loops[taken].open(monitors);
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
        return hint >= 0 && hint < loops.length && hintEpoch == current.epoch() ? loops[hint] : null;
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
            final SegmentMonitor monitor = monitors[field];
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
        return taken >= 0 || taken == BITMAPS || (taken == KeyHint.SCAN && scan.isWhole());
    }

    /** The number of rows the cursor leads to, without reading them. Ends it. */
    long count() {
        return switch (taken) {
            case BITMAPS -> bitmapsTaken().cursor().count();
            case KeyHint.SCAN -> slab.rowCount();
            default -> loops[taken].count();
        };
    }

    /** As {@link #count}, but no further than 1. */
    long exists() {
        return taken >= 0 ? loops[taken].exists() ? 1 : 0 : Math.min(1, count());
    }

    long seeks() {
        return switch (taken) {
            case NOTHING, KeyHint.SCAN -> 0;
            case BITMAPS -> bitmapsTaken().cursor().seeks();
            case ENDS -> endsTaken().seeks();
            default -> walk == null ? loops[taken].seeks() : walk.seeks();
        };
    }

    long rowsExamined() {
        return switch (taken) {
            case NOTHING -> 0;
            case KeyHint.SCAN -> scan.rowsExamined();
            case BITMAPS -> bitmapsTaken().cursor().rowsExamined();
            case ENDS -> endsTaken().rowsExamined();
            default -> walk == null ? loops[taken].rowsExamined() : walk.rowsExamined();
        };
    }

    /** The name of the key taken, in ASCII; empty for a scan. */
    byte[] name() {
        return switch (taken) {
            case NOTHING -> NOTHING_NAME;
            case KeyHint.SCAN -> SCAN_NAME;
            case BITMAPS -> bitmapsTaken().name();
            case ENDS -> endsTaken().name();
            default -> names[taken];
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
        final int keyCount = next.keyCount();
        loops = new SeekLoop[keyCount];
        names = new byte[keyCount][];
        keyFields = new int[keyCount][];
        longestNameBytes = NOTHING_NAME.length;
        for (int i = 0; i < keyCount; i++) {
            loops[i] = new SeekLoop(next.key(i));
            names[i] = next.key(i).spec().toString().getBytes(StandardCharsets.US_ASCII);
            keyFields[i] = next.key(i).spec().indexes(slab.schema());
            longestNameBytes = Math.max(longestNameBytes, names[i].length);
        }
    }

    private boolean canCountRunsOf(int key) {
        loops[key].open(monitors);
        return loops[key].isByCodes();
    }

    private int choose(int hint) {
        isFew = false;
        if (hint == KeyHint.SCAN) {
            return KeyHint.SCAN;
        }
        chosenRowsNs = scanNs();
        final int first = hint >= 0 && hint < loops.length ? hint : cheapestByEstimate();
        if (first < 0) {
            return KeyHint.SCAN;
        }
        isFew = isAtMost(FEW_ROWS, first);
        if (isFew || (isPerfect(first) && isAtMost(rowsWorthAKey(), first))) {
            chosenRowsNs = 0;
            return first;
        }
        return cheapestByCount(first);
    }

    private boolean isAtMost(int rows, int key) {
        loops[key].open(monitors);
        return loops[key].isAtMost(rows);
    }

    /** Above so many rows a scan costs less than any key. */
    private int rowsWorthAKey() {
        return (int) (scanNs() / costs.keyedRowNs());
    }

    /**
     * Whether the key begins with all fields that are asked of, each by one value, the last perhaps by a range: then every
     * row it leads to matches, and no other key leads to fewer.
     */
    private boolean isPerfect(int key) {
        int constrained = 0;
        for (final int field : asked) {
            constrained += isConstrained(monitors[field]) ? 1 : 0;
        }
        final int[] fields = keyFields[key];
        for (int i = 0; i < fields.length && i < constrained; i++) {
            final SegmentMonitor monitor = monitors[fields[i]];
            if (monitor == null || (i < constrained - 1 ? !monitor.isPoint() : monitor.rangeCount() != 1)) {
                return false;
            }
        }
        return constrained <= fields.length;
    }

    private int cheapestByEstimate() {
        int best = KeyHint.SCAN;
        double bestNs = scanNs();
        for (int i = 0; i < loops.length; i++) {
            final double ns = costs.keyedNs(shelf.key(i).summary().estimate(monitors));
            if (ns < bestNs) {
                best = i;
                bestNs = ns;
            }
        }
        return best;
    }

    /** As {@link #cheapestByEstimate}, but an estimate above what two seeks have counted gives way to the count. */
    private int cheapestByCount(int opened) {
        int best = KeyHint.SCAN;
        double bestNs = scanNs();
        for (int i = 0; i < loops.length; i++) {
            final Estimate estimate = shelf.key(i).summary().estimate(monitors);
            if (i != opened && costs.keyedNs(estimate) >= bestNs) {
                continue;
            }
            loops[i].open(monitors);
            final double rows = Math.min(estimate.rows(), (double) loops[i].costRows());
            final double ns = costs.keyedNs(new Estimate(rows, estimate.seeks()));
            if (ns < bestNs) {
                best = i;
                bestNs = ns;
                chosenRowsNs = rows * costs.keyedRowNs();
                chosenFixedNs = ns - chosenRowsNs;
            }
        }
        return best;
    }

    private double scanNs() {
        return costs.scanNs((double) slab.rowCount());
    }

    private boolean leavesNothing(int[] fields) {
        for (final int field : asked) {
            if (isConstrained(monitors[field]) && !contains(fields, field)) {
                return false;
            }
        }
        return true;
    }

    private RowCursor openKey(int key) {
        unservedCount = 0;
        for (final int field : asked) {
            if (isConstrained(monitors[field]) && !contains(keyFields[key], field)) {
                unserved[unservedCount++] = field;
            }
        }
        return loops[key];
    }

    private KeyEnds endsTaken() {
        assert ends != null;
        return ends;
    }

    private BitmapPath bitmapsTaken() {
        assert bitmaps != null;
        return bitmaps;
    }

    private RowCursor openBitmaps(BitmapCursor cursor) {
        unservedCount = 0;
        for (final int field : asked) {
            if (isConstrained(monitors[field]) && !cursor.isServed(field)) {
                unserved[unservedCount++] = field;
            }
        }
        return cursor;
    }

    private RowCursor openScan() {
        unservedCount = 0;
        int lead = -1;
        for (final int field : asked) {
            if (!isConstrained(monitors[field])) {
                continue;
            }
            if (lead < 0) {
                lead = field;
            } else {
                unserved[unservedCount++] = field;
            }
        }
        if (lead < 0) {
            scan.open(null, null);
        } else {
            scan.open(filters[lead], monitors[lead]);
        }
        return scan;
    }

    private static boolean isConstrained(@Nullable SegmentMonitor monitor) {
        return monitor != null && !monitor.isWild();
    }

    private static boolean contains(int[] fields, int field) {
        for (final int it : fields) {
            if (it == field) {
                return true;
            }
        }
        return false;
    }
}
