package io.keyfarm.bench;

import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import java.util.concurrent.TimeUnit;
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

/** A key of a million rows, ready to seek in, beside a merge sort of row numbers that compares rows. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields, by parameters and set-up.
public class HowFastIsAKeyBuilt {
    @Param("1000000")
    int rows;

    @Param({"uniform", "zipf", "constant-lead", "url", "page"})
    String data;

    private final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
    private SeekData tables;
    private SeekCase seekCase;

    @Setup
    public void load() {
        tables = new SeekData(rows, 42, ledger);
        seekCase = tables.find(data);
    }

    @TearDown
    public void free() {
        tables.close();
    }

    @Benchmark
    public int[] byComparator() {
        return ComparatorSort.sort(seekCase.plain(), rows);
    }

    @Benchmark
    public long cold() {
        return build(KeyTier.COLD, 0);
    }

    @Benchmark
    public long hot() {
        return build(KeyTier.HOT, 0);
    }

    @Benchmark
    public long coldWithHash() {
        // A hash directory takes fields of 63 bits in all.
        return build(
                KeyTier.COLD, "page".equals(data) ? 0 : seekCase.spec().fields().size());
    }

    private long build(KeyTier tier, int hashedFields) {
        try (SortedKey key = new KeyBuilder(ledger).build(seekCase.slab(), seekCase.spec(), tier, hashedFields)) {
            return key.bytes();
        }
    }
}
