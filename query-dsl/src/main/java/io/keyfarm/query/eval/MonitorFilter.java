package io.keyfarm.query.eval;

import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;

/** A tree over one field below an {@code or} of several: its monitor, confirmed row by row. */
final class MonitorFilter implements RestFilter {
    private final SegmentMonitor monitor;
    private final RowFilter filter;
    private final int field;

    /** The row filter may be that of many: it keeps nothing from one batch to the next. */
    MonitorFilter(FieldType type, int field, RowFilter filter) {
        this.field = field;
        this.filter = filter;
        monitor = new SegmentMonitor(type);
    }

    int field() {
        return field;
    }

    SegmentMonitor monitor() {
        return monitor;
    }

    @Override
    public int confirm(Slab slab, int[] rowNumbers, int count) {
        return filter.confirm(slab, monitor, rowNumbers, count);
    }
}
