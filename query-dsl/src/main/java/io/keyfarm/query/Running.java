package io.keyfarm.query;

import io.keyfarm.rows.FieldType;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that is carried from row to row, with the name by which it stands beside the rows. Immutable.
 *
 * <pre>{@code
 * running("balance", 0, before -> before.field("balance").plus(AMOUNT))
 * running("days_since", FieldType.INT64, before -> before.field(DAY).daysUntil(DAY))
 * }</pre>
 */
public final class Running {
    private final String name;
    private final @Nullable Object start;
    private final @Nullable FieldType type;
    private final Function<Before, ? extends Expr> next;

    private Running(
            String name, @Nullable Object start, @Nullable FieldType type, Function<Before, ? extends Expr> next) {
        this.name = name;
        this.start = start;
        this.type = type;
        this.next = next;
    }

    /**
     * @param start a Java value, or an expression of the first row
     * @param next what the value becomes with a row: fields of that row as ever, what came before it by {@link Before}. Asked
     *     again until types are settled, so it says the same each time
     */
    public static Running running(String name, Object start, Function<Before, ? extends Expr> next) {
        return new Running(name, Operands.require(name, start), null, next);
    }

    /** The same, for a value that starts as null. */
    public static Running running(String name, FieldType type, Function<Before, ? extends Expr> next) {
        return new Running(name, null, type, next);
    }

    public String name() {
        return name;
    }

    /** What it starts as, if that were by itself. */
    FieldType startType() {
        return type != null ? type : startValue().type();
    }

    boolean startsAsNull() {
        return start == null;
    }

    /** What it starts as where it becomes this type. */
    Expr start(FieldType becomes) {
        final Expr value = startValue();
        return value.type().equals(becomes) ? value : value.to(becomes);
    }

    private Expr startValue() {
        assert start != null : name;
        return Expr.value(start);
    }

    Expr next(Before before) {
        return next.apply(before);
    }
}
