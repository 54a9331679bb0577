package io.keyfarm.slave;

import io.keyfarm.key.BitmapCursor;
import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.advice.BitmapPlan;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way through a shelf's bitmap keys: what it would cost, beside the best of the other ways, and what it is called. */
final class BitmapPath {
    /**
     * Who wants few rows of many may read a few of a key or a scan: that costs less than the bitmaps, by little, if fields are
     * independent, and may cost all of it if they are not. So it must pay even where matching rows are so many times rarer.
     */
    private static final double DOUBT = 16;

    private final List<BitmapKey> keys;
    private final BitmapCursor cursor;

    private byte[] name = {};
    /** The fields that the name names. */
    private int[] named = {};

    BitmapPath(List<BitmapKey> keys, CostModel costs, StopSignal stop) {
        this.keys = keys;
        cursor = new BitmapCursor(keys, costs, stop::poll);
    }

    /** Stands before the first row after {@link #isCheaper}. */
    BitmapCursor cursor() {
        return cursor;
    }

    /**
     * Opens the cursor, and answers whether it costs less than the best of the other ways.
     *
     * @param wantedRows how many matching rows will be read at most, {@link ReadPath#COUNTED} if they are only counted
     * @param fixedNs what the other way costs before the first row
     * @param rowsNs what it costs to read all its rows; who wants few of those that match reads few of these
     */
    boolean isCheaper(@Nullable SegmentMonitor[] monitors, long wantedRows, double fixedNs, double rowsNs) {
        if (keys.isEmpty() || !cursor.open(monitors)) {
            return false;
        }
        final BitmapPlan plan = cursor.plan();
        final boolean isCounted = wantedRows == ReadPath.COUNTED && isWhole(monitors);
        final double wanted = wantedRows == ReadPath.COUNTED ? Double.MAX_VALUE : (double) wantedRows;
        final double costNs = isCounted ? plan.countNs() : plan.readNs(wanted);
        return costNs < fixedNs + rowsNs * plan.partRead(wanted * DOUBT);
    }

    private boolean isWhole(@Nullable SegmentMonitor[] monitors) {
        for (int field = 0; field < monitors.length; field++) {
            final SegmentMonitor monitor = monitors[field];
            if (monitor != null && !monitor.isWild() && !cursor.isServed(field)) {
                return false;
            }
        }
        return true;
    }

    /** Counts for each key that is served. */
    void countUse(SessionTally tally, long reads, long rows) {
        for (int i = 0; i < cursor.servedCount(); i++) {
            tally.onUse(keys.get(cursor.servedKey(i)), reads, rows);
        }
    }

    /** Such as {@code bitmaps of state & colour}, in ASCII; made anew only where other fields are served than before. */
    byte[] name() {
        boolean isKnown = named.length == cursor.servedCount();
        for (int i = 0; isKnown && i < named.length; i++) {
            isKnown = named[i] == cursor.servedField(i);
        }
        if (!isKnown) {
            named = new int[cursor.servedCount()];
            Arrays.setAll(named, cursor::servedField);
            final String[] fields = new String[named.length];
            Arrays.setAll(fields, i -> keys.get(cursor.servedKey(i)).spec().toString());
            name = BitmapPlan.name(List.of(fields)).getBytes(StandardCharsets.US_ASCII);
        }
        return name;
    }
}
