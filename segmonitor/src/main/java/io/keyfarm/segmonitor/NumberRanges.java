package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldType;
import java.util.Arrays;

/** Closed ranges of sortables within the domain of their type; adjacent numbers touch. */
final class NumberRanges extends Ranges {
    private final long min;
    private final long max;
    private long[] lows = new long[4];
    private long[] highs = new long[4];
    private long[] spareLows = {};
    private long[] spareHighs = {};

    NumberRanges(FieldType type) {
        this(type.minSortable(), type.maxSortable());
    }

    private NumberRanges(long min, long max) {
        this.min = min;
        this.max = max;
    }

    long[] lows() {
        return lows;
    }

    long[] highs() {
        return highs;
    }

    void add(long givenLow, long givenHigh) {
        final long low = Math.max(givenLow, min);
        final long high = Math.min(givenHigh, max);
        if (low > high) {
            return;
        }
        if (count > 0 && isReached(highs[count - 1], low)) {
            onUnordered();
        }
        final int last = append();
        lows[last] = low;
        highs[last] = high;
    }

    /** Whether a range that begins at {@code low} overlaps or touches those that end at {@code high}. */
    private static boolean isReached(long high, long low) {
        return low <= high || low - 1 == high;
    }

    boolean contains(long value) {
        if (count == 1) {
            return lows[0] <= value && value <= highs[0];
        }
        final int range = search(value, 0, count);
        return range < count && lows[range] <= value;
    }

    /** The first range from {@code from} on that ends at {@code value} or behind it, or the count. Gallops. */
    int atOrAfter(long value, int from) {
        if (from >= count || highs[from] >= value) {
            return Math.min(from, count);
        }
        int low = from;
        int step = 1;
        // highs[low] < value throughout.
        while (low + step < count && highs[low + step] < value) {
            low += step;
            step <<= 1;
        }
        return search(value, low + 1, Math.min(low + step, count));
    }

    private int search(long value, int from, int to) {
        int low = from;
        int high = to;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (highs[mid] < value) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    @Override
    void setWhole() {
        begin();
        add(min, max);
    }

    @Override
    boolean isWhole() {
        return count == 1 && lows[0] == min && highs[0] == max;
    }

    @Override
    boolean isPoint(int range) {
        return lows[range] == highs[range];
    }

    @Override
    long valueCount(int range) {
        final long steps = highs[range] - lows[range];
        return steps < 0 || steps == Long.MAX_VALUE ? Long.MAX_VALUE : steps + 1;
    }

    @Override
    void complement() {
        final int rangeCount = count;
        count = 0;
        long from = min;
        for (int i = 0; i < rangeCount; i++) {
            final long low = lows[i];
            final long high = highs[i];
            // A gap takes the place of a range already read.
            if (from < low) {
                set(count++, from, low - 1);
            }
            if (high == max) {
                return;
            }
            from = high + 1;
        }
        set(append(), from, max);
    }

    private void set(int range, long low, long high) {
        lows[range] = low;
        highs[range] = high;
    }

    @Override
    void intersect(Ranges given) {
        final NumberRanges other = (NumberRanges) given;
        takeSpare();
        final int rangeCount = count;
        count = 0;
        int i = 0;
        int j = 0;
        while (i < rangeCount && j < other.count) {
            final long low = Math.max(spareLows[i], other.lows[j]);
            final long high = Math.min(spareHighs[i], other.highs[j]);
            if (low <= high) {
                set(append(), low, high);
            }
            if (spareHighs[i] <= other.highs[j]) {
                i++;
            } else {
                j++;
            }
        }
    }

    /** Makes the ranges the spare ones, so that the result can be written in their place. */
    private void takeSpare() {
        if (spareLows.length < count) {
            spareLows = new long[lows.length];
            spareHighs = new long[lows.length];
        }
        System.arraycopy(lows, 0, spareLows, 0, count);
        System.arraycopy(highs, 0, spareHighs, 0, count);
    }

    @Override
    void addAll(Ranges given) {
        final NumberRanges other = (NumberRanges) given;
        final int otherCount = other.count;
        for (int i = 0; i < otherCount; i++) {
            add(other.lows[i], other.highs[i]);
        }
    }

    @Override
    NumberRanges copy() {
        final NumberRanges copy = new NumberRanges(min, max);
        copy.lows = Arrays.copyOf(lows, count);
        copy.highs = Arrays.copyOf(highs, count);
        copy.count = count;
        return copy;
    }

    @Override
    int capacity() {
        return lows.length;
    }

    @Override
    void grow(int newCapacity) {
        lows = Arrays.copyOf(lows, newCapacity);
        highs = Arrays.copyOf(highs, newCapacity);
    }

    @Override
    boolean isBefore(int left, int right) {
        return lows[left] < lows[right];
    }

    @Override
    void swap(int left, int right) {
        final long low = lows[left];
        final long high = highs[left];
        set(left, lows[right], highs[right]);
        set(right, low, high);
    }

    @Override
    void merge() {
        int last = 0;
        for (int i = 1; i < count; i++) {
            if (isReached(highs[last], lows[i])) {
                highs[last] = Math.max(highs[last], highs[i]);
            } else {
                set(++last, lows[i], highs[i]);
            }
        }
        count = last + 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NumberRanges that
                && count == that.count
                && Arrays.equals(lows, 0, count, that.lows, 0, count)
                && Arrays.equals(highs, 0, count, that.highs, 0, count);
    }

    @Override
    public int hashCode() {
        int hash = count;
        for (int i = 0; i < count; i++) {
            hash = 31 * (31 * hash + Long.hashCode(lows[i])) + Long.hashCode(highs[i]);
        }
        return hash;
    }
}
