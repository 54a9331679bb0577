package io.keyfarm.query.flow;

/** A condition on rows. */
public interface RowsFilter extends AutoCloseable {
    /** Writes the places of those rows for which it holds, in order; answers how many. */
    int confirm(RowBatch rows, int[] places);

    /** Gives back what a run took. */
    @Override
    default void close() {}
}
