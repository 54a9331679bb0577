package io.keyfarm.key;

import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.Slab;

/**
 * For each value of one field, which rows of a slab hold it: a set of rows that can be united, intersected and
 * complemented with others before any row is touched.
 *
 * <pre>
 *   slab      | 0: GA | 1: FL | 2: FL | 3: null |
 *   values    [ FL | GA ] null                       in order, with their counts: {@link BitmapValues}
 *   windows   FL 0110   GA 1000   null 0001          of 65,536 rows each: {@link BitmapWindow}
 * </pre>
 *
 * Made for fields of few values, and refused for more than {@link #MAX_VALUES}; takes 1 bit a row for each value that more
 * than a sixteenth of the rows hold, and 2 bytes a row for all others together, and
 * 4 bytes for each value in each window: with the most values, as much as a sorted key. Immutable, so any thread may read it,
 * until {@link #close}, which its owner calls after the last reader and before the slab is closed.
 */
public final class BitmapKey implements AutoCloseable {
    /** A value's id fits 16 bits. */
    public static final int MAX_VALUES = 1 << 16;

    private final Slab slab;
    private final KeySpec spec;
    private final int tableField;
    private final BitmapValues values;
    private final MemoryBlock[] blocks;
    private final long[] windows;
    private final BitmapSummary summary;

    /** Owns all memory handed in from now on. A bitmap key builder calls this. */
    public BitmapKey(Slab slab, KeySpec spec, BitmapValues values, MemoryBlock[] windows, BitmapSummary summary) {
        assert windows.length == BitmapWindow.count(slab.rowCount()) : windows.length;
        this.slab = slab;
        this.spec = spec;
        this.values = values;
        this.summary = summary;
        tableField = spec.indexes(slab.schema())[0];
        blocks = windows;
        this.windows = new long[windows.length];
        for (int i = 0; i < windows.length; i++) {
            this.windows[i] = windows[i].address();
        }
    }

    /** Of the one field. */
    public KeySpec spec() {
        return spec;
    }

    public Slab slab() {
        return slab;
    }

    /** The field's place in the table. */
    public int tableField() {
        return tableField;
    }

    public int rowCount() {
        return slab.rowCount();
    }

    /** How many distinct values there are, null among them. */
    public int valueCount() {
        return values.valueCount();
    }

    public BitmapSummary summary() {
        return summary;
    }

    BitmapValues values() {
        return values;
    }

    long window(int window) {
        return windows[window];
    }

    /** Off-heap bytes, as the ledger counts them. */
    public long bytes() {
        long bytes = values.bytes();
        for (final MemoryBlock block : blocks) {
            bytes += block.bytes();
        }
        return bytes;
    }

    /** Frees the memory. A second call does nothing. */
    @Override
    public void close() {
        values.close();
        for (final MemoryBlock block : blocks) {
            block.close();
        }
    }

    @Override
    public String toString() {
        return "%s by bitmaps of %s, %,d values, %,d rows"
                .formatted(slab.schema().name(), spec, valueCount(), rowCount());
    }
}
