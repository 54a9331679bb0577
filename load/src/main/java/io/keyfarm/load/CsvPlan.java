package io.keyfarm.load;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a file's columns become a table's fields.
 *
 * @param hasHeader whether the first record is to be passed over
 * @param columns by the column's place in the file; null for one that the schema does not have
 * @param estimatedBytes of memory for all rows
 */
record CsvPlan(
        TableSchema schema, boolean hasHeader, @Nullable CsvColumn[] columns, long estimatedBytes) {

    /** Fields that stand where the schema says, or where the header has their names. */
    static @Nullable CsvColumn[] columns(CsvSettings settings, CsvHead head, TableSchema schema) {
        final int columnCount = head.names().size();
        final @Nullable CsvColumn[] columns = new @Nullable CsvColumn[columnCount];
        for (int i = 0; i < schema.fieldCount(); i++) {
            final Field field = schema.field(i);
            final int column = head.hasHeader() && settings.schema() != null ? find(settings, head, field) : i;
            columns[column] = new CsvColumn(field, i, settings.nulls());
        }
        return columns;
    }

    private static int find(CsvSettings settings, CsvHead head, Field field) {
        final int exact = head.names().indexOf(field.name());
        final int column = exact >= 0 ? exact : head.names().indexOf(Identifiers.of(field.name(), ""));
        if (column < 0) {
            throw LoadException.ofLine(
                    settings.file(),
                    1,
                    "there is no column '%s'; the columns are %s"
                            .formatted(field.name(), String.join(", ", head.names())),
                    null);
        }
        return column;
    }

    /** The fields of a file whose types were guessed, except where they were given. */
    static TableSchema guessedSchema(CsvSettings settings, CsvHead head, ColumnGuess[] guesses) {
        final List<Field> fields = new ArrayList<>();
        final Map<String, Field> types = new HashMap<>();
        settings.types().forEach((name, field) -> types.put(columnCalled(settings, head, name), field));
        for (int i = 0; i < guesses.length; i++) {
            final String name = head.names().get(i);
            fields.add(field(settings, name, types.get(name), guesses[i]));
        }
        return new TableSchema(settings.table(), fields);
    }

    /** The column's name, whether the user gave it so or as the header has it. */
    private static String columnCalled(CsvSettings settings, CsvHead head, String name) {
        final String own = head.names().contains(name) ? name : Identifiers.of(name, "");
        if (!head.names().contains(own)) {
            throw LoadException.ofFile(
                    settings.file(),
                    "there is no column '%s' to give a type; the columns are %s"
                            .formatted(name, String.join(", ", head.names())),
                    null);
        }
        return own;
    }

    private static Field field(CsvSettings settings, String name, @Nullable Field given, ColumnGuess guess) {
        if (given == null) {
            return new Field(name, guess.type(), guess.isNullable(guess.type()));
        }
        // Values that such a field cannot hold become null only if it may hold null.
        final boolean nullable =
                given.nullable() || guess.isNullable(given.type()) || settings.onError() == OnError.NULL;
        return new Field(name, given.type(), nullable);
    }
}
