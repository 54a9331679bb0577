package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The first record of a file, and what it says about the columns.
 *
 * @param hasHeader whether it names the columns, and is no row
 * @param names the columns' names
 */
record CsvHead(boolean hasHeader, List<String> names) {
    /** One field of the record, copied. */
    record Cell(char[] bytes, boolean quoted) {
        String text() {
            return Utf8.string(bytes, 0, bytes.length);
        }
    }

    /** Of a file without a single record. */
    static CsvHead ofNothing(CsvSettings settings) {
        final TableSchema schema = settings.schema();
        if (schema != null) {
            return new CsvHead(
                    false, schema.fields().stream().map(field -> field.name()).toList());
        }
        if (!settings.names().isEmpty()) {
            return new CsvHead(false, settings.names());
        }
        throw LoadException.ofFile(settings.file(), "is empty: give it a header line, or names(...)", null);
    }

    static CsvHead of(CsvSettings settings, List<Cell> cells, long line) {
        final TableSchema schema = settings.schema();
        final List<String> texts = cells.stream().map(Cell::text).toList();
        final List<String> own = Identifiers.ofColumns(texts);
        final Boolean told = settings.header();
        final boolean hasHeader;
        if (told != null) {
            hasHeader = told;
        } else if (schema != null) {
            hasHeader = schema.fields().stream().anyMatch(field -> own.contains(Identifiers.of(field.name(), "")));
        } else {
            hasHeader = looksLikeNames(settings, cells, texts);
        }
        return new CsvHead(
                hasHeader, hasHeader && settings.names().isEmpty() ? own : given(settings, own.size(), line));
    }

    private static List<String> given(CsvSettings settings, int columnCount, long line) {
        final TableSchema schema = settings.schema();
        final List<String> names = schema == null
                ? settings.names()
                : schema.fields().stream().map(field -> field.name()).toList();
        if (names.isEmpty()) {
            final List<String> numbered = new ArrayList<>();
            for (int i = 1; i <= columnCount; i++) {
                numbered.add("c" + i);
            }
            return numbered;
        }
        // A delimiter at the end of each line makes one column more, always empty.
        if (names.size() != columnCount && names.size() != columnCount - 1) {
            throw LoadException.ofLine(
                    settings.file(),
                    line,
                    "%d fields, but %s %d"
                            .formatted(
                                    columnCount,
                                    schema == null ? "the names given are" : "the schema has",
                                    names.size()),
                    null);
        }
        return names;
    }

    /** Names differ and have no commas or line ends; many a value is null, or a number, a date, a time. */
    private static boolean looksLikeNames(CsvSettings settings, List<Cell> cells, List<String> texts) {
        final Set<String> seen = new HashSet<>();
        for (int i = 0; i < cells.size(); i++) {
            final Cell cell = cells.get(i);
            final String text = texts.get(i).strip();
            // A delimiter at the end of the line.
            final boolean isRest = i > 0 && i == cells.size() - 1 && cell.bytes().length == 0 && !cell.quoted();
            if (!isRest
                    && (isNoName(text) || !seen.add(text) || settings.nulls().contains(cell.bytes()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNoName(String text) {
        return text.isEmpty()
                || text.chars().anyMatch(c -> c == ',' || c == '\n' || c == '\r' || c == 0)
                || isValue(FieldType.FLOAT64, text)
                || isValue(FieldType.TIMESTAMP, text);
    }

    private static boolean isValue(FieldType type, String text) {
        try {
            Values.parseSortable(type, text);
            return true;
        } catch (BadValueException e) {
            return false;
        }
    }
}
