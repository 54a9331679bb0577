package io.keyfarm.query;

import io.keyfarm.rows.TableSchema;

/** A table to ask of: a name and fields, wherever its rows are. Immutable. */
public final class Table {
    private final TableSchema schema;

    private Table(TableSchema schema) {
        this.schema = schema;
    }

    public static Table of(TableSchema schema) {
        return new Table(schema);
    }

    /** {@code Table.of("vehicles: id int64, state char(2), price decimal(12,2) null")}. */
    public static Table of(String schema) {
        return of(TableSchema.parse(schema));
    }

    public TableSchema schema() {
        return schema;
    }

    public String name() {
        return schema.name();
    }

    /**
     * The field called so, to say conditions and orders with.
     *
     * @throws io.keyfarm.rows.BadValueException naming the fields there are, if there is no such field
     */
    public FieldRef field(String name) {
        return new FieldRef(schema, schema.indexOf(name));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Table that && schema.equals(that.schema);
    }

    @Override
    public int hashCode() {
        return schema.hashCode();
    }

    @Override
    public String toString() {
        return schema.toString();
    }
}
