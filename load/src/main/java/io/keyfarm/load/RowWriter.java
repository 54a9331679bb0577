package io.keyfarm.load;

import io.keyfarm.rows.RowSink;

/** Writes one Java object as one row: puts every field, and neither begins nor ends the row. */
@FunctionalInterface
public interface RowWriter<T> {
    void write(T object, RowSink sink);
}
