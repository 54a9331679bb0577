package io.keyfarm.query.flow;

import io.keyfarm.query.plan.Parameters;

/** Makes of the children of a batch of left rows what is handed on: a row for each left row. Crossed once a batch. */
interface ChildSink extends AutoCloseable {
    /** Takes the parameters of a run. */
    void bind(Parameters run);

    /** Children to come are of these left rows, which stand until {@link #end}. */
    void begin(RowBatch left);

    /**
     * Takes children, those of one left row behind those of another.
     *
     * @param places of the left rows, ascending
     * @param left these rows, beside the children
     */
    void take(int[] places, RowBatch left, RowBatch children);

    /** There are no more children: writes what is missing, so that there is a row for each of the left rows. */
    void end();

    @Override
    void close();
}
