package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/**
 * One step of a query at work: it draws rows from the steps before it and hands on its own. Never blocks. Belongs to one
 * thread; interfaces are crossed once a batch.
 */
public interface Activity extends AutoCloseable {
    /** What {@link #next} answers when rows may come later: let time pass, and ask again. */
    int WAITING = -1;

    /** Of the rows handed on. */
    RecordLayout layout();

    /** Starts a run anew, whatever the one before left. */
    void begin();

    /**
     * Fills the batch, which has this {@link #layout}, from its start. The rows stand until the next call.
     *
     * @return how many rows, above 0; 0 when there are no more; or {@link #WAITING}
     */
    int next(RowBatch batch);

    /** Gives back what the run took. A second call does nothing, and {@link #begin} may follow. */
    @Override
    void close();
}
