package io.keyfarm.query;

import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.rows.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Columns and conditions over the rows of one table, or of two that are joined, compiled for whoever runs them: the words
 * of a step of a plan. Immutable.
 */
public final class Expressions {
    private final Table left;
    private final @Nullable Table right;
    private final boolean rightMayBeAbsent;

    private Expressions(Table left, @Nullable Table right, boolean rightMayBeAbsent) {
        this.left = left;
        this.right = right;
        this.rightMayBeAbsent = rightMayBeAbsent;
    }

    public static Expressions over(Table table) {
        return new Expressions(table, null, false);
    }

    /** @param rightMayBeAbsent whether there are left rows without a right one, whose fields are null there */
    public static Expressions over(Table left, Table right, boolean rightMayBeAbsent) {
        if (left.name().equals(right.name())) {
            throw new BadQueryException("both sides are called " + left.name() + "; call one of them otherwise: "
                    + left.name() + ".as(\"other\")");
        }
        return new Expressions(left, right, rightMayBeAbsent);
    }

    public ExpressionList columns(Column... columns) {
        return columns(List.of(columns));
    }

    public ExpressionList columns(List<Column> columns) {
        return compile(
                columns.stream().map(column -> column.expr().body()).toList(),
                columns.stream().map(Column::name).toList());
    }

    /** One condition. */
    public ExpressionList condition(Condition condition) {
        return compile(List.of(condition.body()), List.of(""));
    }

    private ExpressionList compile(List<Body> bodies, List<String> names) {
        return FlowExpressions.compile(new ArrayList<>(), bodies, names, this::input);
    }

    private InputField input(Body.Use use) {
        final Field field = use.field();
        if (use.schema().equals(left.schema())) {
            return new InputField(InputField.LEFT, field);
        }
        if (right != null && use.schema().equals(right.schema())) {
            return new InputField(
                    InputField.RIGHT, new Field(field.name(), field.type(), field.nullable() || rightMayBeAbsent));
        }
        throw new BadQueryException(field.name() + " is of " + use.schema().name() + " (" + use.schema()
                + "), but these are the rows of " + left + (right == null ? "" : " and of " + right));
    }
}
