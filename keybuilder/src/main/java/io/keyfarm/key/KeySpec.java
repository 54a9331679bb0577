package io.keyfarm.key;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import java.util.HashSet;
import java.util.List;

/** The fields of a key in order, written {@code state.make.year}. */
public final class KeySpec {
    public static final int MAX_FIELDS = 16;

    private final List<String> fields;

    private KeySpec(List<String> fields) {
        if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
            throw new BadValueException("a key has 1 to " + MAX_FIELDS + " fields, not " + fields.size());
        }
        for (final String field : fields) {
            if (field.isBlank()) {
                throw new BadValueException("a key reads 'field.field', not '" + String.join(".", fields) + "'");
            }
        }
        if (new HashSet<>(fields).size() < fields.size()) {
            throw new BadValueException("key " + String.join(".", fields) + " names a field twice");
        }
        this.fields = List.copyOf(fields);
    }

    public static KeySpec of(String... fields) {
        return new KeySpec(List.of(fields));
    }

    /** Reads what {@link #toString} prints. */
    public static KeySpec parse(String text) {
        return of(text.strip().split("\\.", -1));
    }

    public List<String> fields() {
        return fields;
    }

    /**
     * The places of the key's fields in the table.
     *
     * @throws BadValueException naming the fields there are, if the table lacks one
     */
    public int[] indexes(TableSchema schema) {
        return fields.stream().mapToInt(schema::indexOf).toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeySpec that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return String.join(".", fields);
    }
}
