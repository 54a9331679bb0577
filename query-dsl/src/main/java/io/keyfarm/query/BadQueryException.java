package io.keyfarm.query;

import org.jspecify.annotations.Nullable;

/** Words that make no query; the message names the field or parameter, and what it is. */
public final class BadQueryException extends IllegalArgumentException {
    public BadQueryException(@Nullable String message) {
        super(message);
    }
}
