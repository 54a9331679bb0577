package io.keyfarm.query;

import io.keyfarm.rows.Field;

/** A value with the name by which it stands in the rows that are made of it. Immutable. */
public final class Column {
    private final Expr expr;
    private final Field field;

    Column(Expr expr, String name) {
        this.expr = expr;
        field = new Field(name, expr.type(), true);
    }

    public Expr expr() {
        return expr;
    }

    public String name() {
        return field.name();
    }

    @Override
    public String toString() {
        return expr + " as " + name();
    }
}
