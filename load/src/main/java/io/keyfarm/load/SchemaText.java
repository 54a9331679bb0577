package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;

/** Reads the schema that a file of ours has. */
final class SchemaText {
    /** Of a schema of 1,024 fields, each with the longest name and the longest type. */
    static final int MAX_CHARS = 512 << 10;

    private SchemaText() {}

    /** @throws BadValueException if it is no schema, or not as one is printed */
    static TableSchema parse(String text) {
        // Reading a schema takes time in the square of its commas.
        if (text.length() > MAX_CHARS || text.chars().filter(c -> c == ',').count() > 2 * TableSchema.MAX_FIELDS) {
            throw new BadValueException("a schema of " + text.length() + " characters has too many fields");
        }
        final TableSchema schema = TableSchema.parse(text);
        if (!schema.toString().equals(text)) {
            throw new BadValueException("nobody prints a schema as " + LoadException.quote(text));
        }
        return schema;
    }
}
