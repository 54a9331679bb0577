package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of Java objects.
 *
 * <pre>{@code
 * record Vehicle(long id, String state, BigDecimal price, Color color) {}
 *
 * JavaObjects.of(Vehicle.class, vehicles).type("state", "char(2)").type("price", "decimal(12,2) null")
 *
 * JavaObjects.of(TableSchema.parse("points: x int32, y int32"), points,
 *         (point, row) -> row.putLong(0, point.x).putLong(1, point.y))
 *
 * JavaObjects.ofLists(TableSchema.parse("people: id int32, name varchar null"),
 *         List.of(List.of(1, "Sue"), List.of(2, "Joe")))
 * }</pre>
 *
 * The objects are walked once for each load; if they are a collection, their first thousand once more, to estimate the
 * memory they will want.
 */
public final class JavaObjects<T> implements RowSource {
    private static final int WEIGHED_ROWS = 1000;

    private final TableSchema schema;
    private final Iterable<? extends T> objects;
    private final RowWriter<? super T> writer;

    JavaObjects(TableSchema schema, Iterable<? extends T> objects, RowWriter<? super T> writer) {
        this.schema = schema;
        this.objects = objects;
        this.writer = writer;
    }

    /** The components of a record class are the fields: see {@link JavaRecords}. */
    public static <R extends Record> JavaRecords<R> of(Class<R> type, Iterable<? extends R> records) {
        return JavaRecords.of(type, records);
    }

    /** @param writer puts all fields of one object's row */
    public static <T> JavaObjects<T> of(
            TableSchema schema, Iterable<? extends T> objects, RowWriter<? super T> writer) {
        return new JavaObjects<>(schema, objects, writer);
    }

    /** Each list holds one row's values, of any Java type that their fields take. */
    public static JavaObjects<List<?>> ofLists(TableSchema schema, Iterable<? extends List<?>> rows) {
        return new JavaObjects<>(schema, rows, (row, sink) -> writeList(schema, row, sink));
    }

    private static void writeList(TableSchema schema, List<? extends @Nullable Object> row, RowSink sink) {
        if (row.size() != schema.fieldCount()) {
            throw new BadValueException(
                    "%d values, but %s has %d fields".formatted(row.size(), schema.name(), schema.fieldCount()));
        }
        for (int i = 0; i < row.size(); i++) {
            RecordFields.put(sink, i, schema.field(i), row.get(i));
        }
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    /** 0, for who knows how many there are, unless the objects are a collection. */
    @Override
    public long estimatedBytes() {
        if (!(objects instanceof Collection<? extends T> collection)) {
            return 0;
        }
        final MeasuringSink sink = new MeasuringSink(schema);
        long rowCount = 0;
        for (final T object : collection) {
            if (rowCount == WEIGHED_ROWS) {
                break;
            }
            rowCount++;
            write(object, sink, rowCount);
        }
        return sink.bytesOf(collection.size());
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) {
        progress.onBegin(schema.name());
        final long totalBytes = estimatedBytes();
        final long rowBytes = objects instanceof Collection<?> all && !all.isEmpty() ? totalBytes / all.size() : 0;
        final long knownTotal = totalBytes == 0 ? LoadProgress.UNKNOWN_BYTES : totalBytes;
        long rowCount = 0;
        for (final T object : objects) {
            rowCount++;
            write(object, sink, rowCount);
            if (rowCount % LoadProgress.INTERVAL_ROWS == 0) {
                progress.onRows(rowCount, rowCount * rowBytes, knownTotal);
            }
        }
        progress.onRows(rowCount, rowCount * rowBytes, knownTotal);
        progress.onEnd(LoadReport.clean(schema.name(), rowCount, rowCount * rowBytes));
        return rowCount;
    }

    private void write(T object, RowSink sink, long number) {
        try {
            sink.beginRow();
            writer.write(object, sink);
            sink.endRow();
        } catch (BadValueException e) {
            throw LoadException.ofObject(schema.name(), number, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public String toString() {
        return "objects " + schema.name();
    }
}
