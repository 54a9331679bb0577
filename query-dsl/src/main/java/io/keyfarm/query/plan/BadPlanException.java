package io.keyfarm.query.plan;

import org.jspecify.annotations.Nullable;

/** Plan bytes or a parameter block that cannot be what they are said to be, or do not fit the table; the message names what. */
public final class BadPlanException extends IllegalArgumentException {
    public BadPlanException(String message) {
        super(message);
    }

    BadPlanException(@Nullable String message, Throwable cause) {
        super(message, cause);
    }
}
