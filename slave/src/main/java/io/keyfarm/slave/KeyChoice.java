package io.keyfarm.slave;

import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Estimate;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.wire.KeyHint;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the sorted key that a read goes through, or the scan.
 *
 * <p>The farmer's hint is taken at its word while the key itself says that few rows will come. Where many would, every key
 * is asked for its true count (two seeks), and the cheapest is taken. That never changes an answer, only its time. One
 * thread.
 */
final class KeyChoice {
    private final Asked asked;
    private final int rowCount;
    private final CostModel costs;

    private KeyShelf shelf = KeyShelf.EMPTY;
    private SeekLoop[] loops = {};
    private byte[][] names = {};
    private int[][] fields = {};

    private boolean isFew;
    private double fixedNs;
    private double rowsNs;

    /** @param rowCount of all rows that keys and scan are over */
    KeyChoice(Asked asked, int rowCount, CostModel costs) {
        this.asked = asked;
        this.rowCount = rowCount;
        this.costs = costs;
    }

    /** Chooses among these keys from now on. */
    void use(KeyShelf next) {
        shelf = next;
        final int keyCount = next.keyCount();
        loops = new SeekLoop[keyCount];
        names = new byte[keyCount][];
        fields = new int[keyCount][];
        for (int i = 0; i < keyCount; i++) {
            final SortedKey key = next.key(i);
            loops[i] = new SeekLoop(key);
            names[i] = key.spec().toString().getBytes(StandardCharsets.US_ASCII);
            fields[i] = key.spec().indexes(key.slab().schema());
        }
    }

    int keyCount() {
        return loops.length;
    }

    /** The walk of the key at this place. */
    SeekLoop loop(int key) {
        return loops[key];
    }

    SeekLoop[] loops() {
        return loops;
    }

    /** Of the key, as places in the table. */
    int[] fields(int key) {
        return fields[key];
    }

    /** Of the key, in ASCII. */
    byte[] name(int key) {
        return names[key];
    }

    /** The key to read through, its walk opened and perhaps moved to its first row; {@link KeyHint#SCAN} for none. */
    int choose(int hint) {
        isFew = false;
        fixedNs = 0;
        rowsNs = 0;
        if (hint == KeyHint.SCAN) {
            return KeyHint.SCAN;
        }
        rowsNs = scanNs();
        final int first = hint >= 0 && hint < loops.length ? hint : cheapestByEstimate();
        if (first < 0) {
            return KeyHint.SCAN;
        }
        isFew = isAtMost(ReadPath.FEW_ROWS, first);
        if (isFew || (isPerfect(first) && isAtMost(rowsWorthAKey(), first))) {
            rowsNs = 0;
            return first;
        }
        return cheapestByCount(first);
    }

    /** Whether the key chosen was found to lead to few rows. */
    boolean isFew() {
        return isFew;
    }

    /** Whether no other way needs to be looked at. */
    boolean isSettled() {
        return rowsNs == 0;
    }

    /** What the key or scan chosen is expected to cost before its first row. */
    double fixedNs() {
        return fixedNs;
    }

    /** What it is expected to cost for all its rows. */
    double rowsNs() {
        return rowsNs;
    }

    /**
     * The key to count by, its walk opened, where that is expected to cost less than reading; otherwise
     * {@link KeyHint#SCAN}. However many rows a run has, counting it costs two seeks: so that may be a key which is not worth
     * reading by.
     */
    int chooseToCount() {
        final int best = asked.count() == 0 ? KeyHint.SCAN : cheapestToCount();
        if (best >= 0) {
            loops[best].open(asked.monitors);
            return loops[best].isByCodes() ? best : KeyHint.SCAN;
        }
        return best;
    }

    private int cheapestToCount() {
        int best = KeyHint.SCAN;
        double bestNs = Double.MAX_VALUE;
        double readingNs = scanNs();
        for (int key = 0; key < loops.length; key++) {
            final Estimate estimate = estimate(key);
            readingNs = Math.min(readingNs, costs.keyedNs(estimate));
            final double ns = 2 * estimate.seeks() * costs.seekNs();
            if (ns < bestNs && asked.isServedBy(fields[key])) {
                best = key;
                bestNs = ns;
            }
        }
        return bestNs <= readingNs ? best : KeyHint.SCAN;
    }

    private boolean isAtMost(int rows, int key) {
        loops[key].open(asked.monitors);
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
        final int askedCount = asked.count();
        final int[] of = fields[key];
        for (int i = 0; i < of.length && i < askedCount; i++) {
            final @Nullable SegmentMonitor monitor = asked.monitors[of[i]];
            if (monitor == null || (i < askedCount - 1 ? !monitor.isPoint() : monitor.rangeCount() != 1)) {
                return false;
            }
        }
        return askedCount <= of.length;
    }

    private int cheapestByEstimate() {
        int best = KeyHint.SCAN;
        double bestNs = scanNs();
        for (int i = 0; i < loops.length; i++) {
            final double ns = costs.keyedNs(estimate(i));
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
            final Estimate estimate = estimate(i);
            if (i != opened && costs.keyedNs(estimate) >= bestNs) {
                continue;
            }
            loops[i].open(asked.monitors);
            final double rows = Math.min(estimate.rows(), (double) loops[i].costRows());
            final double ns = costs.keyedNs(new Estimate(rows, estimate.seeks()));
            if (ns < bestNs) {
                best = i;
                bestNs = ns;
                rowsNs = rows * costs.keyedRowNs();
                fixedNs = ns - rowsNs;
            }
        }
        return best;
    }

    private Estimate estimate(int key) {
        return shelf.key(key).summary().estimate(asked.monitors);
    }

    private double scanNs() {
        return costs.scanNs((double) rowCount);
    }
}
