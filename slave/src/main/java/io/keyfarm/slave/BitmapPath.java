package io.keyfarm.slave;

import io.keyfarm.key.BitmapCursor;
import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.advice.BitmapPlan;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way through a shelf's bitmap keys, such as {@code bitmaps of state & colour}, and what it would cost. */
final class BitmapPath extends FieldsPath {
    /** In times of looking at one code: looking the values up. */
    private static final double BIND = 300;

    private final BitmapCursor cursor;
    private final double bindNs;
    private double costNs;

    BitmapPath(List<BitmapKey> keys, CostModel costs, StopSignal stop) {
        this(new BitmapCursor(keys, costs, stop::poll), keys, costs);
    }

    private BitmapPath(BitmapCursor cursor, List<BitmapKey> keys, CostModel costs) {
        super(cursor, keys, keys.stream().map(BitmapKey::spec).toList());
        this.cursor = cursor;
        bindNs = BIND * costs.codeNs();
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
        if (fixedNs + rowsNs < bindNs || !cursor.open(monitors)) {
            return false;
        }
        final BitmapPlan plan = cursor.plan();
        if (wantedRows == ReadPath.COUNTED) {
            return (isWhole(monitors) ? plan.countNs() : plan.readNs(Double.MAX_VALUE)) < fixedNs + rowsNs;
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

    /** By the count, which takes no row out of the bits where all values are dense. */
    @Override
    public boolean exists() {
        return cursor.count() > 0;
    }

    @Override
    String name(List<String> fields) {
        return BitmapPlan.name(fields);
    }
}
