package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.Values;

/** Reads one column's values into its field. */
final class CsvColumn {
    private final Field field;
    private final FieldType type;
    private final int index;
    private final NullWords nulls;

    CsvColumn(Field field, int index, NullWords nulls) {
        this.field = field;
        this.type = field.type();
        this.index = index;
        this.nulls = nulls;
    }

    String name() {
        return field.name();
    }

    boolean isNullable() {
        return field.nullable();
    }

    void putNull(RowSink sink) {
        sink.putNull(index);
    }

    /** @throws BadValueException if the field cannot hold it; {@link #reason} says why */
    void put(RowSink sink, char[] buffer, int offset, int length, boolean quoted) {
        if (type.isText()) {
            putText(sink, buffer, offset, length, quoted);
            return;
        }
        final int from = firstNonBlank(buffer, offset, offset + length);
        final int to = endNonBlank(buffer, from, offset + length);
        if (from == to || nulls.contains(buffer, from, to - from)) {
            requireNullable(buffer, offset, length);
            sink.putNull(index);
        } else if (type.kind() == FieldKind.FLOAT64) {
            sink.putDouble(index, Sortable.toDouble(Values.parseSortable(field, buffer, from, to)));
        } else if (type.kind() == FieldKind.FLOAT32) {
            sink.putDouble(index, Sortable.toFloat(Values.parseSortable(field, buffer, from, to)));
        } else {
            sink.putLong(index, Values.parseSortable(field, buffer, from, to));
        }
    }

    private void putText(RowSink sink, char[] buffer, int offset, int length, boolean quoted) {
        if (!quoted && nulls.contains(buffer, offset, length) && (field.nullable() || length > 0)) {
            requireNullable(buffer, offset, length);
            sink.putNull(index);
        } else if (type.kind() == FieldKind.BYTES) {
            sink.putText(index, Values.parseText(type, Utf8.string(buffer, offset, length)));
        } else {
            sink.putText(index, Utf8.bytes(buffer, offset, length));
        }
    }

    private void requireNullable(char[] buffer, int offset, int length) {
        if (!field.nullable()) {
            throw new BadValueException(quote(buffer, offset, length) + " is null, and this field never is");
        }
    }

    /** What is wrong with a value that {@link #put} refused, without the field's name, which stands before it. */
    String reason(BadValueException refused, char[] buffer, int offset, int length) {
        final String value = Utf8.string(buffer, offset, length);
        try {
            // Once more, by the type alone: then the message names no field.
            if (type.kind() == FieldKind.CHAR) {
                Values.toText(type, value);
            } else if (!type.isText() && !isNull(buffer, offset, length)) {
                Values.parseSortable(type, value.strip());
            }
        } catch (BadValueException e) {
            return String.valueOf(e.getMessage());
        }
        return String.valueOf(refused.getMessage());
    }

    /** Whether that is null for a type which is not text. */
    private boolean isNull(char[] buffer, int offset, int length) {
        final int from = firstNonBlank(buffer, offset, offset + length);
        final int to = endNonBlank(buffer, from, offset + length);
        return from == to || nulls.contains(buffer, from, to - from);
    }

    private static String quote(char[] buffer, int offset, int length) {
        return LoadException.quote(Utf8.string(buffer, offset, length));
    }

    static int firstNonBlank(char[] buffer, int from, int to) {
        int i = from;
        while (i < to && (buffer[i] == ' ' || buffer[i] == '\t')) {
            i++;
        }
        return i;
    }

    static int endNonBlank(char[] buffer, int from, int to) {
        int i = to;
        while (i > from && (buffer[i - 1] == ' ' || buffer[i - 1] == '\t')) {
            i--;
        }
        return i;
    }
}
