package io.keyfarm.rows;

/**
 * Takes rows one after another: {@code beginRow}, each field once in any order, {@code endRow}. A loader writes into
 * one without knowing whether one part stands behind it or many.
 */
public interface RowSink {
    TableSchema schema();

    RowSink beginRow();

    /** @throws BadValueException if the field is never null */
    RowSink putNull(int field);

    /**
     * An integer, a decimal's unscaled number, a date's days, a timestamp's microseconds, or a bool's 0 or 1.
     *
     * @throws BadValueException if the type cannot hold it
     */
    RowSink putLong(int field, long value);

    /** A float32 or float64; a float32 takes the nearest value it can hold. */
    RowSink putDouble(int field, double value);

    /**
     * Text in UTF-8, or bytes. The array belongs to the sink until the row ends.
     *
     * @throws BadValueException if a {@code char(n)} is too short for it
     */
    RowSink putText(int field, byte[] text);

    /** @throws BadValueException if a field was given no value, not even null */
    RowSink endRow();
}
