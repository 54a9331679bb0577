package io.keyfarm.bench;

import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/** Independent seeks and the read of the row found, beside a binary search through the rows; nanoseconds a probe. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields, by parameters and set-up.
public class HowFastIsAKeySought {
    private static final int WINDOW = 1 << 12;
    private static final int PROBES = 1 << 20;

    @Param("4000000")
    int rows;

    @Param({"uniform", "power-law", "zipf", "clustered", "constant-lead", "long-prefix", "url"})
    String data;

    private SeekData tables;
    private SortedKey cold;
    private SortedKey hot;
    private Contestant plain;
    private Contestant coldSingle;
    private Contestant hotSingle;
    private Contestant coldBatch;
    private Contestant hotBatch;
    private Contestant equality;
    private long pointers;
    private int next;

    @Setup
    public void build() {
        final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
        tables = new SeekData(rows, 42, ledger);
        final SeekCase seekCase = tables.find(data);
        final KeyBuilder builder = new KeyBuilder(ledger);
        final int allFields = seekCase.spec().fields().size();
        cold = builder.build(seekCase.slab(), seekCase.spec(), KeyTier.COLD, allFields);
        hot = builder.build(seekCase.slab(), seekCase.spec(), KeyTier.HOT);
        pointers = Contestants.copyRowNumbers(cold);
        seekCase.plain().use(pointers);
        final Probes probes = Contestants.drawProbes(seekCase, cold.coder(), PROBES, 42);
        plain = Contestants.plain(seekCase.plain());
        coldSingle = Contestants.single(cold, probes);
        hotSingle = Contestants.single(hot, probes);
        coldBatch = Contestants.batch(cold, probes);
        hotBatch = Contestants.batch(hot, probes);
        equality = Contestants.equality(cold, probes);
    }

    @Setup(Level.Invocation)
    public void move() {
        next = (next + WINDOW) % PROBES;
    }

    @TearDown
    public void free() {
        cold.close();
        hot.close();
        tables.close();
        Memory.free(pointers);
    }

    @Benchmark
    @OperationsPerInvocation(WINDOW)
    public long binarySearchThroughTheRows() {
        return plain.run(next, next + WINDOW);
    }

    @Benchmark
    @OperationsPerInvocation(WINDOW)
    public long coldOneByOne() {
        return coldSingle.run(next, next + WINDOW);
    }

    @Benchmark
    @OperationsPerInvocation(WINDOW)
    public long hotOneByOne() {
        return hotSingle.run(next, next + WINDOW);
    }

    @Benchmark
    @OperationsPerInvocation(WINDOW)
    public long coldInBatches() {
        return coldBatch.run(next, next + WINDOW);
    }

    @Benchmark
    @OperationsPerInvocation(WINDOW)
    public long hotInBatches() {
        return hotBatch.run(next, next + WINDOW);
    }

    @Benchmark
    @OperationsPerInvocation(WINDOW)
    public long equalityByHash() {
        return equality.run(next, next + WINDOW);
    }
}
