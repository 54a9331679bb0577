package io.keyfarm.query.flow;

/**
 * Asked where work may be long, at least once in {@link #ROWS} rows. Whoever stops a query throws from here what it wants
 * to see, and then closes the activities.
 */
public interface StopSignal {
    /** Rows that may be worked on from one question to the next. */
    int ROWS = 1 << 16;

    StopSignal NEVER = () -> {};

    void throwIfStopped();
}
