package io.keyfarm.slave;

import io.keyfarm.key.RowCursor;
import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import org.jspecify.annotations.Nullable;

/** Every row in the order it was loaded; where one field is constrained at all, only those that its monitor admits. */
final class ScanCursor implements RowCursor, RowWay {
    /** Between two looks at the stop signal: some 100 µs. */
    private static final int ROWS_PER_POLL = 1 << 16;

    private static final byte[] NO_NAME = {};

    private final Slab slab;
    private final StopSignal stop;
    private @Nullable RowFilter filter;
    private @Nullable SegmentMonitor monitor;
    private int nextRow;
    private int pollAtRow;

    ScanCursor(Slab slab, StopSignal stop) {
        this.slab = slab;
        this.stop = stop;
    }

    /** {@inheritDoc} The first field that is asked about is seen to while scanning. */
    @Override
    public RowCursor open(LeftFields left) {
        left.beginWithAll();
        filter = null;
        monitor = null;
        if (!left.isEmpty()) {
            filter = left.filter(left.field(0));
            monitor = left.monitor(left.field(0));
            left.remove(0);
        }
        nextRow = 0;
        pollAtRow = ROWS_PER_POLL;
        return this;
    }

    /** Where it leads to every row. */
    @Override
    public boolean hasCount() {
        return filter == null || monitor == null;
    }

    @Override
    public long count() {
        return slab.rowCount();
    }

    @Override
    public boolean exists() {
        return slab.rowCount() > 0;
    }

    @Override
    public long seeks() {
        return 0;
    }

    @Override
    public long rowsExamined() {
        return nextRow;
    }

    /** Empty: no key was taken. */
    @Override
    public byte[] name() {
        return NO_NAME;
    }

    @Override
    public void countUse(SessionTally tally, long reads, long rows) {
        tally.onUse(SessionTally.SCAN, reads, rows);
    }

    @Override
    public long costRows() {
        return slab.rowCount();
    }

    @Override
    public int next(int[] rowNumbers) {
        return next(rowNumbers, slab.rowCount());
    }

    /** As {@link #next}, but no row from this one on is begun with. */
    int next(int[] rowNumbers, int limitRow) {
        if (filter == null || monitor == null) {
            final int from = nextRow;
            final int count = Math.min(rowNumbers.length, slab.rowCount() - from);
            for (int i = 0; i < count; i++) {
                rowNumbers[i] = from + i;
            }
            nextRow += count;
            return count;
        }
        while (nextRow < Math.min(limitRow, slab.rowCount())) {
            if (nextRow >= pollAtRow) {
                if (stop.poll()) {
                    return 0;
                }
                pollAtRow = nextRow + ROWS_PER_POLL;
            }
            final int to = Math.min(nextRow + rowNumbers.length, slab.rowCount());
            final int count = filter.scan(slab, monitor, nextRow, to, rowNumbers);
            nextRow = to;
            if (count > 0) {
                return count;
            }
        }
        return 0;
    }
}
