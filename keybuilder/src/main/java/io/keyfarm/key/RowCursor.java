package io.keyfarm.key;

/** Candidates in key order, a batch at a time: interfaces are crossed per batch, never per row. */
public interface RowCursor {
    /** An upper bound of the rows to come, available before the first batch. */
    long costRows();

    /** Fills from the front and answers how many; 0 when there are no more. */
    int next(int[] rowNumbers);
}
