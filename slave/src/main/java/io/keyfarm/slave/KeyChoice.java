package io.keyfarm.slave;

import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.wire.KeyHint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the sorted key that a read goes through, or the scan.
 *
 * <pre>
 *   the key that the farmer hints at, or the one that looks best untouched
 *     leads to few rows, or to none that does not match ─► taken; one seek, which the read needs anyway
 *     otherwise                                         ─► every key that may be cheaper is looked into, the cheapest taken
 * </pre>
 *
 * A hint is for all values that a query is asked with, and for some of them another key is many times cheaper. The choice never
 * changes an answer, only its time. One thread.
 */
final class KeyChoice {
    /** Reading so many costs less than looking into another key. */
    private static final int HARDLY_ANY_ROWS = 16;

    /** Of rows that conditions keep which no key tells of. */
    private static final double UNKNOWN_SHARE = 0.1;

    private final Asked asked;
    private final int rowCount;
    private final CostModel costs;

    private KeyLook[] looks = {};
    private SeekLoop[] loops = {};
    /** Those looked into for what is asked now, fewest rows first. */
    private KeyLook[] looked = {};

    private int lookedCount;

    private boolean isFew;
    private boolean isSettled;
    private double fixedNs;
    private double rowsNs;

    /** @param rowCount of all rows that keys and scan are over */
    KeyChoice(Asked asked, int rowCount, CostModel costs) {
        this.asked = asked;
        this.rowCount = rowCount;
        this.costs = costs;
    }

    /** Chooses among these keys from now on. */
    void use(KeyShelf shelf) {
        final int keyCount = shelf.keyCount();
        looks = new KeyLook[keyCount];
        loops = new SeekLoop[keyCount];
        looked = new KeyLook[keyCount];
        for (int i = 0; i < keyCount; i++) {
            looks[i] = new KeyLook(shelf.key(i), costs);
            loops[i] = looks[i].loop;
        }
    }

    int keyCount() {
        return looks.length;
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
        return looks[key].fields;
    }

    /** Of the key, in ASCII. */
    byte[] name(int key) {
        return looks[key].name;
    }

    /**
     * The key to read through, its walk opened and perhaps moved to its first row; {@link KeyHint#SCAN} for none.
     *
     * @param wantedRows how many matching rows will be read at most, {@link ReadPath#COUNTED} if they are only counted
     */
    int choose(int hint, long wantedRows) {
        isFew = false;
        isSettled = true;
        fixedNs = 0;
        rowsNs = 0;
        lookedCount = 0;
        if (hint == KeyHint.SCAN) {
            return KeyHint.SCAN;
        }
        isSettled = false;
        rowsNs = scanNs();
        final int first = hint >= 0 && hint < looks.length ? hint : likeliest();
        if (first < 0) {
            return KeyHint.SCAN;
        }
        return isPerfect(first) ? perfect(first, wantedRows) : good(widest(first), wantedRows);
    }

    private int perfect(int key, long wantedRows) {
        isFew = isAtMost(ReadPath.FEW_ROWS, key);
        isSettled = isFew || wantedRows == ReadPath.COUNTED || isAtMost(rowsWorthAKey(), key);
        return isSettled ? key : cheapest(key, wantedRows);
    }

    private int good(int key, long wantedRows) {
        isFew = isAtMost(HARDLY_ANY_ROWS, key);
        isSettled = isFew;
        return isFew ? key : cheapest(key, wantedRows);
    }

    /** Of the keys that begin as this one does, as far as that is asked of, the one with most fields that are asked of. */
    private int widest(int first) {
        final int[] of = looks[first].fields;
        int leading = 0;
        while (leading < of.length && asked.isAsked(of[leading])) {
            leading++;
        }
        int widest = first;
        int most = Long.bitCount(asked.askedOf(of));
        for (int i = 0; i < looks.length; i++) {
            final int[] others = looks[i].fields;
            if (others.length < leading || Arrays.mismatch(of, 0, leading, others, 0, leading) >= 0) {
                continue;
            }
            final int count = Long.bitCount(asked.askedOf(others));
            if (count > most) {
                widest = i;
                most = count;
            }
        }
        return widest;
    }

    /** Whether the key chosen was found to lead to few rows. */
    boolean isFew() {
        return isFew;
    }

    /** Whether no other way needs to be looked at. */
    boolean isSettled() {
        return isSettled;
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
     * How many rows match, as the keys looked into tell: fields that no two of them share are taken to be independent.
     * At least one.
     */
    double matchingRows() {
        double matching = rowCount;
        long told = 0;
        for (int i = 0; i < lookedCount; i++) {
            final long tells = asked.askedOf(looked[i].fields);
            if ((tells & told) == 0 && tells != 0) {
                told |= tells;
                matching *= looked[i].rows() / rowCount;
            }
        }
        for (long untold = asked.all() & ~told; untold != 0; untold &= untold - 1) {
            matching *= UNKNOWN_SHARE;
        }
        return Math.max(1, matching);
    }

    /** Who wants so many matching rows and no more reads about this part of any way to them. */
    double part(long wantedRows) {
        return Math.min(1, (double) wantedRows / matchingRows());
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
        final int[] of = looks[key].fields;
        for (int i = 0; i < of.length && i < askedCount; i++) {
            final @Nullable SegmentMonitor monitor = asked.monitors[of[i]];
            if (monitor == null || (i < askedCount - 1 ? !monitor.isPoint() : monitor.rangeCount() != 1)) {
                return false;
            }
        }
        return askedCount > 0 && askedCount <= of.length;
    }

    /** Without a look into any; {@link KeyHint#SCAN} where none is asked of its first field. */
    private int likeliest() {
        int best = KeyHint.SCAN;
        double fewest = rowCount;
        for (int i = 0; i < looks.length; i++) {
            final double rows = looks[i].usualRows(asked);
            if (best < 0 || rows < fewest) {
                best = i;
                fewest = rows;
            }
        }
        return best;
    }

    private int cheapest(int first, long wantedRows) {
        final boolean isCounted = wantedRows == ReadPath.COUNTED;
        double bestNs = look(looks[first], scanNs(), isCounted);
        for (int i = 0; i < looks.length; i++) {
            if (i != first && looks[i].leastNs(asked) < bestNs) {
                bestNs = Math.min(bestNs, look(looks[i], bestNs, isCounted));
            }
        }
        final double part = isCounted ? 1 : part(wantedRows);
        int best = KeyHint.SCAN;
        bestNs = scanNs();
        for (int i = 0; i < looks.length; i++) {
            final KeyLook look = looks[i];
            if (!isLooked(look)) {
                continue;
            }
            final boolean hasCount = isCounted && hasCount(look);
            final double wholeNs = hasCount ? look.countNs() : look.readNs();
            final double fixed = hasCount ? wholeNs : look.fixedNs();
            final double ns = fixed + (wholeNs - fixed) * part;
            // What leads to so many rows may have to be read in whole, if they are not as even as hoped.
            if (ns < bestNs && wholeNs < scanNs()) {
                best = i;
                bestNs = ns;
                fixedNs = fixed;
                rowsNs = wholeNs - fixed;
            }
        }
        if (best >= 0) {
            loops[best].open(asked.monitors);
        }
        return best;
    }

    private boolean isLooked(KeyLook look) {
        for (int i = 0; i < lookedCount; i++) {
            if (looked[i] == look) {
                return true;
            }
        }
        return false;
    }

    /** Answers what the key would cost. */
    private double look(KeyLook look, double enoughNs, boolean isCounted) {
        look.look(asked, enoughNs);
        int at = lookedCount++;
        while (at > 0 && looked[at - 1].rows() > look.rows()) {
            looked[at] = looked[at - 1];
            at--;
        }
        looked[at] = look;
        return isCounted && hasCount(look) ? look.countNs() : look.readNs();
    }

    /** Where nothing is asked, the number of rows is known without a key. */
    private boolean hasCount(KeyLook look) {
        return asked.count() > 0 && asked.isServedBy(look.fields);
    }

    private double scanNs() {
        return costs.scanNs((double) rowCount);
    }
}
