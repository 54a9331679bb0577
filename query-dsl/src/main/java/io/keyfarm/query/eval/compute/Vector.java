package io.keyfarm.query.eval.compute;

import io.keyfarm.query.flow.RowBatch;

/**
 * One value for each place of a batch, of those places that were asked for.
 *
 * <pre>
 *   whole numbers, decimals, dates, timestamps, bools    the number, as a sortable is
 *   float32, float64                                     the bits of a double
 *   text                                                 where it stands, and how long it is; a char without its padding
 * </pre>
 */
public final class Vector {
    private static final int[] NONE = {};

    final long[] values = new long[RowBatch.SIZE];
    final boolean[] nulls = new boolean[RowBatch.SIZE];
    /** Of text. */
    int[] lengths = NONE;

    Vector() {}

    void forText() {
        if (lengths.length == 0) {
            lengths = new int[RowBatch.SIZE];
        }
    }

    public boolean isNull(int place) {
        return nulls[place];
    }

    /** The number; the bits of a double; where text stands. */
    public long value(int place) {
        return values[place];
    }

    public double floating(int place) {
        return Double.longBitsToDouble(values[place]);
    }

    /** Bytes of a text. */
    public int length(int place) {
        return lengths[place];
    }

    void setText(int place, long address, int length) {
        values[place] = address;
        lengths[place] = length;
    }
}
