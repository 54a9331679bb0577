package io.keyfarm.cli;

import io.keyfarm.rows.Field;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as CSV that {@code io.keyfarm.load.Csv} reads back: a null is an empty field, an empty text a quoted one. */
final class CsvOut implements RowsOut {
    private final PrintWriter out;

    CsvOut(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(List<Field> fields) {
        row(fields.stream().map(Field::name).toArray(String[]::new));
    }

    @Override
    public void row(@Nullable String[] values) {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.print(',');
            }
            final String value = values[i];
            if (value != null) {
                out.print(isPlain(value) ? value : '"' + value.replace("\"", "\"\"") + '"');
            }
        }
        out.print('\n');
    }

    @Override
    public void end() {
        out.flush();
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && !value.equals("\\N")
                && value.equals(value.strip())
                && value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    }
}
