package io.keyfarm.farmer;

import org.jspecify.annotations.Nullable;

/** Where {@link Rows} come from: a read that is under way, or a flow. */
interface RowSupply {
    /**
     * The rows that are next, at least one and at most {@link #rowsAtOnce} of them; null when there are no more. Lets time
     * pass until it knows.
     *
     * @throws QueryException if the query failed
     */
    @Nullable
    ReplyRows next();

    /** How many rows may be handed over one after another before {@link #next} is asked again. */
    long rowsAtOnce();

    /** Of a query that counts. */
    long count();

    boolean isOpen();

    boolean hasFailed();

    /** Makes it fail, unless it has failed already, and answers why it failed. */
    QueryException failWithMoreThan(long maxRows);

    /** Ends it, whatever is left of it. */
    void close();
}
