package io.keyfarm.key.advice;

import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RowView;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a key, evenly spaced in its order, the first and the last among them: its leading field's quantiles, and a
 * fair sample of all its fields. Values, never codes, so that it means the same elsewhere. Long text is cut.
 */
final class KeySample {
    static final int MAX_ROWS = 1024;
    static final int MAX_TEXT_BYTES = 64;

    final int rowCount;
    /** By field, then by row; a fixed-width field has sortables, a text field texts. */
    final long[][] sortables;

    final byte[][][] texts;
    final boolean[][] nulls;
    private final byte[] shared;
    private final double[] spans;

    KeySample(FieldType[] types, int rowCount) {
        this.rowCount = rowCount;
        sortables = new long[types.length][];
        texts = new byte[types.length][][];
        shared = new byte[rowCount];
        spans = new double[types.length];
        nulls = new boolean[types.length][rowCount];
        for (int i = 0; i < types.length; i++) {
            sortables[i] = new long[types[i].isText() ? 0 : rowCount];
            texts[i] = new byte[types[i].isText() ? rowCount : 0][0];
        }
    }

    void put(int row, RowView view, int[] tableFields) {
        for (int i = 0; i < tableFields.length; i++) {
            final int field = tableFields[i];
            if (view.isNull(field)) {
                nulls[i][row] = true;
            } else if (texts[i].length > 0) {
                final byte @Nullable [] text = view.getBytes(field);
                texts[i][row] = text == null ? new byte[0] : Arrays.copyOf(text, Math.min(text.length, MAX_TEXT_BYTES));
            } else {
                sortables[i][row] = view.getSortable(field);
            }
        }
    }

    /** Looks how its rows differ, when all are there. */
    void end() {
        for (int row = 1; row < rowCount; row++) {
            int fields = 0;
            while (fields < nulls.length && isSame(fields, row - 1, row)) {
                fields++;
            }
            shared[row] = (byte) fields;
        }
        for (int field = 0; field < nulls.length; field++) {
            spans[field] = texts[field].length > 0 ? Double.MAX_VALUE : spanOfNumbers(field);
        }
    }

    /** In how many of its first fields the row agrees with the one before it. */
    int sharedFields(int row) {
        return shared[row];
    }

    private boolean isSame(int field, int left, int right) {
        if (nulls[field][left] || nulls[field][right]) {
            return nulls[field][left] == nulls[field][right];
        }
        return texts[field].length > 0
                ? Arrays.equals(texts[field][left], texts[field][right])
                : sortables[field][left] == sortables[field][right];
    }

    /** From the least to the greatest value of the field, as many as can be between them; endless for text. */
    double span(int field) {
        return spans[field];
    }

    private double spanOfNumbers(int field) {
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        for (int row = 0; row < rowCount; row++) {
            if (!nulls[field][row]) {
                least = Math.min(least, sortables[field][row]);
                greatest = Math.max(greatest, sortables[field][row]);
            }
        }
        return least > greatest ? 1 : (double) greatest - (double) least + 1;
    }

    boolean matches(int field, int row, SegmentMonitor monitor) {
        if (nulls[field][row]) {
            return monitor.admitsNull();
        }
        return texts[field].length > 0
                ? matchesText(texts[field][row], monitor)
                : monitor.matches(sortables[field][row]);
    }

    /** Whether the row lies between the least and the greatest value that the monitor admits; for text, whether it matches. */
    boolean isWithin(int field, int row, SegmentMonitor monitor) {
        if (nulls[field][row] || texts[field].length > 0 || monitor.rangeCount() == 0) {
            return matches(field, row, monitor);
        }
        final long value = sortables[field][row];
        return monitor.low(0) <= value && (monitor.admitsNull() || value <= monitor.high(monitor.rangeCount() - 1));
    }

    private static boolean matchesText(byte[] text, SegmentMonitor monitor) {
        if (monitor.isWild()) {
            return true;
        }
        // The last range that begins at or before the text is the only one that can hold it.
        int low = 0;
        int high = monitor.rangeCount();
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (compare(text, monitor.arena(), monitor.lowOffset(mid), monitor.lowLength(mid)) >= 0) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        final int range = low - 1;
        return range >= 0
                && (monitor.highLength(range) < 0
                        || compare(text, monitor.arena(), monitor.highOffset(range), monitor.highLength(range)) < 0);
    }

    private static int compare(byte[] text, byte[] arena, int offset, int length) {
        return Arrays.compareUnsigned(text, 0, text.length, arena, offset, offset + length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeySample that
                && Arrays.deepEquals(sortables, that.sortables)
                && Arrays.deepEquals(texts, that.texts)
                && Arrays.deepEquals(nulls, that.nulls);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(sortables);
    }
}
