package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values that are carried from row to row, as a running total is.
 *
 * <pre>
 *   row        amount 5         amount 7         amount 1
 *   total  0 ──► 5 ───────────────► 12 ────────────► 13          next: before.total + amount, start: 0
 * </pre>
 *
 * @param when what a row must satisfy to go on the run of the rows before it; null if nothing. Left is what came before,
 *     right the row
 * @param start what values start as, computed of the first row; those not named here start as null. Null if all do
 * @param next the values, each with its name. Left is what came before, right the row
 */
public record FoldStep(
        @Nullable ExpressionList when, @Nullable ExpressionList start, ExpressionList next) {
    /**
     * What came before a row, as {@link #next} sees it: the fields of the row before, all of which may be missing, and the
     * values.
     */
    public static TableSchema before(TableSchema rows, List<Field> values) {
        final List<Field> fields = new ArrayList<>();
        for (final Field field : rows.fields()) {
            fields.add(new Field(field.name(), field.type(), true));
        }
        fields.addAll(values);
        return new TableSchema("before", fields);
    }

    /** The rows and the values behind their fields. */
    public static TableSchema after(TableSchema rows, List<Field> values) {
        final List<Field> fields = new ArrayList<>(rows.fields());
        fields.addAll(values);
        return new TableSchema(rows.name(), fields);
    }

    /** The values as fields; any may be null. */
    public List<Field> values() {
        final List<Field> fields = new ArrayList<>();
        for (final Field field : next.schema("values").fields()) {
            fields.add(new Field(field.name(), field.type(), true));
        }
        return fields;
    }
}
