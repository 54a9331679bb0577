package io.keyfarm.slave;

import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.ColumnCursor;
import io.keyfarm.key.advice.ColumnPlan;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way through a shelf's column copies: what it would cost, beside the best of the other ways, and what it is called. */
final class ColumnPath {
    /** In times of looking at one code: finding those that are admitted, before any row's is looked at. */
    private static final double BIND = 2000;

    private final List<ColumnCopy> columns;
    private final ColumnCursor cursor;
    private final double bindNs;
    private double costNs;

    private byte[] name = {};
    /** The fields that the name names. */
    private int[] named = {};

    ColumnPath(List<ColumnCopy> columns, CostModel costs, StopSignal stop) {
        this.columns = columns;
        cursor = new ColumnCursor(columns, costs, stop::poll);
        bindNs = BIND * costs.codeNs();
    }

    /** Stands before the first row after {@link #isCheaper}. */
    ColumnCursor cursor() {
        return cursor;
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

    private boolean isWhole(@Nullable SegmentMonitor[] monitors) {
        for (int field = 0; field < monitors.length; field++) {
            final SegmentMonitor monitor = monitors[field];
            if (monitor != null && !monitor.isWild() && !cursor.isServed(field)) {
                return false;
            }
        }
        return true;
    }

    /** Counts for each column that is read. */
    void countUse(SessionTally tally, long reads, long rows) {
        for (int i = 0; i < cursor.servedCount(); i++) {
            tally.onUse(columns.get(cursor.servedKey(i)), reads, rows);
        }
    }

    /** Such as {@code column of price}, in ASCII; made anew only where other fields are read than before. */
    byte[] name() {
        boolean isKnown = named.length == cursor.servedCount();
        for (int i = 0; isKnown && i < named.length; i++) {
            isKnown = named[i] == cursor.servedField(i);
        }
        if (!isKnown) {
            named = new int[cursor.servedCount()];
            Arrays.setAll(named, cursor::servedField);
            final String[] fields = new String[named.length];
            Arrays.setAll(fields, i -> columns.get(cursor.servedKey(i)).spec().toString());
            name = ColumnPlan.name(List.of(fields)).getBytes(StandardCharsets.US_ASCII);
        }
        return name;
    }
}
