package io.keyfarm.key;

import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.Slab;

/**
 * One field of all rows, side by side: a scan that filters on it reads these codes and looks at the rows it admits only.
 *
 * <pre>
 *   slab     | 0: GA … 1998 … | 1: FL … 2003 … | 2: FL … null … |     48 bytes a row
 *   codes    [ 48 | 53 | 60 ]                                          a byte a row: year - 1950, null above all
 *
 *   exact    all values have codes of their own, in their order, of 1, 2 or 4 bytes
 *   sketch   there are too many: a byte says which of 255 buckets of about as many rows a value lies in
 *            price  …| 990 to 1,204 |…   asked for 1,000 and more: rows of this bucket have to be looked at
 * </pre>
 *
 * Codes are those a sorted key would have. Immutable, so any thread may read it, until {@link #close}, which its owner calls
 * after the last reader and before the slab is closed.
 */
public final class ColumnCopy implements AutoCloseable {
    /** What null is in a sketch. */
    public static final int SKETCH_NULL = 255;

    private final Slab slab;
    private final KeySpec spec;
    private final int tableField;
    private final int codeBytes;
    private final MemoryBlock block;
    private final long codes;
    private final FieldCode fieldCode;
    private final ColumnBuckets buckets;

    /** Owns the block from now on, of as many codes as there are rows. A column builder calls this. */
    public ColumnCopy(KeyCode coder, int codeBytes, MemoryBlock block, ColumnBuckets buckets) {
        slab = coder.slab();
        spec = coder.spec();
        fieldCode = coder.field(0);
        tableField = fieldCode.tableField;
        this.codeBytes = codeBytes;
        this.block = block;
        this.buckets = buckets;
        codes = block.address();
        assert block.bytes() == (long) codeBytes * slab.rowCount() : block;
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

    /** 1, 2 or 4 for each row. */
    public int codeBytes() {
        return codeBytes;
    }

    /** Whether a code may stand for several values. */
    public boolean isSketch() {
        return buckets.isSketch();
    }

    ColumnBuckets buckets() {
        return buckets;
    }

    /** How values become codes, where it is no sketch. */
    FieldCode fieldCode() {
        return fieldCode;
    }

    /** Where the codes are. */
    long codes() {
        return codes;
    }

    /** Off-heap bytes, as the ledger counts them. */
    public long bytes() {
        return block.bytes();
    }

    /** Frees the memory. A second call does nothing. */
    @Override
    public void close() {
        block.close();
    }

    @Override
    public String toString() {
        return "%s by a column copy of %s, %s of %d bytes, %,d rows"
                .formatted(slab.schema().name(), spec, isSketch() ? "a sketch" : "codes", codeBytes, rowCount());
    }
}
