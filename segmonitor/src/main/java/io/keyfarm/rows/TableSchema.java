package io.keyfarm.rows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A table's name and its fields in order. Immutable; two schemas are equal when all they say is.
 *
 * <pre>{@code TableSchema.parse("vehicles: id int64, state char(2), price decimal(12,2) null")}</pre>
 */
public final class TableSchema {
    public static final int MAX_FIELDS = 1024;

    private final String name;
    private final List<Field> fields;
    private final Map<String, Integer> indexes = new HashMap<>();

    public TableSchema(String name, List<Field> fields) {
        Names.requireTable(name);
        if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
            throw new BadValueException(name + " has " + fields.size() + " fields; a table has 1 to " + MAX_FIELDS);
        }
        this.name = name;
        this.fields = List.copyOf(fields);
        for (int i = 0; i < fields.size(); i++) {
            if (indexes.put(fields.get(i).name(), i) != null) {
                throw new BadValueException(
                        name + " has two fields named " + fields.get(i).name());
            }
        }
    }

    /** Reads what {@link #toString} prints. */
    public static TableSchema parse(String text) {
        final int colon = text.indexOf(':');
        if (colon < 0) {
            throw new BadValueException("a schema reads 'table: field type, field type null', not '" + text + "'");
        }
        final List<Field> fields = new ArrayList<>();
        // Commas within parentheses belong to a decimal's type.
        for (final String part : text.substring(colon + 1).split(",(?![^(]*\\))")) {
            fields.add(parseField(part.strip()));
        }
        return new TableSchema(text.substring(0, colon).strip(), fields);
    }

    private static Field parseField(String text) {
        final int space = text.indexOf(' ');
        if (space < 0) {
            throw new BadValueException("a field reads 'name type', not '" + text + "'");
        }
        final String type = text.substring(space + 1).strip();
        final boolean nullable = type.endsWith(" null");
        return new Field(
                text.substring(0, space),
                FieldType.parse(nullable ? type.substring(0, type.length() - " null".length()) : type),
                nullable);
    }

    public String name() {
        return name;
    }

    public List<Field> fields() {
        return fields;
    }

    public int fieldCount() {
        return fields.size();
    }

    public Field field(int index) {
        return fields.get(index);
    }

    /** The place of the field, or −1. */
    public int find(String fieldName) {
        final Integer index = indexes.get(fieldName);
        return index == null ? -1 : index;
    }

    /**
     * The place of the field.
     *
     * @throws BadValueException naming the fields there are, if there is no such field
     */
    public int indexOf(String fieldName) {
        final int index = find(fieldName);
        if (index < 0) {
            throw new BadValueException(name + " has no field " + fieldName + "; it has "
                    + fields.stream().map(Field::name).collect(Collectors.joining(", ")));
        }
        return index;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TableSchema that && name.equals(that.name) && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + fields.hashCode();
    }

    @Override
    public String toString() {
        return name + ": " + fields.stream().map(Field::toString).collect(Collectors.joining(", "));
    }
}
