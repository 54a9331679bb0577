package io.keyfarm.query.flow;

/** A condition on a left and a right row together. */
public interface PairFilter extends AutoCloseable {
    /** Writes the places of those pairs for which it holds, in order; answers how many. */
    int confirm(RowBatch left, RowBatch right, int[] places);

    /** Gives back what a run took. */
    @Override
    default void close() {}
}
