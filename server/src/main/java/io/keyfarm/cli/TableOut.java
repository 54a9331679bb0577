package io.keyfarm.cli;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows for people: columns as wide as their values, numbers to the right, values that are too long cut. All rows are held
 * until the last has come, so that there should not be many.
 */
final class TableOut implements RowsOut {
    private static final int MAX_WIDTH = 60;

    private final PrintWriter out;
    private final List<String[]> rows = new ArrayList<>();
    private boolean[] isRight = {};

    TableOut(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(List<Field> fields) {
        isRight = new boolean[fields.size()];
        for (int i = 0; i < isRight.length; i++) {
            isRight[i] = isNumber(fields.get(i).type().kind());
        }
        row(fields.stream().map(Field::name).toArray(String[]::new));
    }

    private static boolean isNumber(FieldKind kind) {
        return !kind.isText() && kind != FieldKind.BOOL && kind != FieldKind.DATE && kind != FieldKind.TIMESTAMP;
    }

    @Override
    public void row(@Nullable String[] values) {
        final String[] cells = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            final String value = values[i];
            final String cell = value == null ? "null" : Printable.of(value);
            cells[i] = width(cell) <= MAX_WIDTH ? cell : cut(cell);
        }
        rows.add(cells);
    }

    @Override
    public void end() {
        final int[] widths = new int[isRight.length];
        for (final String[] cells : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(cells[i]));
            }
        }
        final StringBuilder line = new StringBuilder();
        for (final String[] cells : rows) {
            line.setLength(0);
            for (int i = 0; i < widths.length; i++) {
                final String blanks = " ".repeat(widths[i] - width(cells[i]));
                line.append(i == 0 ? "" : "  ")
                        .append(isRight[i] ? blanks : "")
                        .append(cells[i])
                        .append(isRight[i] ? "" : blanks);
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private static String cut(String cell) {
        return cell.substring(0, cell.offsetByCodePoints(0, MAX_WIDTH - 1)) + "…";
    }
}
