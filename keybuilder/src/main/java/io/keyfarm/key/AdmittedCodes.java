package io.keyfarm.key;

import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;

/**
 * Which codes of a column copy a monitor admits: ascending, disjoint ranges, and how many rows have them.
 *
 * <pre>
 *   exact     year in 1998 to 2003              [48, 53]
 *   sketch    price from 1,000                  [17, 254]        17 has rows from 990 on: some of them do not match
 * </pre>
 *
 * For one thread; reusable by {@link #bind}.
 */
final class AdmittedCodes {
    private final ColumnBuckets buckets;
    /** Of exact codes. */
    private final CodeRanges ranges;

    private long[] lows = new long[4];
    private long[] highs = new long[4];
    private int count;
    private boolean isExact;
    private double expectedRows;
    private long mostRows;

    AdmittedCodes(ColumnCopy column) {
        buckets = column.buckets();
        ranges = new CodeRanges(column.fieldCode());
    }

    void bind(SegmentMonitor monitor) {
        count = 0;
        expectedRows = 0;
        mostRows = 0;
        isExact = true;
        if (buckets.isSketch()) {
            bindBuckets(monitor);
        } else {
            ranges.bind(monitor);
            for (int i = 0; i < ranges.count(); i++) {
                final long low = ranges.low(i);
                final long high = ranges.high(i);
                add(low, high);
                expectedRows += buckets.expectedRows(low, high);
                mostRows += buckets.mostRows(low, high);
            }
        }
    }

    private void bindBuckets(SegmentMonitor monitor) {
        int range = 0;
        for (int bucket = 0; bucket < buckets.count(); bucket++) {
            range = buckets.rangeAtOrAfter(monitor, bucket, range);
            if (range == monitor.rangeCount()) {
                break;
            }
            if (!buckets.isBefore(bucket, monitor, range)) {
                isExact &= buckets.isInside(bucket, monitor, range);
                mostRows += buckets.rows(bucket);
                add(bucket, bucket);
            }
        }
        if (monitor.admitsNull() && buckets.nullRows() > 0) {
            mostRows += buckets.nullRows();
            add(ColumnCopy.SKETCH_NULL, ColumnCopy.SKETCH_NULL);
        }
        expectedRows = mostRows;
    }

    private void add(long low, long high) {
        if (count > 0 && highs[count - 1] + 1 == low) {
            highs[count - 1] = high;
            return;
        }
        if (count == lows.length) {
            lows = Arrays.copyOf(lows, 2 * count);
            highs = Arrays.copyOf(highs, 2 * count);
        }
        lows[count] = low;
        highs[count++] = high;
    }

    /** Whether every row of an admitted code matches. */
    boolean isExact() {
        return isExact;
    }

    /** About so many rows have these codes. */
    double expectedRows() {
        return expectedRows;
    }

    /** No fewer rows have these codes. */
    long mostRows() {
        return mostRows;
    }

    int count() {
        return count;
    }

    long low(int range) {
        return lows[range];
    }

    long high(int range) {
        return highs[range];
    }

    /** 1 if the code is admitted, else 0. */
    int admits(long code) {
        int low = 0;
        int high = count;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (highs[mid] < code) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low < count && lows[low] <= code ? 1 : 0;
    }
}
