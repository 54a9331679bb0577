package io.keyfarm.query;

import io.keyfarm.query.plan.Aggregation;
import org.jspecify.annotations.Nullable;

/** One value of each group of rows, with the name it is to have. Immutable. */
public final class AggregateCall {
    private final Aggregation what;
    private final @Nullable Expr of;
    private final String name;

    AggregateCall(Aggregation what, @Nullable Expr of, String name) {
        this.what = what;
        this.of = of;
        this.name = name;
    }

    /** The same under another name; without this word it is called as what it computes, {@code sum_price}. */
    public AggregateCall as(String other) {
        return new AggregateCall(what, of, other);
    }

    /** As a plan has it, of this field of the rows that are grouped. */
    io.keyfarm.query.plan.AggregateCall compiled(int field) {
        return new io.keyfarm.query.plan.AggregateCall(what, field, name);
    }

    @Nullable
    Expr of() {
        return of;
    }

    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return what.toString() + '(' + (of == null ? "" : of) + ") as " + name;
    }
}
