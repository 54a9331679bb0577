package io.keyfarm.bench;

import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import java.util.Objects;

/** The rows {@code [first, end)} of a slab whose fields are whole numbers and texts, none of them null. */
record SlabRows(Slab slab, int first, int end) implements RowSource {
    @Override
    public TableSchema schema() {
        return slab.schema();
    }

    @Override
    public long estimatedBytes() {
        return slab.bytes() * (end - first) / Math.max(1, slab.rowCount());
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) {
        final RowView row = slab.newView();
        final int fieldCount = schema().fieldCount();
        for (int i = first; i < end; i++) {
            slab.view(i, row);
            sink.beginRow();
            for (int field = 0; field < fieldCount; field++) {
                if (schema().field(field).type().isText()) {
                    sink.putText(field, Objects.requireNonNull(row.getBytes(field)));
                } else {
                    sink.putLong(field, row.getLong(field));
                }
            }
            sink.endRow();
        }
        return (long) end - first;
    }
}
