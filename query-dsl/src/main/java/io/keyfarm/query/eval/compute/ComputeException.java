package io.keyfarm.query.eval.compute;

/** A value that cannot be computed: one that does not fit its type, a division by zero; the message has words and values. */
public final class ComputeException extends RuntimeException {
    public ComputeException(String message) {
        super(message);
    }
}
