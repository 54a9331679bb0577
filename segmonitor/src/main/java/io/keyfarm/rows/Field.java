package io.keyfarm.rows;

/** A named field of a table. Names are letters, digits and underscores, and begin with no digit. */
public record Field(String name, FieldType type, boolean nullable) {
    public Field {
        Names.require("field", name);
    }

    @Override
    public String toString() {
        return name + " " + type + (nullable ? " null" : "");
    }
}
