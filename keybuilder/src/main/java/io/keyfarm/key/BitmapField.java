package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;

/**
 * What a query asks of one field, as sets of rows of one window after another.
 *
 * <p>A set is made of the values admitted or, if they are less work, of all others and then turned round. Of a window it is
 * known beforehand how many rows it has.
 */
final class BitmapField {
    /** Row numbers of several values are sorted up to so many, and above it made bits. */
    private static final int MAX_SORTED_ROWS = 512;
    /** To put the bits of a dense value on others takes as long as to set so many one by one. */
    private static final int DENSE_WORK = 512;
    /** To look for one row among the sorted ones of a value takes as long as to set so many. */
    private static final int PROBE_WORK = 30;
    /** To make bits of nothing. */
    private static final int FILL_WORK = 200;

    final BitmapKey key;
    final AdmittedIds ids;

    private long window;
    private int denseCount;
    private long starts;
    private long listed;
    /** By place among the dense values: those that are admitted. */
    private int admittedDense;

    private int listedRows;
    private int otherListedRows;
    private int rows;
    private long examined;

    BitmapField(BitmapKey key) {
        this.key = key;
        ids = new AdmittedIds(key.values());
    }

    void bind(SegmentMonitor monitor) {
        ids.bind(monitor);
        examined = 0;
    }

    /** Row numbers and words of bits looked at since the last binding. */
    long examined() {
        return examined;
    }

    /** Goes to a window; answers how many of its rows are admitted. */
    int enter(int windowIndex) {
        window = key.window(windowIndex);
        denseCount = BitmapWindow.denseCount(window);
        starts = BitmapWindow.starts(window, denseCount);
        listed = BitmapWindow.listed(starts, key.valueCount());
        admittedDense = 0;
        rows = 0;
        for (int place = 0; place < denseCount; place++) {
            if (ids.contains(BitmapWindow.denseId(window, place))) {
                admittedDense |= 1 << place;
                rows += BitmapWindow.denseRows(window, place);
            }
        }
        listedRows = 0;
        for (int run = 0; run < ids.runCount(); run++) {
            listedRows += BitmapWindow.start(starts, ids.to(run)) - BitmapWindow.start(starts, ids.from(run));
        }
        otherListedRows = BitmapWindow.start(starts, key.valueCount()) - listedRows;
        rows += listedRows;
        return rows;
    }

    /** How many rows of the window are admitted. */
    int rows() {
        return rows;
    }

    /** Whether the rows are few, or sorted already. */
    boolean isListed() {
        return admittedDense == 0 && (listedRows <= MAX_SORTED_ROWS || ids.idCount() == 1);
    }

    /** Whether the rows are the bits of one value: {@link #denseWords}. */
    boolean isOneDense() {
        return listedRows == 0 && Integer.bitCount(admittedDense) == 1;
    }

    long denseWords() {
        examined += BitmapWindow.WORDS;
        return BitmapWindow.words(window, denseCount, Integer.numberOfTrailingZeros(admittedDense));
    }

    /** Puts the places of the rows, sorted, where there is room for all; for a field that {@link #isListed}. */
    void list(char[] places) {
        int count = 0;
        for (int run = 0; run < ids.runCount(); run++) {
            final int end = BitmapWindow.start(starts, ids.to(run));
            for (int i = BitmapWindow.start(starts, ids.from(run)); i < end; i++) {
                places[count++] = listedAt(i);
            }
        }
        assert count == rows : count;
        examined += count;
        if (ids.idCount() > 1) {
            Arrays.sort(places, 0, count);
        }
    }

    private char listedAt(int index) {
        return (char) Memory.getShort(listed + (long) Short.BYTES * index);
    }

    /** Makes the words the bits of the rows. */
    void fill(long[] words, int windowRows) {
        if (otherWork() < work()) {
            WindowRows.setAll(words, windowRows);
            removeOthers(words);
            return;
        }
        int dense = admittedDense;
        if (dense == 0) {
            Arrays.fill(words, 0);
        } else {
            WindowRows.copy(words, BitmapWindow.words(window, denseCount, Integer.numberOfTrailingZeros(dense)));
            dense &= dense - 1;
            examined += BitmapWindow.WORDS;
        }
        for (; dense != 0; dense &= dense - 1) {
            WindowRows.or(words, BitmapWindow.words(window, denseCount, Integer.numberOfTrailingZeros(dense)));
            examined += BitmapWindow.WORDS;
        }
        for (int run = 0; run < ids.runCount(); run++) {
            final int end = BitmapWindow.start(starts, ids.to(run));
            for (int i = BitmapWindow.start(starts, ids.from(run)); i < end; i++) {
                final char place = listedAt(i);
                words[place >>> 6] |= 1L << place;
            }
        }
        examined += listedRows;
    }

    /** Leaves of the bits those of the rows. */
    void and(long[] words, long[] scratch, int windowRows) {
        if (isOneDense()) {
            WindowRows.and(words, denseWords());
        } else if (otherWork() < work() + 2 * DENSE_WORK) {
            removeOthers(words);
        } else {
            fill(scratch, windowRows);
            WindowRows.and(words, scratch);
        }
    }

    private void removeOthers(long[] words) {
        for (int place = 0; place < denseCount; place++) {
            if ((admittedDense >> place & 1) == 0) {
                WindowRows.andNot(words, BitmapWindow.words(window, denseCount, place));
                examined += BitmapWindow.WORDS;
            }
        }
        int from = 0;
        for (int run = 0; run <= ids.runCount(); run++) {
            final int to = BitmapWindow.start(starts, run == ids.runCount() ? key.valueCount() : ids.from(run));
            for (int i = from; i < to; i++) {
                final char place = listedAt(i);
                words[place >>> 6] &= ~(1L << place);
            }
            from = run == ids.runCount() ? to : BitmapWindow.start(starts, ids.to(run));
        }
        examined += otherListedRows;
    }

    /** Keeps those places that are rows; answers how many stayed. */
    int retain(char[] places, int count, long[] scratch, int windowRows) {
        if (isOneDense()) {
            examined += count;
            return retainDense(
                    places,
                    count,
                    BitmapWindow.words(window, denseCount, Integer.numberOfTrailingZeros(admittedDense)));
        }
        final long probing = (long) count * (Integer.bitCount(admittedDense) + (long) PROBE_WORK * ids.idCount());
        if (probing < Math.min(work(), otherWork()) + FILL_WORK) {
            final boolean isOneList = admittedDense == 0 && ids.idCount() == 1;
            return isOneList ? retainListed(places, count) : retainProbed(places, count);
        }
        fill(scratch, windowRows);
        examined += count;
        return WindowRows.retain(places, count, scratch);
    }

    private static int retainDense(char[] places, int count, long words) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final char place = places[i];
            places[kept] = place;
            kept += (int) (Memory.getLong(words + (long) Long.BYTES * (place >>> 6)) >>> place) & 1;
        }
        return kept;
    }

    /** Merges two sorted streams: whichever lies behind gallops to the other. */
    private int retainListed(char[] places, int count) {
        final int id = ids.from(0);
        final int end = BitmapWindow.start(starts, id + 1);
        int at = BitmapWindow.start(starts, id);
        int i = 0;
        int kept = 0;
        while (i < count && at < end) {
            final char place = places[i];
            at = gallopListed(place, at, end);
            if (at == end) {
                break;
            }
            final char found = listedAt(at);
            examined++;
            if (found == place) {
                places[kept++] = place;
                i++;
                at++;
            } else {
                i = gallop(places, found, i + 1, count);
            }
        }
        return kept;
    }

    /** The first index from {@code from} on whose place is not before {@code sought}. */
    private int gallopListed(char sought, int from, int end) {
        int low = from;
        int step = 1;
        while (low < end && listedAt(Math.min(low + step, end) - 1) < sought) {
            low = Math.min(low + step, end);
            step *= 2;
            examined++;
        }
        int high = low == end ? low : Math.min(low + step, end) - 1;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            examined++;
            if (listedAt(mid) < sought) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    private static int gallop(char[] places, char sought, int from, int end) {
        int low = from;
        int step = 1;
        while (low < end && places[Math.min(low + step, end) - 1] < sought) {
            low = Math.min(low + step, end);
            step *= 2;
        }
        int high = low == end ? low : Math.min(low + step, end) - 1;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (places[mid] < sought) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /** Looks for each place among the rows of each value. */
    private int retainProbed(char[] places, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (contains(places[i])) {
                places[kept++] = places[i];
            }
        }
        return kept;
    }

    private boolean contains(char place) {
        for (int dense = admittedDense; dense != 0; dense &= dense - 1) {
            final long words = BitmapWindow.words(window, denseCount, Integer.numberOfTrailingZeros(dense));
            examined++;
            if ((Memory.getLong(words + (long) Long.BYTES * (place >>> 6)) >>> place & 1) != 0) {
                return true;
            }
        }
        for (int run = 0; run < ids.runCount(); run++) {
            int from = BitmapWindow.start(starts, ids.from(run));
            for (int id = ids.from(run); id < ids.to(run); id++) {
                final int to = BitmapWindow.start(starts, id + 1);
                if (from < to) {
                    final int at = gallopListed(place, from, to);
                    if (at < to && listedAt(at) == place) {
                        return true;
                    }
                }
                from = to;
            }
        }
        return false;
    }

    private int work() {
        return listedRows + DENSE_WORK * Integer.bitCount(admittedDense);
    }

    private int otherWork() {
        return otherListedRows + DENSE_WORK * (denseCount - Integer.bitCount(admittedDense)) + 1;
    }
}
