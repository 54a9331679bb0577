package io.keyfarm.query;

import io.keyfarm.rows.TableSchema;

/** A table to ask of: a name and fields, wherever its rows are. Immutable. */
public final class Table {
    private final TableSchema schema;
    private final String source;

    private Table(TableSchema schema, String source) {
        this.schema = schema;
        this.source = source;
    }

    public static Table of(TableSchema schema) {
        return new Table(schema, schema.name());
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

    /** The table itself under another name, so that it can be joined with itself. */
    public Table as(String alias) {
        return new Table(new TableSchema(alias, schema.fields()), source);
    }

    /** The name under which the rows are held, whatever the table is called here. */
    public String source() {
        return source;
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
        return other instanceof Table that && schema.equals(that.schema) && source.equals(that.source);
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
