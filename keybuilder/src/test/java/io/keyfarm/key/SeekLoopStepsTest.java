package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SeekLoopStepsTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final int ROWS = 1_000;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    /** By codes, and by values where the code does not hold all fields. */
    @Test
    void shouldGoOnFromWhereItHadNoStepsLeft() {
        long stops = 0;
        for (long seed = 0; seed < 100L * SCALE; seed++) {
            final RandomTable table = new RandomTable(seed);
            try (Slab slab = table.rows(ROWS, ledger);
                    SortedKey key = new KeyBuilder(ledger).build(slab, table.key(), KeyTier.HOT)) {
                final SeekLoop whole = new SeekLoop(key);
                final SeekLoop sliced = new SeekLoop(key);
                for (int i = 0; i < 10; i++) {
                    final @Nullable SegmentMonitor[] monitors = table.monitors(slab);
                    final String what = "seed " + seed + " query " + i + " " + key.spec() + " of " + slab.schema();
                    whole.open(monitors);
                    final int[] expected = new int[ROWS];
                    final int count = whole.next(expected);
                    final int[] found = new int[ROWS];
                    final int[] some = new int[ROWS];
                    final long most = 1L + table.random.nextInt(300);
                    int at = 0;
                    sliced.open(monitors);
                    do {
                        final long before = sliced.rowsExamined();
                        sliced.limitSteps(most);
                        final int taken = sliced.next(some);
                        System.arraycopy(some, 0, found, at, taken);
                        at += taken;
                        // Beyond its steps it only finishes what it began: rows that match, or a gap.
                        assertTrue(taken > 0 || sliced.rowsExamined() - before <= most + 500, what);
                        stops += sliced.position() < ROWS ? 1 : 0;
                    } while (sliced.position() < ROWS);
                    assertArrayEquals(Arrays.copyOf(expected, count), Arrays.copyOf(found, at), what);
                }
            }
        }
        assertTrue(stops > 1_000, "stopped " + stops + " times");
    }
}
