package io.keyfarm.key;

import io.keyfarm.segmonitor.SegmentMonitor;
import org.jspecify.annotations.Nullable;

/**
 * The rows that keys of one field each agree on, by row number. Which of the keys pay is decided when it is opened; what is asked
 * of the other fields is left to whoever reads.
 */
public sealed interface FieldsCursor extends RowCursor permits BitmapCursor, ColumnCursor {
    /**
     * Begins anew with what is asked of each field of the table; null or wild where nothing is. The monitors are not needed any
     * more then.
     *
     * @return whether there is a key for any field that something is asked of
     */
    boolean open(@Nullable SegmentMonitor[] monitorsByTableField);

    /** How many of the keys are used. */
    int servedCount();

    /** One of the keys used, by its place in the list given; the one that leads first. */
    int servedKey(int index);

    /** The field of the table that one of the keys used is of. */
    int servedField(int index);

    /** Whether every row to come is admitted by the monitor of this field of the table. */
    boolean isServed(int tableField);

    /** The number of rows left to come, without handing them over. Ends the walk. */
    long count();

    /** Whether any row is left to come. */
    boolean exists();

    /** Since the walk began. */
    long seeks();

    /** Since the walk began; what is counted as one, each kind of key says. */
    long rowsExamined();
}
