package io.keyfarm.query;

import io.keyfarm.rows.FieldType;

/** A value that is no field by itself. */
final class Computed extends Expr {
    private final Body body;
    private final FieldType type;

    Computed(Body body, FieldType type) {
        this.body = body;
        this.type = type;
    }

    @Override
    public FieldType type() {
        return type;
    }

    @Override
    Body body() {
        return body;
    }

    @Override
    public String toString() {
        return body.toString();
    }
}
