package io.keyfarm.slave;

import io.keyfarm.key.RowCursor;

/** A way to all rows that match what is asked of some fields. What is asked of the others is left to be confirmed. */
interface RowWay extends Way {
    /** Answers the rows, and notes the fields that are left. */
    RowCursor open(LeftFields left);

    /** Goes back before the first row, if looks have moved it on. */
    default void rewind() {}

    /** Whether it can {@link #count}. */
    boolean hasCount();

    /** The number of rows it leads to, without reading them. Ends it. */
    long count();

    /** Whether there is any such row. Ends it. */
    boolean exists();
}
