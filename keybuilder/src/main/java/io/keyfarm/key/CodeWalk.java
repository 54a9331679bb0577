package io.keyfarm.key;

import io.keyfarm.segmonitor.SegmentMonitor;
import org.jspecify.annotations.Nullable;

/**
 * The packed codes that match, as intervals in ascending order, found by arithmetic alone.
 *
 * <pre>
 *   a in {1,3}, b in [5,6], c wild
 *
 *   code     … | 1 5 * … 1 6 * | … | 3 5 * … 3 6 * | …
 *                low       high      the next one
 * </pre>
 *
 * All fields behind the last one asked about are wild, so the rows whose codes lie in an interval are a run of the key.
 * This is the order in which MDAM visits a key (Leslie, Jain, Birdsall, Yaghmai: Efficient Search of Multidimensional
 * B-Trees, VLDB 1995).
 */
final class CodeWalk {
    private final KeyCode coder;
    private final CodeRanges[] fields;
    private final int[] shifts;
    private final long[] masks;
    private final int[] fingers;
    /** The least admissible bits of the fields from here to the last, in their places. */
    private final long[] lowest;

    private int last;
    private long walked;
    private long low;
    private long high;
    private int changedField;

    CodeWalk(KeyCode coder) {
        this.coder = coder;
        final int count = coder.exactFields();
        fields = new CodeRanges[count];
        shifts = new int[count];
        masks = new long[count];
        fingers = new int[count];
        lowest = new long[count + 1];
        for (int i = 0; i < count; i++) {
            fields[i] = new CodeRanges(coder.field(i));
            shifts[i] = coder.shift(i);
            masks[i] = (1L << coder.field(i).bits()) - 1;
        }
    }

    /**
     * Begins anew.
     *
     * @param lastField the last of the key's fields that is not wild, −1 if none; it and those before are exact
     * @return whether any code can match
     */
    boolean open(@Nullable SegmentMonitor[] monitors, int lastField) {
        last = lastField;
        lowest[last + 1] = 0;
        boolean isPossible = true;
        for (int i = last; i >= 0; i--) {
            final SegmentMonitor monitor = monitors[coder.tableField(i)];
            if (monitor == null || monitor.isWild()) {
                fields[i].bindWild();
            } else {
                fields[i].bind(monitor);
            }
            isPossible &= fields[i].count() > 0;
            lowest[i] = isPossible ? (fields[i].low(0) << shifts[i]) | lowest[i + 1] : 0;
            fingers[i] = 0;
        }
        walked = 0;
        return isPossible && advance(0);
    }

    CodeRanges ranges(int field) {
        return fields[field];
    }

    int last() {
        return last;
    }

    /** The least code of the interval. */
    long low() {
        return low;
    }

    /** The greatest code of the interval. */
    long high() {
        return high;
    }

    /** The first field in which the interval differs from the code that asked for it. */
    int changedField() {
        return changedField;
    }

    /** Moves to the first interval that ends at or behind the code, which is never less than one before; false at the end. */
    boolean advance(long code) {
        final long moved = code ^ walked;
        walked = code;
        for (int i = 0; i <= last; i++) {
            // A finger stays good while the fields before it do.
            final int from = i > 0 && moved >>> shifts[i - 1] != 0 ? 0 : fingers[i];
            final long value = (code >>> shifts[i]) & masks[i];
            final int range = fields[i].atOrAfter(value, from);
            fingers[i] = Math.min(range, fields[i].count() - 1);
            if (range == fields[i].count()) {
                resetFingersBehind(i);
                return backUp(code, i);
            }
            if (fields[i].low(range) > value) {
                resetFingersBehind(i);
                begin(code, i, fields[i].low(range), range);
                return true;
            }
        }
        changedField = last;
        if (last < 0) {
            low = 0;
            high = Long.MAX_VALUE;
        } else {
            begin(code, last, fields[last].low(fingers[last]), fingers[last]);
        }
        return true;
    }

    private void resetFingersBehind(int field) {
        for (int i = field + 1; i <= last; i++) {
            fingers[i] = 0;
        }
    }

    /** Field {@code exhausted} admits nothing from its value on: moves to the next value of a field before it. */
    private boolean backUp(long code, int exhausted) {
        for (int i = exhausted - 1; i >= 0; i--) {
            final long before = (code >>> shifts[i]) & masks[i];
            if (before == masks[i]) {
                continue;
            }
            final long value = before + 1;
            final int range = fields[i].atOrAfter(value, fingers[i]);
            if (range < fields[i].count()) {
                begin(code, i, Math.max(value, fields[i].low(range)), range);
                return true;
            }
        }
        return false;
    }

    /** The interval that keeps the fields before {@code field}, takes this value, and the lowest of all behind. */
    private void begin(long code, int field, long value, int range) {
        changedField = field;
        final long kept = field == 0 ? 0 : code >>> shifts[field - 1] << shifts[field - 1];
        if (field < last) {
            low = kept | (value << shifts[field]) | lowest[field + 1];
            final long top = (fields[last].high(0) << shifts[last]) | ((1L << shifts[last]) - 1);
            high = ((low >>> shifts[last - 1]) << shifts[last - 1]) | top;
        } else {
            low = kept | (value << shifts[field]);
            high = kept | (fields[field].high(range) << shifts[field]) | ((1L << shifts[field]) - 1);
        }
    }
}
