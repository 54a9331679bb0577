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
    /** In times of looking at one code: looking the values up. */
    private static final double BIND = 300;

    private final List<BitmapKey> keys;
    private final BitmapCursor cursor;
    private final double bindNs;
    private double costNs;

    private byte[] name = {};
    /** The fields that the name names. */
    private int[] named = {};

    BitmapPath(List<BitmapKey> keys, CostModel costs, StopSignal stop) {
        this.keys = keys;
        cursor = new BitmapCursor(keys, costs, stop::poll);
        bindNs = BIND * costs.codeNs();
    }

    /** Stands before the first row after {@link #isCheaper}. */
    BitmapCursor cursor() {
        return cursor;
    }

    /**
     * Opens the cursor, and answers whether it costs less than the best of the other ways.
     *
     * @param wantedRows how many matching rows will be read at most, {@link ReadPath#COUNTED} if they are only counted
     * @param matchingRows how many match, as far as the other ways know
     * @param fixedNs what the other way costs before the first row
     * @param rowsNs what it costs to read all its rows; who wants few of those that match reads few of these
     */
    boolean isCheaper(
            @Nullable SegmentMonitor[] monitors, long wantedRows, double matchingRows, double fixedNs, double rowsNs) {
        if (keys.isEmpty() || fixedNs + rowsNs < bindNs || !cursor.open(monitors)) {
            return false;
        }
        final BitmapPlan plan = cursor.plan();
        final boolean isCounted = wantedRows == ReadPath.COUNTED && isWhole(monitors);
        if (wantedRows == ReadPath.COUNTED) {
            return (isCounted ? plan.countNs() : plan.readNs(Double.MAX_VALUE)) < fixedNs + rowsNs;
        }
        // Whoever wants few of the rows that match reads the same part of either way; bitmaps have a window's work at
        // least.
        final double part = Math.min(1, (double) wantedRows / Math.min(matchingRows, Math.max(1, plan.expectedRows())));
        costNs = plan.readNs(part * plan.expectedRows());
        return costNs < fixedNs + rowsNs * part;
    }

    /** What reading the few rows that are wanted is expected to cost. */
    double costNs() {
        return costNs;
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
