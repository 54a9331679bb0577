package io.keyfarm.key.build;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Measures what seeks and rows cost on this machine, in a fifth of a second, on rows that it makes and frees.
 *
 * <pre>
 *   rows       | k 8, any number | pad 40 |      up to 512 Ki of 48 bytes, as many as 25 ms allow; a cold and a hot key by k
 *   rounds     seeks cold | seeks hot | keyed rows | scanned rows | codes |      50 ms; the first half warms up
 *   figure     the lower quartile of its slices of the other half
 * </pre>
 *
 * 24 MB of rows and 9 MB of keys are more than the caches near a core hold, so that a seek and a keyed row cost a miss, as
 * they do in tables worth a key; much more would take longer to make than to measure. A slice takes longer when the processor
 * was busy elsewhere or the code not compiled yet, and never less long, so that low ones are the truest. A figure that is not within a factor of
 * {@value #MOST_TIMES} of {@link CostModel#typical} is taken for a mistake, as of a machine that was busy elsewhere, and the
 * typical one stands in its place; so it does if time or memory run out. The two figures of rows are taken or left together.
 */
public final class Calibration {
    /** Of all of it, but for the work between two looks at the clock. */
    public static final long MAX_NS = 200_000_000;

    /** No figure is further from the typical one. */
    public static final double MOST_TIMES = 10;

    /** A keyed row costs so many scanned ones at least, and so many at most; six are typical. */
    private static final double LEAST_ROW_RATIO = 1;

    private static final double MOST_ROW_RATIO = 25;

    private static final long ROWS_NS = 25_000_000;
    private static final long ROUNDS_NS = 50_000_000;
    /** For freeing the rows, and what a round may take longer. */
    private static final long SPARE_NS = 10_000_000;

    private static final int MOST_ROWS = 1 << 19;
    private static final int FEWEST_ROWS = 1 << 16;
    private static final int ROWS_A_LOOK = 1 << 14;
    private static final TableSchema SCHEMA = TableSchema.parse("calibration: k int64, pad char(40)");
    private static final KeySpec SPEC = KeySpec.of("k");

    private static final int FIGURES = 5;
    private static final int MOST_ROUNDS = 128;
    private static final int LEAST_ROUNDS = 6;
    private static final int SEEKS = 1 << 10;
    private static final int WALKED_ROWS = 1 << 13;
    private static final int SCANNED_ROWS = 1 << 15;
    private static final int BATCH_ROWS = 256;

    private final NanoClock clock;
    private final Slab slab;
    private final SortedKey cold;
    private final SortedKey hot;
    private final SeekLoop walk;
    private final RowFilter filter;
    private final SegmentMonitor asked = new SegmentMonitor(SCHEMA.field(0).type());
    private final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[SCHEMA.fieldCount()];
    private final int[] batch = new int[BATCH_ROWS];
    private long random = 0x9E37_79B9_7F4A_7C15L;
    /** Of what was read, so that reading it is not left out. */
    private long sum;

    private Calibration(NanoClock clock, Slab slab, SortedKey cold, SortedKey hot) {
        this.clock = clock;
        this.slab = slab;
        this.cold = cold;
        this.hot = hot;
        walk = new SeekLoop(cold);
        filter = new RowFilter(slab.layout(), 0);
        monitors[0] = asked;
    }

    /**
     * The costs as they are here and now; {@link CostModel#typical} for what cannot be measured.
     *
     * @param ledger that up to 100 MB are taken of for the time being
     */
    public static CostModel measure(MemoryLedger ledger, NanoClock clock) {
        final long startNs = clock.nanoTime();
        final BuildPace inTime = rows -> {
            if (clock.nanoTime() - startNs > MAX_NS - ROUNDS_NS - SPARE_NS) {
                throw new BuildCancelledException("rows to measure on take too long here");
            }
        };
        final KeyBuilder builder = new KeyBuilder(ledger, inTime);
        try (Slab slab = rows(ledger, clock);
                SortedKey hot = builder.build(slab, SPEC, KeyTier.HOT);
                SortedKey cold = builder.build(slab, SPEC, KeyTier.COLD)) {
            return new Calibration(clock, slab, cold, hot).costs();
        } catch (BuildCancelledException | MemoryLimitException e) {
            return CostModel.typical();
        }
    }

    private static Slab rows(MemoryLedger ledger, NanoClock clock) {
        final long endNs = clock.nanoTime() + ROWS_NS;
        final byte[] pad = {};
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            int count = 0;
            while (count < MOST_ROWS && (count < FEWEST_ROWS || clock.nanoTime() - endNs < 0)) {
                for (final int end = count + ROWS_A_LOOK; count < end; count++) {
                    rows.beginRow().putLong(0, key(count)).putText(1, pad).endRow();
                }
            }
            return rows.build();
        }
    }

    /** Any number of 31 bits, by Fibonacci hashing: neighbours in the key are far apart as rows. */
    private static long key(int row) {
        return (row * 0x9E37_79B9_7F4A_7C15L) >>> 33;
    }

    private CostModel costs() {
        final CostModel typical = CostModel.typical();
        final double[][] ns = new double[FIGURES][MOST_ROUNDS];
        final int rounds = measure(ns);
        final double seekNs = orTypical(low(ns[0], rounds), typical.seekNs());
        final double hotSeekNs = orTypical(low(ns[1], rounds), typical.hotSeekNs());
        final double codeNs = orTypical(low(ns[4], rounds), typical.codeNs());
        double keyedRowNs = low(ns[2], rounds);
        double scanRowNs = low(ns[3], rounds);
        if (!areSane(keyedRowNs, scanRowNs, typical)) {
            keyedRowNs = typical.keyedRowNs();
            scanRowNs = typical.scanRowNs();
        }
        return new CostModel(seekNs, Math.min(seekNs, hotSeekNs), keyedRowNs, scanRowNs, codeNs);
    }

    /** What one is to the other says when a scan is better than a key: one measured and the other guessed would say nothing. */
    static boolean areSane(double keyedRowNs, double scanRowNs, CostModel typical) {
        return isSane(keyedRowNs, typical.keyedRowNs())
                && isSane(scanRowNs, typical.scanRowNs())
                && keyedRowNs >= LEAST_ROW_RATIO * scanRowNs
                && keyedRowNs <= MOST_ROW_RATIO * scanRowNs;
    }

    /** What one item took, by figure and round; answers how many rounds there were. */
    private int measure(double[][] ns) {
        final long startNs = clock.nanoTime();
        int round = 0;
        while (round < MOST_ROUNDS && (round < LEAST_ROUNDS || clock.nanoTime() - startNs < ROUNDS_NS)) {
            ns[0][round] = timed(SEEKS, () -> seek(cold));
            ns[1][round] = timed(SEEKS, () -> seek(hot));
            ns[2][round] = timed(WALKED_ROWS, this::walk);
            ns[3][round] = timed(SCANNED_ROWS, this::scan);
            ns[4][round] = timed(WALKED_ROWS, this::codes);
            round++;
        }
        if (sum == Long.MIN_VALUE) {
            throw new AssertionError("more than all keys can come to");
        }
        return round;
    }

    private double timed(int items, LongSupplier slice) {
        final long startNs = clock.nanoTime();
        sum += slice.getAsLong();
        return (double) (clock.nanoTime() - startNs) / items;
    }

    /** The lower quartile of the second half. */
    private static double low(double[] ns, int rounds) {
        final int warm = rounds / 2;
        Arrays.sort(ns, warm, rounds);
        return ns[warm + (rounds - warm) / 4];
    }

    static double orTypical(double measuredNs, double typicalNs) {
        return isSane(measuredNs, typicalNs) ? measuredNs : typicalNs;
    }

    private static boolean isSane(double measuredNs, double typicalNs) {
        return measuredNs >= typicalNs / MOST_TIMES && measuredNs <= typicalNs * MOST_TIMES;
    }

    /** Seeks of which each waits for the one before, as those of one query do. */
    private long seek(SortedKey key) {
        long found = 0;
        for (int i = 0; i < SEEKS; i++) {
            found = key.seek(key.coder().part(0, key(anyRow() ^ (int) (found & 1))), 0);
        }
        return found;
    }

    private long walk() {
        final long from = key(anyRow());
        asked.bindRange(from, Long.MAX_VALUE);
        walk.open(monitors);
        long read = 0;
        int count = BATCH_ROWS;
        for (int rows = 0; rows < WALKED_ROWS && count == BATCH_ROWS; rows += count) {
            count = walk.next(batch);
            for (int i = 0; i < count; i++) {
                read += Memory.getLong(slab.address(batch[i]));
            }
        }
        return read;
    }

    private long scan() {
        asked.bindRange(1L << 40, Long.MAX_VALUE); // which no row has
        final int from = anyRow() & -SCANNED_ROWS;
        long read = 0;
        for (int row = from; row < from + SCANNED_ROWS; row += BATCH_ROWS) {
            read += filter.scan(slab, asked, row, row + BATCH_ROWS, batch);
        }
        return read;
    }

    private long codes() {
        final int from = Math.min(anyRow(), slab.rowCount() - WALKED_ROWS);
        long read = 0;
        for (int i = from; i < from + WALKED_ROWS; i++) {
            read += hot.codeAt(i);
        }
        return read;
    }

    /** In the first of the rows, which are a power of two: so that no row is one that is not there. */
    private int anyRow() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) (random >>> 33) & (Integer.highestOneBit(slab.rowCount()) - 1);
    }
}
