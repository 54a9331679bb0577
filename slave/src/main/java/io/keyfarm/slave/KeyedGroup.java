package io.keyfarm.slave;

import io.keyfarm.key.BatchSeek;
import io.keyfarm.key.HashDirectory;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a few bindings that each ask one key for one interval of codes, found together so that their cache misses
 * overlap.
 *
 * <pre>
 *   add      [low, high]  [low, high]  …
 *   find     lower bounds by batch seek, or the directory ─► rows while their codes are in the interval, one step for all
 *            | rows of 0 | … | rows of 1 | … |       most rows each: a binding that has more is not served here
 * </pre>
 *
 * One thread; allocates nothing while the key stays the same.
 */
final class KeyedGroup {
    static final int SIZE = BatchSeek.SIZE;
    /** As many as a read takes from its hinted key without asking another one. */
    private static final int MOST_ROWS = ReadPath.FEW_ROWS;

    private final long[] lows = new long[SIZE];
    private final long[] highs = new long[SIZE];
    private final int[] counts = new int[SIZE];
    private final int[] rows = new int[SIZE * MOST_ROWS];

    // Those that are sought: their places here, the least codes, and where in the key they are.
    private final int[] sought = new int[SIZE];
    private final long[] soughtLows = new long[SIZE];
    private final int[] indexes = new int[SIZE];
    private int soughtCount;

    private int size;
    private boolean isByDirectory;
    private @Nullable SortedKey key;
    private @Nullable BatchSeek seek;
    private long rowsExamined;

    void begin(SortedKey of) {
        if (key != of) {
            key = of;
            seek = new BatchSeek(of);
        }
        size = 0;
        isByDirectory = true;
    }

    /** Adds what the walk was opened for; answers its place, or −1 if that is not one interval of codes. */
    int add(SeekLoop opened) {
        final long low = opened.intervalLow();
        if (low < 0) {
            return -1;
        }
        final long high = opened.intervalHigh();
        return add(low, high, high < 0 || opened.isServedByDirectory());
    }

    /** Adds the rows whose codes are in the interval, which is empty if it ends before it begins; answers its place. */
    int add(long low, long high, boolean isServedByDirectory) {
        lows[size] = low;
        highs[size] = high;
        isByDirectory &= isServedByDirectory;
        return size++;
    }

    /** Takes back what was added last. */
    void removeLast() {
        size--;
    }

    int size() {
        return size;
    }

    void find() {
        final SortedKey in = key;
        final BatchSeek by = seek;
        assert in != null && by != null;
        soughtCount = 0;
        for (int i = 0; i < size; i++) {
            counts[i] = 0;
            if (highs[i] >= lows[i]) {
                sought[soughtCount] = i;
                soughtLows[soughtCount++] = lows[i];
            }
        }
        // Where nothing is sought the key may have no directory.
        if (isByDirectory && soughtCount > 0) {
            findByDirectory(in);
        } else {
            by.seek(soughtLows, soughtCount, indexes);
        }
        rowsExamined = 0;
        walk(in);
    }

    private void findByDirectory(SortedKey in) {
        in.findAll(soughtLows, soughtCount, indexes);
        int left = 0;
        for (int i = 0; i < soughtCount; i++) {
            final int found = indexes[i];
            if (HashDirectory.isRow(found)) {
                rows[sought[i] * MOST_ROWS] = HashDirectory.rowOf(found);
                counts[sought[i]] = 1;
            } else if (found != HashDirectory.NONE) {
                sought[left] = sought[i];
                indexes[left++] = found;
            }
        }
        soughtCount = left;
    }

    /** Follows each run to its end, all of them by one row at a time. */
    private void walk(SortedKey in) {
        final int rowCount = in.rowCount();
        int left = soughtCount;
        for (int step = 0; left > 0; step++) {
            int still = 0;
            for (int i = 0; i < left; i++) {
                final int it = sought[i];
                final int at = indexes[i] + step;
                rowsExamined++;
                if (at < rowCount && in.codeAt(at) <= highs[it]) {
                    if (step < MOST_ROWS) {
                        rows[it * MOST_ROWS + step] = in.rowNumber(at);
                    }
                    counts[it] = step + 1;
                    sought[still] = it;
                    indexes[still++] = indexes[i];
                }
            }
            left = step == MOST_ROWS ? 0 : still;
        }
    }

    /** Whether there are more rows of this place than are found here. */
    boolean hasMore(int place) {
        return counts[place] > MOST_ROWS;
    }

    int count(int place) {
        return counts[place];
    }

    /** Copies the place's rows. */
    void copy(int place, int[] target, int targetIndex) {
        final int from = place * MOST_ROWS;
        for (int i = 0; i < counts[place]; i++) {
            target[targetIndex + i] = rows[from + i];
        }
    }

    /** Codes that {@link #find} looked at behind its seeks. */
    long rowsExamined() {
        return rowsExamined;
    }
}
