package io.keyfarm.query;

import io.keyfarm.query.plan.AggregateOp;
import org.jspecify.annotations.Nullable;

/** One value of each group of rows, with the name it is to have. Immutable. */
public final class AggregateCall {
    private final AggregateOp op;
    private final @Nullable Expr of;
    private final String name;

    AggregateCall(AggregateOp op, @Nullable Expr of, String name) {
        this.op = op;
        this.of = of;
        this.name = name;
    }

    /** The same under another name; without this word it is called as what it computes, {@code sum_price}. */
    public AggregateCall as(String other) {
        return new AggregateCall(op, of, other);
    }

    AggregateOp op() {
        return op;
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
        return op.word() + '(' + (of == null ? "" : of) + ") as " + name;
    }
}
