package io.keyfarm.key;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.build.ColumnBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a column copy takes to find, and to count, the rows that match, beside a filter of the rows. A main, not a
 * test; {@code HowFastIsAColumnCopy [rows]}.
 */
public final class HowFastIsAColumnCopy {
    private static final int ROUNDS = 7;
    /** Fields of 1, 2 and 4 bytes, and a sketch. */
    private static final TableSchema SCHEMA =
            TableSchema.parse("t: one int32, two int32, four int32, sketch float64, pad char(28)");

    private final Slab slab;
    private final int[] rowNumbers = new int[256];

    private HowFastIsAColumnCopy(Slab slab) {
        this.slab = slab;
    }

    public static void main(String[] args) {
        final int rowCount = args.length > 0 ? Integer.parseInt(args[0]) : 4_000_000;
        final MemoryLedger ledger = MemoryLedger.unlimited("rows");
        final Random random = new Random(1);
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            for (int i = 0; i < rowCount; i++) {
                final int four = random.nextInt();
                rows.beginRow()
                        .putLong(0, four >>> 24)
                        .putLong(1, four >>> 16)
                        .putLong(2, four)
                        .putDouble(3, (double) Integer.toUnsignedLong(four))
                        .putText(4, "")
                        .endRow();
            }
            try (Slab slab = rows.build()) {
                new HowFastIsAColumnCopy(slab).run(ledger);
            }
        }
    }

    private void run(MemoryLedger ledger) {
        System.out.printf(
                "%,d rows of %d bytes; ns a row%n",
                slab.rowCount(), slab.layout().rowBytes());
        System.out.println("field      build | asked     |  find  count |  scan  in one run");
        for (int field = 0; field < 4; field++) {
            final KeySpec spec = KeySpec.of(SCHEMA.field(field).name());
            final double buildNs = best(() -> {
                try (ColumnCopy built = new ColumnBuilder(ledger).build(slab, spec)) {
                    return built.codeBytes();
                }
            });
            try (ColumnCopy column = new ColumnBuilder(ledger).build(slab, spec)) {
                for (final String asked : List.of("0.1 %", "1 %", "5 %", "10 %", "50 %", "two ends", "in 20")) {
                    measure(field, column, buildNs, asked);
                }
            }
        }
    }

    private void measure(int field, ColumnCopy column, double buildNs, String asked) {
        final SegmentMonitor monitor = monitor(field, asked);
        final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[SCHEMA.fieldCount()];
        monitors[field] = monitor;
        final ColumnCursor cursor = new ColumnCursor(List.of(column), CostModel.typical(), () -> false);
        final RowFilter filter = new RowFilter(slab.layout(), field);
        final double findNs = best(() -> {
            cursor.open(monitors);
            long sum = 0;
            for (int count = cursor.next(rowNumbers); count > 0; count = cursor.next(rowNumbers)) {
                sum += rowNumbers[count - 1];
            }
            return sum;
        });
        final double countNs = best(() -> {
            cursor.open(monitors);
            return cursor.count();
        });
        final double scanNs = best(() -> {
            long sum = 0;
            for (int row = 0; row < slab.rowCount(); row += rowNumbers.length) {
                sum += filter.scan(slab, monitor, row, Math.min(slab.rowCount(), row + rowNumbers.length), rowNumbers);
            }
            return sum;
        });
        cursor.open(monitors);
        System.out.printf(
                "%-8s %7.2f | %-9s | %5.2f  %5.2f | %5.2f  %5.1f times%s%n",
                SCHEMA.field(field).name(),
                buildNs,
                asked,
                findNs,
                countNs,
                scanNs,
                scanNs / findNs,
                cursor.isServed(field) ? "" : ", to be confirmed");
    }

    private static SegmentMonitor monitor(int field, String asked) {
        final SegmentMonitor monitor = new SegmentMonitor(SCHEMA.field(field).type());
        monitor.begin();
        switch (asked) {
            case "two ends" -> {
                add(monitor, field, 0, 0.02);
                add(monitor, field, 0.9, 0.02);
            }
            case "in 20" -> {
                for (int i = 0; i < 20; i++) {
                    add(monitor, field, i / 20.0, 0.0005);
                }
            }
            default -> add(monitor, field, 0.3, Double.parseDouble(asked.split(" ")[0]) / 100);
        }
        monitor.end();
        return monitor;
    }

    /** A part of all values from one on. */
    private static void add(SegmentMonitor monitor, int field, double from, double part) {
        final double values = field == 0 ? 256 : field == 1 ? 65_536 : 4_294_967_296.0;
        final double low = Math.floor(from * values);
        final double high = low + Math.max(1, Math.round(part * values)) - 1;
        if (field == 3) {
            monitor.addRange(Sortable.of(low), Sortable.of(high));
        } else {
            final long shift = field == 2 ? 1L << 31 : 0;
            monitor.addRange((long) low - shift, (long) high - shift);
        }
    }

    /** The least processor time of some rounds, a row. */
    private double best(LongSupplier work) {
        final double[] ns = new double[ROUNDS];
        long sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            final long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            sum += work.getAsLong();
            ns[i] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / (double) slab.rowCount();
        }
        if (sum == Long.MIN_VALUE) {
            System.out.println(sum);
        }
        Arrays.sort(ns);
        return ns[0];
    }
}
