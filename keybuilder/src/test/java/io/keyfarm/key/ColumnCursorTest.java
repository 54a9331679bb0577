package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.build.ColumnBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Column copies against a filter of every row. */
final class ColumnCursorTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    /** A row costs so much that every field pays. */
    private static final CostModel SERVE_ALL = new CostModel(400, 250, 1e12, 2, 1);

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldFindTheRowsAFullScanFinds() {
        for (long seed = 0; seed < 500L * SCALE; seed++) {
            final RandomTable table = new RandomTable(seed);
            final int[] sizes = {0, 1, 2, 10, 100, 1_000, 4_000};
            final int size = sizes[table.random.nextInt(sizes.length)];
            try (Slab slab = table.rows(size, ledger);
                    Columns columns = new Columns(slab)) {
                final ColumnCursor all = new ColumnCursor(columns.columns, SERVE_ALL, () -> false);
                final ColumnCursor some = new ColumnCursor(columns.columns, CostModel.typical(), () -> false);
                for (int i = 0; i < 25; i++) {
                    final @Nullable SegmentMonitor[] monitors = table.monitors(slab);
                    final String what = "seed " + seed + " query " + i + " of " + slab.schema() + " by "
                            + columns.columns + " for " + Arrays.toString(monitors);
                    compare(all, slab, monitors, 1 + table.random.nextInt(100), what + " all");
                    compare(some, slab, monitors, 1 + table.random.nextInt(100), what + " some");
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    private void compare(ColumnCursor cursor, Slab slab, @Nullable SegmentMonitor[] monitors, int batch, String what) {
        final boolean isOpen = cursor.open(monitors);
        final long asked = Arrays.stream(monitors)
                .filter(monitor -> monitor != null && !monitor.isWild())
                .count();
        assertEquals(asked > 0, isOpen, what);
        if (!isOpen) {
            return;
        }
        final int[] expected = scan(slab, monitors, -1);
        final long costRows = cursor.costRows();
        final int[] led = drain(cursor, batch);
        assertTrue(led.length <= costRows, () -> what + ": " + led.length + " of at most " + costRows);
        assertEquals(led.length, cursor.rowsExamined(), what);
        assertArrayEquals(expected, confirm(slab, monitors, cursor, led), what);
        cursor.open(monitors);
        assertEquals(led.length, cursor.count(), what + ": count");
        assertEquals(0, cursor.rowsExamined(), what + ": counting touches no row");
        cursor.open(monitors);
        assertEquals(led.length > 0, cursor.exists(), what + ": exists");
        cursor.open(monitors);
        final int[] some = new int[batch];
        final int taken = cursor.next(some);
        assertEquals(led.length - taken, cursor.count(), what + ": count of the rest");
        for (int i = 0; i < cursor.servedCount(); i++) {
            final int field = cursor.servedField(i);
            if (cursor.servedCount() == 1 && cursor.isServed(field)) {
                assertArrayEquals(scan(slab, monitors, field), led, what + ": exact by field " + field);
            }
        }
    }

    /** What a slave does: the fields that the cursor does not serve are looked at in the rows. */
    private static int[] confirm(Slab slab, @Nullable SegmentMonitor[] monitors, ColumnCursor cursor, int[] led) {
        final int[] rows = led.clone();
        int count = rows.length;
        for (int field = 0; field < monitors.length; field++) {
            final SegmentMonitor monitor = monitors[field];
            if (monitor != null && !monitor.isWild() && !cursor.isServed(field)) {
                count = new RowFilter(slab.layout(), field).confirm(slab, monitor, rows, count);
            }
        }
        return Arrays.copyOf(rows, count);
    }

    private static int[] scan(Slab slab, @Nullable SegmentMonitor[] monitors, int onlyField) {
        final int[] fields = onlyField < 0 ? IntStream.range(0, monitors.length).toArray() : new int[] {onlyField};
        final RowView row = slab.newView();
        return IntStream.range(0, slab.rowCount())
                .filter(rowNumber -> {
                    slab.view(rowNumber, row);
                    return RandomTable.matches(row, monitors, fields);
                })
                .toArray();
    }

    private static int[] drain(RowCursor cursor, int batch) {
        int[] found = {};
        final int[] rowNumbers = new int[batch];
        for (int count = cursor.next(rowNumbers); count > 0; count = cursor.next(rowNumbers)) {
            found = Arrays.copyOf(found, found.length + count);
            System.arraycopy(rowNumbers, 0, found, found.length - count, count);
        }
        return found;
    }

    /** A column copy of each field. */
    private final class Columns implements AutoCloseable {
        final List<ColumnCopy> columns = new ArrayList<>();

        Columns(Slab slab) {
            slab.schema()
                    .fields()
                    .forEach(field -> columns.add(new ColumnBuilder(ledger).build(slab, KeySpec.of(field.name()))));
        }

        @Override
        public void close() {
            columns.forEach(ColumnCopy::close);
        }
    }
}
