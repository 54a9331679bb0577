package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.Values;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The components of a record class as the fields of a table. */
final class RecordFields {
    /** What a Java type becomes, unless it is said otherwise. */
    private static final Map<Class<?>, FieldType> TYPES = Map.ofEntries(
            Map.entry(byte.class, FieldType.INT8),
            Map.entry(Byte.class, FieldType.INT8),
            Map.entry(short.class, FieldType.INT16),
            Map.entry(Short.class, FieldType.INT16),
            Map.entry(int.class, FieldType.INT32),
            Map.entry(Integer.class, FieldType.INT32),
            Map.entry(long.class, FieldType.INT64),
            Map.entry(Long.class, FieldType.INT64),
            Map.entry(float.class, FieldType.FLOAT32),
            Map.entry(Float.class, FieldType.FLOAT32),
            Map.entry(double.class, FieldType.FLOAT64),
            Map.entry(Double.class, FieldType.FLOAT64),
            Map.entry(boolean.class, FieldType.BOOL),
            Map.entry(Boolean.class, FieldType.BOOL),
            Map.entry(char.class, FieldType.VARCHAR),
            Map.entry(Character.class, FieldType.VARCHAR),
            Map.entry(String.class, FieldType.VARCHAR),
            Map.entry(LocalDate.class, FieldType.DATE),
            Map.entry(Instant.class, FieldType.TIMESTAMP),
            Map.entry(LocalDateTime.class, FieldType.TIMESTAMP),
            Map.entry(OffsetDateTime.class, FieldType.TIMESTAMP),
            Map.entry(byte[].class, FieldType.BYTES));

    private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);

    private RecordFields() {}

    static TableSchema schema(String table, Class<? extends Record> type, Map<String, Field> given) {
        final List<Field> fields = new ArrayList<>();
        for (final RecordComponent component : type.getRecordComponents()) {
            final Field field = given.get(component.getName());
            fields.add(field == null ? guess(type, component) : field);
        }
        final TableSchema schema = new TableSchema(table, fields);
        given.keySet().forEach(schema::indexOf);
        return schema;
    }

    private static Field guess(Class<?> owner, RecordComponent component) {
        final Class<?> type = component.getType();
        final FieldType known = type.isEnum() ? FieldType.VARCHAR : TYPES.get(type);
        if (known == null) {
            throw new BadValueException("%s.%s is a %s, which needs a type: .type(\"%s\", \"%s\")"
                    .formatted(
                            owner.getSimpleName(),
                            component.getName(),
                            type.getSimpleName(),
                            component.getName(),
                            type == BigDecimal.class ? "decimal(12,2) null" : "varchar null"));
        }
        return new Field(component.getName(), known, !type.isPrimitive());
    }

    static <R extends Record> RowWriter<R> writer(Class<R> type, TableSchema schema) {
        final RecordComponent[] components = type.getRecordComponents();
        final MethodHandle[] getters = new MethodHandle[components.length];
        for (int i = 0; i < getters.length; i++) {
            getters[i] = getter(type, components[i].getAccessor());
        }
        return (object, sink) -> {
            for (int i = 0; i < getters.length; i++) {
                put(sink, i, schema.field(i), get(getters[i], object));
            }
        };
    }

    private static MethodHandle getter(Class<?> owner, Method accessor) {
        try {
            accessor.setAccessible(true);
            return MethodHandles.lookup().unreflect(accessor).asType(GETTER);
        } catch (InaccessibleObjectException | IllegalAccessException e) {
            throw new IllegalArgumentException(
                    "%s cannot be read: make it public, or open its package %s to Keyfarm"
                            .formatted(owner.getName(), owner.getPackageName()),
                    e);
        }
    }

    private static @Nullable Object get(MethodHandle getter, Object object) {
        try {
            return (Object) getter.invokeExact(object);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a record's accessor threw " + e, e);
        }
    }

    /** Any Java value that the field's type takes; messages name the field. */
    static void put(RowSink sink, int index, Field field, @Nullable Object value) {
        if (value == null) {
            if (!field.nullable()) {
                throw new BadValueException(field.name() + " is never null");
            }
            sink.putNull(index);
        } else if (field.type().isText()) {
            sink.putText(
                    index,
                    Values.toText(field, value instanceof Enum || value instanceof Character ? name(value) : value));
        } else {
            final long sortable = Values.toSortable(field, value);
            switch (field.type().kind()) {
                case FLOAT32 -> sink.putDouble(index, Sortable.toFloat(sortable));
                case FLOAT64 -> sink.putDouble(index, Sortable.toDouble(sortable));
                default -> sink.putLong(index, sortable);
            }
        }
    }

    private static Object name(Object value) {
        return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }
}
