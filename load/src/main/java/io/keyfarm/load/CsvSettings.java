package io.keyfarm.load;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Csv} was told. Immutable; a word makes a {@link Builder} from it, changes one thing, and builds.
 *
 * @param table the table's name
 * @param header whether the first line names the columns; null: look and see
 * @param names the columns' names, whatever the header says; empty if none were given
 * @param schema all fields with their types; null: find them
 * @param types fields whose type was given, by name; the rest is found. A nullable one holds null whatever is seen
 * @param charset null: UTF-8, unless the file begins with a mark that says otherwise
 */
record CsvSettings(
        Path path,
        String table,
        @Nullable Boolean header,
        List<String> names,
        @Nullable TableSchema schema,
        Map<String, Field> types,
        NullWords nulls,
        char delimiter,
        char quote,
        @Nullable Charset charset,
        OnError onError) {
    /** No character is read as this one, since bytes are read as characters up to 0xFF. */
    static final char NO_QUOTE = '\uFFFF';

    static CsvSettings of(Path path) {
        return new CsvSettings(
                path,
                Identifiers.ofFile(InputFile.name(path)),
                null,
                List.of(),
                null,
                Map.of(),
                NullWords.of("\\N", ""),
                ',',
                '"',
                null,
                OnError.FAIL);
    }

    /** What messages call the file: a path that can be gone to. */
    String file() {
        return path.toString();
    }

    /** What progress calls it. */
    String what() {
        return InputFile.name(path);
    }

    Builder change() {
        return new Builder(this);
    }

    /** Settings being changed. */
    static final class Builder {
        String table;

        @Nullable
        Boolean header;

        List<String> names;

        @Nullable
        TableSchema schema;

        Map<String, Field> types;
        NullWords nulls;
        char delimiter;
        char quote;

        @Nullable
        Charset charset;

        OnError onError;
        private final Path path;

        private Builder(CsvSettings from) {
            path = from.path;
            table = from.table;
            header = from.header;
            names = from.names;
            schema = from.schema;
            types = from.types;
            nulls = from.nulls;
            delimiter = from.delimiter;
            quote = from.quote;
            charset = from.charset;
            onError = from.onError;
        }

        CsvSettings build() {
            return new CsvSettings(
                    path, table, header, names, schema, types, nulls, delimiter, quote, charset, onError);
        }
    }
}
