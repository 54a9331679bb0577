package io.keyfarm.farmer;

/** A query that ended without an answer; {@link #code} says why. */
public final class QueryException extends RuntimeException {
    private final FailureCode code;

    QueryException(FailureCode code, String message) {
        super(message);
        this.code = code;
    }

    public FailureCode code() {
        return code;
    }
}
