package io.keyfarm.load;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rows of Java records: the components are the fields, in their order and by their names, and the table is called as the
 * class is, its first letter small.
 *
 * <pre>
 *   byte short int long      int8 … int64          LocalDate                               date
 *   float double             float32, float64      Instant LocalDateTime OffsetDateTime    timestamp, UTC
 *   boolean                  bool                  byte[]                                  bytes
 *   char String, enums       varchar               BigDecimal                              as {@link #type} says
 * </pre>
 *
 * A field may be null unless its component is primitive. {@link #type} gives a component another type; nothing is ever
 * rounded or cut to fit one.
 */
public final class JavaRecords<R extends Record> implements RowSource {
    private final Class<R> type;
    private final Iterable<? extends R> records;
    private final String table;
    private final Map<String, Field> types;

    private JavaRecords(Class<R> type, Iterable<? extends R> records, String table, Map<String, Field> types) {
        this.type = type;
        this.records = records;
        this.table = table;
        this.types = types;
    }

    static <R extends Record> JavaRecords<R> of(Class<R> type, Iterable<? extends R> records) {
        final String name = type.getSimpleName();
        return new JavaRecords<>(
                type, records, name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1), Map.of());
    }

    public JavaRecords<R> table(String name) {
        return new JavaRecords<>(type, records, name, types);
    }

    /** The type of one field, such as {@code decimal(12,2)}, which is never null, or {@code char(2) null}. */
    public JavaRecords<R> type(String field, String fieldType) {
        final Map<String, Field> changed = new HashMap<>(types);
        changed.put(field, TableSchema.parse("t: " + field + " " + fieldType).field(0));
        return new JavaRecords<>(type, records, table, Map.copyOf(changed));
    }

    public JavaRecords<R> type(String field, FieldType fieldType) {
        return type(field, fieldType.toString());
    }

    @Override
    public RowSource typedAs(TableSchema table) {
        final Map<String, Field> given = new HashMap<>();
        for (final Field field : schemaFields(table)) {
            given.put(field.name(), field);
        }
        given.putAll(types);
        return new JavaRecords<>(type, records, table.name(), Map.copyOf(given));
    }

    /** Those of the table that have a component. */
    private List<Field> schemaFields(TableSchema table) {
        final Set<String> components = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toSet());
        return table.fields().stream()
                .filter(field -> components.contains(field.name()))
                .toList();
    }

    private JavaObjects<R> objects() {
        final TableSchema schema = schema();
        return new JavaObjects<>(schema, records, RecordFields.writer(type, schema));
    }

    @Override
    public TableSchema schema() {
        return RecordFields.schema(table, type, types);
    }

    @Override
    public long estimatedBytes() {
        return objects().estimatedBytes();
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) {
        return objects().load(sink, progress);
    }

    @Override
    public String toString() {
        return "records " + type.getSimpleName();
    }
}
