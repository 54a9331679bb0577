package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a CSV file. Every word returns a new value:
 *
 * <pre>{@code
 * Csv.of("airports.dat").header(false).names("id", "name", "city", …).type("altitude", "int32")
 * }</pre>
 *
 * <p><b>The file.</b> Packed by gzip or not, as its first bytes say. UTF-8, or what {@link #charset} or a byte order mark
 * says. Fields may be quoted, with quotes doubled within; a backslash escapes nothing. Empty lines are passed over, and
 * so is one delimiter at the end of each line if names or a schema leave no column for it. No field has more than 16 MiB.
 *
 * <p><b>The header.</b> Unless {@link #header} says, the first line names the columns if its fields differ and none of
 * them is empty, null, a number or a date, or has a comma in it. Say it where rows look like names. {@code "Price (USD)"} becomes {@code price_usd}, a second {@code id} becomes
 * {@code id_2}; columns without a header are {@code c1, c2, …}. Field names in a header and in a {@link #schema(String)}
 * are matched, in any order, and columns that the schema does not have are left out.
 *
 * <p><b>Types.</b> Without a schema, the whole file is read once to find them: int32, int64, decimal(18,s) up to four
 * places behind the point, float64, bool, date, timestamp, and varchar for the rest, such as numbers with leading noughts.
 * A field may be null if a null was seen in its column.
 *
 * <p><b>Null.</b> An empty field and {@code \N}, or what {@link #nulls} says, if unquoted; in a column that is not text
 * also if quoted or among blanks. A quoted empty field is an empty text. An empty field is an empty text as well where a
 * schema says that the text is never null.
 *
 * <p><b>Errors.</b> A value that its field cannot hold, or a line with too few or too many fields, ends the load with a
 * {@link LoadException}, or is left out or made null, as {@link #onError} says.
 *
 * <p>Thread-safe. The file is looked at when the schema is first asked for, and again by each load.
 */
public final class Csv implements RowSource {
    private final CsvSettings settings;
    private volatile @Nullable CsvPlan plan;

    private Csv(CsvSettings settings) {
        this.settings = settings;
    }

    /** The table is called as the file is, up to its first dot. */
    public static Csv of(Path path) {
        return new Csv(CsvSettings.of(path));
    }

    public static Csv of(String path) {
        return of(Path.of(path));
    }

    public Csv table(String name) {
        return with(change -> {
            change.table = name;
            if (change.schema != null) {
                change.schema = new TableSchema(name, change.schema.fields());
            }
        });
    }

    /** Whether the first line names the columns. */
    public Csv header(boolean hasHeader) {
        return with(change -> change.header = hasHeader);
    }

    /** The columns' names, whatever a header says. */
    public Csv names(String... names) {
        final List<String> given = List.of(names);
        return with(change -> change.names = given);
    }

    /** All fields with their types: {@code "id int32, name varchar null"}. */
    public Csv schema(String fields) {
        return with(change -> change.schema = TableSchema.parse(change.table + ": " + fields));
    }

    /** All fields with their types, and the table's name. */
    public Csv schema(TableSchema schema) {
        return with(change -> {
            change.schema = schema;
            change.table = schema.name();
        });
    }

    /** The type of one field, such as {@code int32} or {@code char(2) null}; the others' are found. */
    public Csv type(String field, String type) {
        final Field given = TableSchema.parse("t: " + Identifiers.of(field, "_") + " " + type)
                .field(0);
        return with(change -> {
            final Map<String, Field> types = new HashMap<>(change.types);
            types.put(field, given);
            change.types = Map.copyOf(types);
        });
    }

    public Csv type(String field, FieldType type) {
        return type(field, type.toString());
    }

    /** What stands for null, instead of {@code \N} and nothing. */
    public Csv nulls(String... words) {
        final NullWords nulls = NullWords.of(words);
        return with(change -> change.nulls = nulls);
    }

    /** One ASCII character, instead of a comma. */
    public Csv delimiter(char delimiter) {
        requireAscii("delimiter", delimiter);
        return with(change -> change.delimiter = delimiter);
    }

    /** One ASCII character, instead of {@code "}. */
    public Csv quote(char quote) {
        requireAscii("quote", quote);
        return with(change -> change.quote = quote);
    }

    /** Quotes are characters as others are. */
    public Csv withoutQuotes() {
        return with(change -> change.quote = CsvSettings.NO_QUOTE);
    }

    public Csv charset(Charset charset) {
        return with(change -> change.charset = charset);
    }

    public Csv onError(OnError onError) {
        return with(change -> change.onError = onError);
    }

    @Override
    public TableSchema schema() {
        try {
            return plan(LoadProgress.NONE).schema();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** If this has no schema, that of the table; columns that the table lacks are left out. */
    @Override
    public RowSource typedAs(TableSchema table) {
        return settings.schema() == null ? schema(table) : this;
    }

    @Override
    public void prepare(LoadProgress progress) throws IOException {
        plan(progress);
    }

    /** Exact where types were found, for then the whole file was read; else judged by the file's first MiB. */
    @Override
    public long estimatedBytes() {
        try {
            return plan(LoadProgress.NONE).estimatedBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) throws IOException {
        final LoadReport report = CsvRows.load(settings, plan(progress), sink, progress);
        progress.onEnd(report);
        return report.rowCount();
    }

    private CsvPlan plan(LoadProgress progress) throws IOException {
        CsvPlan known = plan;
        if (known == null) {
            known = CsvSurvey.survey(settings, progress);
            plan = known;
        }
        return known;
    }

    private Csv with(Consumer<CsvSettings.Builder> word) {
        final CsvSettings.Builder change = settings.change();
        word.accept(change);
        return new Csv(change.build());
    }

    private static void requireAscii(String what, char given) {
        if (given == 0 || given > 0x7F || given == '\n' || given == '\r') {
            throw new BadValueException(
                    "a %s is one ASCII character that ends no line, not \\u%04x".formatted(what, (int) given));
        }
    }

    @Override
    public String toString() {
        return "csv " + settings.file();
    }
}
