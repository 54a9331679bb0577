package io.keyfarm.key;

import io.keyfarm.key.advice.ColumnPlan;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows that column copies of one slab admit, by row number.
 *
 * <pre>
 *   price from 1,000   codes  [ 3 | 200 | 17 | 255 | 18 | 4 ]     all are looked at, from the first to the last
 *   rows                         1    2          4
 *   year = 1998                  1               4                 only of these, in the column copy of year
 * </pre>
 *
 * The field that leaves the fewest rows goes first. Fields that would not pay, and those of which codes do not tell all, are
 * not {@linkplain #isServed served}. Counted work: a row is <em>examined</em> when its number is handed over; codes are not
 * counted, of which a scan looks at some ten in the time of one row. One thread; reusable by {@link #open}; allocates nothing
 * once the monitors' largest sets have been seen.
 */
public final class ColumnCursor implements FieldsCursor {
    /** Between two looks at the stop signal: some 100 µs. */
    private static final int CODES_PER_POLL = 1 << 18;

    private static final int BATCH_ROWS = 1024;

    private final ColumnCopy[] columns;
    private final AdmittedCodes[] admitted;
    private final CodeFilter[] filters;
    private final ColumnPlan plan;
    private final BooleanSupplier isStopped;
    private final int rowCount;
    private final int[] counting = new int[BATCH_ROWS];

    private int servedCount;
    private int nextRow;
    private int pollAtRow;
    private long rowsExamined;

    /** @param isStopped asked now and then; true ends the walk */
    public ColumnCursor(List<ColumnCopy> columns, CostModel costs, BooleanSupplier isStopped) {
        this.columns = columns.toArray(new ColumnCopy[0]);
        this.isStopped = isStopped;
        admitted = new AdmittedCodes[this.columns.length];
        filters = new CodeFilter[this.columns.length];
        for (int i = 0; i < filters.length; i++) {
            admitted[i] = new AdmittedCodes(this.columns[i]);
            filters[i] = new CodeFilter(this.columns[i], admitted[i]);
        }
        rowCount = filters.length == 0 ? 0 : this.columns[0].rowCount();
        plan = new ColumnPlan(costs);
    }

    /** {@inheritDoc} Finds the codes that are admitted, and so knows {@link #plan}, but looks at no row's yet. */
    @Override
    public boolean open(@Nullable SegmentMonitor[] monitorsByTableField) {
        plan.begin(rowCount);
        for (int i = 0; i < columns.length; i++) {
            final SegmentMonitor monitor = monitorsByTableField[columns[i].tableField()];
            if (monitor != null && !monitor.isWild()) {
                admitted[i].bind(monitor);
                plan.add(i, admitted[i].expectedRows(), columns[i].codeBytes());
            }
        }
        plan.end();
        servedCount = plan.servedCount();
        for (int i = 0; i < servedCount; i++) {
            filters[plan.served(i)].bind();
        }
        nextRow = costRows() == 0 ? rowCount : 0;
        pollAtRow = CODES_PER_POLL;
        rowsExamined = 0;
        return servedCount > 0;
    }

    /** What this way is expected to take. */
    public ColumnPlan plan() {
        return plan;
    }

    @Override
    public int servedCount() {
        return servedCount;
    }

    @Override
    public int servedKey(int index) {
        return plan.served(index);
    }

    @Override
    public int servedField(int index) {
        return columns[servedKey(index)].tableField();
    }

    @Override
    public boolean isServed(int tableField) {
        for (int i = 0; i < servedCount; i++) {
            if (servedField(i) == tableField) {
                return admitted[servedKey(i)].isExact();
            }
        }
        return false;
    }

    @Override
    public long costRows() {
        long least = servedCount == 0 ? 0 : rowCount;
        for (int i = 0; i < servedCount; i++) {
            least = Math.min(least, admitted[servedKey(i)].mostRows());
        }
        return least;
    }

    @Override
    public int next(int[] rowNumbers) {
        final int count = find(rowNumbers);
        rowsExamined += count;
        return count;
    }

    private int find(int[] rowNumbers) {
        final CodeFilter lead = filters[plan.served(0)];
        while (nextRow < rowCount) {
            if (nextRow >= pollAtRow) {
                if (isStopped.getAsBoolean()) {
                    nextRow = rowCount;
                    return 0;
                }
                pollAtRow = nextRow + CODES_PER_POLL;
            }
            nextRow = lead.find(nextRow, Math.min(pollAtRow, rowCount), rowNumbers);
            int count = lead.kept();
            for (int i = 1; i < servedCount && count > 0; i++) {
                count = filters[plan.served(i)].retain(rowNumbers, count);
            }
            if (count > 0) {
                return count;
            }
        }
        return 0;
    }

    @Override
    public long count() {
        long total = 0;
        if (servedCount == 1) {
            if (nextRow == 0 && columns[plan.served(0)].codeBytes() == 1) {
                // How many rows have a code of one byte was counted when it was built.
                nextRow = rowCount;
                return costRows();
            }
            while (nextRow < rowCount && !isStopped.getAsBoolean()) {
                final int to = (int) Math.min((long) nextRow + CODES_PER_POLL, rowCount);
                total += filters[plan.served(0)].count(nextRow, to);
                nextRow = to;
            }
            nextRow = rowCount;
            return total;
        }
        for (int count = find(counting); count > 0; count = find(counting)) {
            total += count;
        }
        return total;
    }

    @Override
    public boolean exists() {
        return find(counting) > 0;
    }

    /** Codes are looked at where they stand. */
    @Override
    public long seeks() {
        return 0;
    }

    @Override
    public long rowsExamined() {
        return rowsExamined;
    }
}
