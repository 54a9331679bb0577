package io.keyfarm.slave;

import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.ColumnCursor;
import io.keyfarm.key.advice.ColumnPlan;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way through a shelf's column copies, such as {@code column of price}, and what it would cost. */
final class ColumnPath extends FieldsPath {
    /** In times of looking at one code: finding those that are admitted, before any row's is looked at. */
    private static final double BIND = 2000;

    private final ColumnCursor cursor;
    private final double bindNs;
    private double costNs;

    ColumnPath(List<ColumnCopy> columns, CostModel costs, StopSignal stop) {
        this(new ColumnCursor(columns, costs, stop::poll), columns, costs);
    }

    private ColumnPath(ColumnCursor cursor, List<ColumnCopy> columns, CostModel costs) {
        super(cursor, columns, columns.stream().map(ColumnCopy::spec).toList());
        this.cursor = cursor;
        bindNs = BIND * costs.codeNs();
    }

    /**
     * Opens the cursor, and answers whether it costs less than the best of the other ways. Who wants few of the rows that
     * match reads the same part of either.
     *
     * @param isCounted whether rows are only counted
     * @param otherNs what the other way costs for all its rows
     */
    boolean isCheaper(@Nullable SegmentMonitor[] monitors, boolean isCounted, double otherNs) {
        if (otherNs < bindNs || !cursor.open(monitors)) {
            return false;
        }
        final ColumnPlan plan = cursor.plan();
        costNs = bindNs + (isCounted && isWhole(monitors) ? plan.countNs() : plan.readNs());
        return costNs < otherNs;
    }

    /** What reading all rows this way is expected to cost. */
    double costNs() {
        return costNs;
    }

    @Override
    public boolean exists() {
        return cursor.exists();
    }

    @Override
    String name(List<String> fields) {
        return ColumnPlan.name(fields);
    }
}
