package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;

/**
 * A value that a run of a plan is given.
 *
 * @param optional whether a run may leave it out, which makes every condition on it hold
 * @param set whether it is any number of values, for {@code in} and {@code not in}
 */
public record Parameter(String name, FieldType type, boolean optional, boolean set) {
    public static final int MAX_COUNT = 256;

    public Parameter {
        // A parameter is called as a field may be.
        new Field(name, type, false);
    }

    @Override
    public String toString() {
        return ":" + name + (optional ? "?" : "");
    }
}
