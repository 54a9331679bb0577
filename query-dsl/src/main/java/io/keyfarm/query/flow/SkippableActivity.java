package io.keyfarm.query.flow;

/** Rows in ascending order of a field, which can be asked anew from a value on instead of being read up to it. */
public interface SkippableActivity extends Activity {
    /** What {@link #skipCostRows} answers where asking anew leads nowhere sooner. */
    long NEVER = Long.MAX_VALUE;

    /** As many rows are read in the time that asking anew takes; may change with each batch. */
    long skipCostRows();

    /**
     * The next batch begins with the first row whose field is at or after that of this row, which has not been handed on so far.
     *
     * @param row of a layout that this activity was told of, with a value that is not null
     */
    void skipTo(long row, long[] heapBases, SkipField field);
}
