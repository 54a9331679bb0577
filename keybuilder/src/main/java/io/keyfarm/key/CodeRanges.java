package io.keyfarm.key;

import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;

/** What a monitor admits of one field, as ascending, disjoint ranges of the field's code; null is the highest code. */
final class CodeRanges {
    private final FieldCode field;
    private long[] lows = new long[4];
    private long[] highs = new long[4];
    private int count;
    private boolean isWild;

    CodeRanges(FieldCode field) {
        this.field = field;
    }

    void bindWild() {
        isWild = true;
        count = 0;
        add(0, (1L << field.bits()) - 1);
    }

    void bind(SegmentMonitor monitor) {
        isWild = false;
        count = 0;
        if (!field.allNull) {
            if (field.isText()) {
                addTexts(monitor);
            } else {
                addNumbers(monitor);
            }
        }
        if (monitor.admitsNull()) {
            if (field.allNull) {
                add(0, 0);
            } else if (field.hasNullCode()) {
                add(field.nullCode(), field.nullCode());
            }
        }
    }

    private void addNumbers(SegmentMonitor monitor) {
        final long max = field.min + field.range;
        final int rangeCount = monitor.rangeCount();
        for (int i = monitor.rangeAtOrAfter(field.min, 0); i < rangeCount && monitor.low(i) <= max; i++) {
            add(Math.max(monitor.low(i), field.min) - field.min, Math.min(monitor.high(i), max) - field.min);
        }
    }

    private void addTexts(SegmentMonitor monitor) {
        final byte[] arena = monitor.arena();
        final int rangeCount = monitor.rangeCount();
        for (int i = 0; i < rangeCount; i++) {
            if (monitor.isPointRange(i)) {
                final long code = field.exactCode(arena, monitor.lowOffset(i), monitor.lowLength(i));
                if (code >= 0) {
                    add(code, code);
                }
                continue;
            }
            final long low = field.lowerCode(arena, monitor.lowOffset(i), monitor.lowLength(i));
            final int highLength = monitor.highLength(i);
            final long behind = highLength < 0
                    ? field.greatestCode() + 1
                    : field.lowerCode(arena, monitor.highOffset(i), highLength);
            if (Long.compareUnsigned(low, behind) < 0) {
                add(low, behind - 1);
            }
        }
    }

    private void add(long low, long high) {
        if (count > 0 && highs[count - 1] + 1 >= low) {
            highs[count - 1] = high;
            return;
        }
        if (count == lows.length) {
            lows = Arrays.copyOf(lows, 2 * count);
            highs = Arrays.copyOf(highs, 2 * count);
        }
        lows[count] = low;
        highs[count] = high;
        count++;
    }

    boolean isWild() {
        return isWild;
    }

    boolean isPoint() {
        return count == 1 && lows[0] == highs[0];
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

    /** The first range from {@code from} on that ends at or behind the code, or the count; gallops. */
    int atOrAfter(long code, int from) {
        int low = from;
        int step = 1;
        while (low + step <= count && highs[low + step - 1] < code) {
            low += step;
            step *= 2;
        }
        int high = Math.min(count, low + step);
        // Ranges before low end before the code; those from high on do not.
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (highs[mid] < code) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }
}
