package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A price range over vehicles that admits some share of the rows: all of them read by key, and by scan; a sum of ids. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields, by parameters and set-up.
public class WhenDoesAKeyBeatAScan {
    private static final int BATCH_ROWS = 256;
    private static final long LEAST_PRICE = 50_000;
    private static final long PRICES = 9_000_000;

    @Param("1000000")
    int rows;

    @Param({"0.001", "0.01", "0.1", "0.2", "0.4"})
    double share;

    private final int[] batch = new int[BATCH_ROWS];
    private Slab slab;
    private SortedKey key;
    private SeekLoop loop;
    private RowFilter filter;
    private SegmentMonitor price;
    private @Nullable SegmentMonitor[] monitors;

    @Setup
    public void load() {
        final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
        try (SlabBuilder builder = new SlabBuilder(Vehicles.SCHEMA, ledger)) {
            new Vehicles(rows, 42).load(builder, LoadProgress.NONE);
            slab = builder.build();
        }
        key = new KeyBuilder(ledger).build(slab, KeySpec.of("price"), KeyTier.HOT);
        loop = new SeekLoop(key);
        filter = new RowFilter(slab.layout(), Vehicles.PRICE);
        price = new SegmentMonitor(Vehicles.SCHEMA.field(Vehicles.PRICE).type());
        price.bindRange(LEAST_PRICE, LEAST_PRICE + (long) (PRICES * share) - 1);
        monitors = new SegmentMonitor[Vehicles.SCHEMA.fieldCount()];
        monitors[Vehicles.PRICE] = price;
    }

    @TearDown
    public void free() {
        key.close();
        slab.close();
    }

    @Benchmark
    public long byKey() {
        loop.open(monitors);
        long sum = 0;
        for (int count = loop.next(batch); count > 0; count = loop.next(batch)) {
            sum += ids(count);
        }
        return sum;
    }

    @Benchmark
    public long byScan() {
        long sum = 0;
        for (int row = 0; row < rows; row += BATCH_ROWS) {
            sum += ids(filter.scan(slab, price, row, Math.min(rows, row + BATCH_ROWS), batch));
        }
        return sum;
    }

    private long ids(int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Memory.getLong(slab.address(batch[i]));
        }
        return sum;
    }
}
