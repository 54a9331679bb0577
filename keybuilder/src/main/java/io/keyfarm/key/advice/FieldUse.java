package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.segmonitor.SegmentMonitor;

/**
 * How a query constrains one field, without the values.
 *
 * <pre>
 *   state       one value                         code 1
 *   price..     one range, of many values              2
 *   make{4}     three or four values, or ranges        2 + log2 of the values: 4
 * </pre>
 *
 * The number of values is rounded up to a power of two, so that questions which differ by a value are one shape. Codes are
 * what is counted: telling the use of a bound monitor allocates nothing.
 */
public final class FieldUse {
    /** More values than that are counted as that many. */
    public static final int MAX_VALUES = 1 << 12;

    static final int NONE = 0;
    static final int MAX_CODE = 14;

    private static final int EQUAL_CODE = 1;
    private static final int RANGE_CODE = 2;
    /** One range of so few whole numbers is as good as a set of them. */
    private static final int FEW_VALUES = 8;

    private static final FieldUse[] USES = new FieldUse[MAX_CODE + 1];

    static {
        for (int code = 0; code <= MAX_CODE; code++) {
            USES[code] = new FieldUse(code);
        }
    }

    public static final FieldUse EQUAL = USES[EQUAL_CODE];
    public static final FieldUse RANGE = USES[RANGE_CODE];

    private final int code;

    private FieldUse(int code) {
        this.code = code;
    }

    /** One of so many values. */
    public static FieldUse set(int values) {
        if (values < 1) {
            throw new BadValueException("a set that a query asks for has a value or more, not " + values);
        }
        return USES[setCode(values)];
    }

    static FieldUse of(int code) {
        return USES[code];
    }

    /** What a bound monitor asks; {@link #NONE} if every value is admitted. */
    static int code(SegmentMonitor monitor) {
        if (monitor.admitsAllValues()) {
            return NONE;
        }
        if (monitor.isPoint()) {
            return EQUAL_CODE;
        }
        final int segments = monitor.rangeCount() + (monitor.admitsNull() ? 1 : 0);
        final long values = monitor.valueCount();
        if (segments > 1 || values <= FEW_VALUES) {
            return setCode((int) Math.min(Math.max(segments, values <= FEW_VALUES ? values : 1), MAX_VALUES));
        }
        return RANGE_CODE;
    }

    private static int setCode(int values) {
        final int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.min(values, MAX_VALUES) - 1);
        return values <= 1 ? EQUAL_CODE : RANGE_CODE + bits;
    }

    int code() {
        return code;
    }

    public boolean isRange() {
        return code == RANGE_CODE;
    }

    /** How many values a field is held against; 1 of a range. */
    public int values() {
        return code <= RANGE_CODE ? 1 : 1 << (code - RANGE_CODE);
    }

    /** What stands behind the field's name. */
    @Override
    public String toString() {
        return switch (code) {
            case EQUAL_CODE -> "";
            case RANGE_CODE -> "..";
            default -> "{" + values() + "}";
        };
    }
}
