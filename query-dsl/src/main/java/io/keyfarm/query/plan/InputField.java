package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;

/**
 * A field of one of the rows that are computed with.
 *
 * @param input 0 left, 1 right
 */
public record InputField(int input, Field field) {
    public static final int LEFT = 0;
    public static final int RIGHT = 1;

    public InputField {
        if (input != LEFT && input != RIGHT) {
            throw new BadPlanException(field.name() + " is of row 0 or 1, not " + Integer.toUnsignedString(input));
        }
    }
}
