package io.keyfarm.farmer;

import io.keyfarm.wire.sbe.ReplyCode;

/** A query that ended without an answer; {@link #code} says why, in the words of the protocol. */
public final class QueryException extends RuntimeException {
    private final transient ReplyCode code;

    QueryException(ReplyCode code, String message) {
        super(message);
        this.code = code;
    }

    public ReplyCode code() {
        return code;
    }
}
