package io.keyfarm.bench;

import io.keyfarm.load.LoadProgress;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A scan by one field's monitor, beside the loop one would write by hand for just this question; nanoseconds a row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields, by parameters and set-up.
public class WhatDoesAMonitorCost {
    private static final int ROWS = 1 << 20;
    private static final int BATCH_ROWS = 256;

    @Param({"1", "8"})
    int ranges;

    private final int[] batch = new int[BATCH_ROWS];
    private Slab slab;
    private RowView view;
    private RowFilter filter;
    private SegmentMonitor year;

    @Setup
    public void load() {
        try (SlabBuilder builder = new SlabBuilder(Vehicles.SCHEMA, MemoryLedger.unlimited("the benchmark"))) {
            new Vehicles(ROWS, 42).load(builder, LoadProgress.NONE);
            slab = builder.build();
        }
        view = slab.newView();
        filter = new RowFilter(slab.layout(), Vehicles.YEAR);
        year = new SegmentMonitor(Vehicles.SCHEMA.field(Vehicles.YEAR).type());
        year.begin();
        for (int i = 0; i < ranges; i++) {
            year.addRange(low(i), low(i) + 1);
        }
        year.end();
    }

    private static int low(int range) {
        return Vehicles.FIRST_YEAR + 4 * range;
    }

    @TearDown
    public void free() {
        slab.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int byMonitor() {
        int count = 0;
        for (int row = 0; row < ROWS; row += BATCH_ROWS) {
            count += filter.scan(slab, year, row, row + BATCH_ROWS, batch);
        }
        return count;
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int byHand() {
        int count = 0;
        for (int row = 0; row < ROWS; row++) {
            slab.view(row, view);
            if (isAdmitted(view.getLong(Vehicles.YEAR))) {
                batch[count++ & (BATCH_ROWS - 1)] = row;
            }
        }
        return count;
    }

    private boolean isAdmitted(long value) {
        for (int i = 0; i < ranges; i++) {
            if (value >= low(i) && value <= low(i) + 1) {
                return true;
            }
        }
        return false;
    }
}
