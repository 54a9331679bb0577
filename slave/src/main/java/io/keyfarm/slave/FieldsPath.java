package io.keyfarm.slave;

import io.keyfarm.key.FieldsCursor;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.RowCursor;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way through a shelf's keys of one kind that are of one field each. What it would cost beside the best of the other ways,
 * each kind knows by itself; which fields it leaves, what it is called and whom its use is counted for is the same.
 */
abstract sealed class FieldsPath implements RowWay permits BitmapPath, ColumnPath {
    private final List<?> keys;
    private final List<KeySpec> specs;
    private final FieldsCursor cursor;

    private byte[] name = {};
    /** The fields that the name names. */
    private int[] named = {};

    /**
     * @param cursor over these keys
     * @param specs of the keys
     */
    FieldsPath(FieldsCursor cursor, List<?> keys, List<KeySpec> specs) {
        this.cursor = cursor;
        this.keys = keys;
        this.specs = specs;
    }

    /** Of the fields that are served. */
    abstract String name(List<String> fields);

    /** Whether, as the cursor is open now, all that is asked is seen to. */
    final boolean isWhole(@Nullable SegmentMonitor[] monitors) {
        for (int field = 0; field < monitors.length; field++) {
            final SegmentMonitor monitor = monitors[field];
            if (monitor != null && !monitor.isWild() && !cursor.isServed(field)) {
                return false;
            }
        }
        return true;
    }

    /** The cursor stands before the first row since it was found to cost less than other ways. */
    @Override
    public final RowCursor open(LeftFields left) {
        left.beginWithAll();
        for (int i = left.count() - 1; i >= 0; i--) {
            if (cursor.isServed(left.field(i))) {
                left.remove(i);
            }
        }
        return cursor;
    }

    @Override
    public final boolean hasCount() {
        return true;
    }

    @Override
    public final long count() {
        return cursor.count();
    }

    @Override
    public final long seeks() {
        return cursor.seeks();
    }

    @Override
    public final long rowsExamined() {
        return cursor.rowsExamined();
    }

    /** Counts for each key that is served. */
    @Override
    public final void countUse(SessionTally tally, long reads, long rows) {
        for (int i = 0; i < cursor.servedCount(); i++) {
            tally.onUse(keys.get(cursor.servedKey(i)), reads, rows);
        }
    }

    /** Made anew only where other fields are served than before. */
    @Override
    public final byte[] name() {
        boolean isKnown = named.length == cursor.servedCount();
        for (int i = 0; isKnown && i < named.length; i++) {
            isKnown = named[i] == cursor.servedField(i);
        }
        if (!isKnown) {
            named = new int[cursor.servedCount()];
            Arrays.setAll(named, cursor::servedField);
            final String[] fields = new String[named.length];
            Arrays.setAll(fields, i -> specs.get(cursor.servedKey(i)).toString());
            name = name(List.of(fields)).getBytes(StandardCharsets.US_ASCII);
        }
        return name;
    }
}
