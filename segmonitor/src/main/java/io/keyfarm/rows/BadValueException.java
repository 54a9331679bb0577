package io.keyfarm.rows;

/** A value that its field cannot hold, or text that is no value of its type; the message names both. */
public final class BadValueException extends IllegalArgumentException {
    public BadValueException(String message) {
        super(message);
    }
}
