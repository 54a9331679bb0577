package io.keyfarm.query.flow;

/** A left row of a join has more candidates than {@code limit(n)} allows; the query fails. */
public final class JoinLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JoinLimitException(long most) {
        super("a row of the join's left side has more than the " + most
                + " candidates of its limit; raise it, or say what to do then: skip(), onFail(), or atMost instead");
    }
}
