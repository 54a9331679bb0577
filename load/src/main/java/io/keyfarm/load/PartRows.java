package io.keyfarm.load;

import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import java.util.List;
import java.util.Objects;

/** The rows of some segments; of each one row of each part in turn, which is the order in which they were dealt out. */
final class PartRows implements RowSource {
    private final TableSchema schema;
    private final List<List<Slab>> segments;

    PartRows(TableSchema schema, List<List<Slab>> segments) {
        this.schema = schema;
        this.segments = segments;
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public long estimatedBytes() {
        return segments.stream().flatMap(List::stream).mapToLong(Slab::bytes).sum();
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) {
        progress.onBegin(schema.name());
        final long total = rowCount(segments.stream().flatMap(List::stream).toList());
        final long bytes = estimatedBytes();
        long done = 0;
        for (final List<Slab> parts : segments) {
            final RowView view = new RowView(parts.get(0).layout());
            final long end = done + rowCount(parts);
            for (int row = 0; done < end; row++) {
                for (final Slab part : parts) {
                    if (row < part.rowCount()) {
                        part.view(row, view);
                        copy(view, sink);
                        done++;
                        if (done % LoadProgress.INTERVAL_ROWS == 0 || done == total) {
                            progress.onRows(done, (long) ((double) bytes * done / total), bytes);
                        }
                    }
                }
            }
        }
        progress.onEnd(LoadReport.clean(schema.name(), done, bytes));
        return done;
    }

    private static long rowCount(List<Slab> slabs) {
        return slabs.stream().mapToLong(Slab::rowCount).sum();
    }

    private void copy(RowView row, RowSink sink) {
        sink.beginRow();
        for (int field = 0; field < schema.fieldCount(); field++) {
            final FieldType type = schema.field(field).type();
            if (row.isNull(field)) {
                sink.putNull(field);
            } else if (type.isText()) {
                sink.putText(field, Objects.requireNonNull(row.getBytes(field)));
            } else if (type.kind().isFloating()) {
                sink.putDouble(field, row.getDouble(field));
            } else {
                sink.putLong(field, row.getLong(field));
            }
        }
        sink.endRow();
    }
}
