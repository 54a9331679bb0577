package io.keyfarm.query;

/** One field by which rows are ordered. Nulls come last ascending and first descending; text goes by its bytes. */
public final class Order {
    private final FieldRef field;
    private final boolean descending;

    Order(FieldRef field, boolean descending) {
        this.field = field;
        this.descending = descending;
    }

    public FieldRef field() {
        return field;
    }

    public boolean isDescending() {
        return descending;
    }

    @Override
    public String toString() {
        return field.name() + (descending ? " descending" : "");
    }
}
