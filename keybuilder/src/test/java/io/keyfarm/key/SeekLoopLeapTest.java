package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.BitSet;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Leaps and limits against a naive walk, which looks at the values of every row in key order. */
final class SeekLoopLeapTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    /** More than any walk here takes. */
    private static final long NO_LIMIT = 1L << 40;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    /** One key of either tier, and what is asked; {@code matching} are the places in key order that a naive walk keeps. */
    private record Asked(
            SeekLoop loop,
            SortedKey key,
            @Nullable SegmentMonitor[] monitors,
            BitSet matching,
            Random random,
            String what) {}

    /** Answers how many walks by codes there were. */
    private int forEach(Consumer<Asked> check) {
        int byCodes = 0;
        for (long seed = 0; seed < 300L * SCALE; seed++) {
            final RandomTable table = new RandomTable(seed);
            final int[] sizes = {0, 1, 10, 100, 1_000, 4_000};
            final int size = sizes[table.random.nextInt(sizes.length)];
            final KeySpec spec = table.key();
            final KeyTier tier = table.random.nextBoolean() ? KeyTier.HOT : KeyTier.COLD;
            try (Slab slab = table.rows(size, ledger);
                    SortedKey key = new KeyBuilder(ledger).build(slab, spec, tier)) {
                final SeekLoop loop = new SeekLoop(key);
                for (int i = 0; i < 10; i++) {
                    final @Nullable SegmentMonitor[] monitors = table.monitors(slab);
                    loop.open(monitors);
                    if (loop.isByCodes()) {
                        final String what = "seed " + seed + " query " + i + " " + spec + " " + tier;
                        check.accept(new Asked(loop, key, monitors, naive(key, monitors), table.random, what));
                        byCodes++;
                    }
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
        return byCodes;
    }

    private static BitSet naive(SortedKey key, @Nullable SegmentMonitor[] monitors) {
        final int[] fields = key.spec().indexes(key.slab().schema());
        final RowView row = key.slab().newView();
        final BitSet matching = new BitSet();
        for (int i = 0; i < key.rowCount(); i++) {
            key.slab().view(key.rowNumber(i), row);
            matching.set(i, RandomTable.matches(row, monitors, fields));
        }
        return matching;
    }

    /** Goes from run to run, at most so many; answers the places of their rows. */
    private static BitSet walk(Asked asked, int runs) {
        final BitSet found = new BitSet();
        for (int i = 0; i < runs && asked.loop.nextRun(); i++) {
            final int end = asked.loop.position();
            final int start = end - asked.loop.runRows();
            assertTrue(start < end, asked.what);
            assertEquals(asked.key.rowNumber(start), asked.loop.firstOfRun(), asked.what);
            assertEquals(asked.key.rowNumber(end - 1), asked.loop.lastOfRun(), asked.what);
            found.set(start, end);
        }
        return found;
    }

    private static BitSet between(BitSet places, int from, int to) {
        final BitSet some = (BitSet) places.clone();
        some.clear(0, from);
        some.clear(to, Math.max(to, some.length()));
        return some;
    }

    @Test
    void shouldGoOnFromWhereItLeapsTo() {
        final int[] leftOut = {0};
        final int walks = forEach(asked -> {
            final BitSet before = walk(asked, asked.random.nextInt(4));
            final int stood = asked.loop.position();
            final int rowCount = asked.key.rowCount();
            final int to =
                    asked.random.nextInt(10) == 0 ? rowCount : stood + asked.random.nextInt(rowCount - stood + 1);
            asked.loop.leapTo(to);
            assertEquals(to, asked.loop.position(), asked.what);
            assertEquals(between(asked.matching, 0, before.length()), before, asked.what);
            if (asked.matching.get(to)) {
                final long seeks = asked.loop.seeks();
                assertTrue(asked.loop.exists(), asked.what);
                assertEquals(seeks, asked.loop.seeks(), asked.what);
            }
            final int rest = between(asked.matching, to, rowCount).cardinality();
            leftOut[0] += asked.matching.cardinality() - before.cardinality() - rest > 0 ? 1 : 0;
            switch (asked.random.nextInt(3)) {
                case 0 -> assertEquals(rest, asked.loop.count(), asked.what);
                case 1 -> assertEquals(rest > 0, asked.loop.exists(), asked.what);
                default ->
                    assertEquals(between(asked.matching, to, rowCount), walk(asked, Integer.MAX_VALUE), asked.what);
            }
        });
        assertTrue(walks > 1_000 * SCALE && leftOut[0] > walks / 10, leftOut[0] + " of " + walks + " left rows out");
    }

    @Test
    void shouldStandStillAtItsLimitAndGoOnWhereItStood() {
        final int[] stopped = {0};
        final int walks = forEach(asked -> {
            // What a walk may take beyond: to look at one row, to pass one gap, and to find the end of a run.
            final long beyond = 4L * asked.loop.seekEntries() + 20;
            final BitSet found = new BitSet();
            final long steps = asked.random.nextInt(4) == 0 ? 0 : asked.random.nextInt(6 * asked.loop.seekEntries());
            boolean isStopped = true;
            while (isStopped) {
                final long before = steps(asked.loop);
                asked.loop.limitSteps(steps);
                found.or(walk(asked, Integer.MAX_VALUE));
                final int stands = asked.loop.position();
                final long taken = steps(asked.loop) - before;
                assertTrue(taken <= steps + beyond, () -> asked.what + ": " + taken + " steps, not " + steps);
                assertEquals(between(asked.matching, 0, stands), found, asked.what);
                assertFalse(asked.loop.nextRun(), asked.what);
                assertEquals(stands, asked.loop.position(), asked.what);
                assertEquals(before + taken, steps(asked.loop), asked.what);
                isStopped = stands < asked.key.rowCount();
                assertTrue(!isStopped || taken >= steps, asked.what);
                stopped[0] += isStopped ? 1 : 0;
                if (isStopped && (steps == 0 || asked.random.nextInt(4) == 0)) {
                    asked.loop.limitSteps(NO_LIMIT);
                    found.or(walk(asked, Integer.MAX_VALUE));
                    isStopped = false;
                }
            }
            assertEquals(asked.matching, found, asked.what);
            assertEquals(asked.key.rowCount(), asked.loop.position(), asked.what);
        });
        assertTrue(walks > 1_000 * SCALE && stopped[0] > walks / 4, stopped[0] + " stops in " + walks);
    }

    /** As {@link SeekLoop#limitSteps} counts them. */
    private static long steps(SeekLoop loop) {
        return loop.rowsExamined() + loop.seeks() * loop.seekEntries();
    }

    @Test
    void shouldFindTheSameInTheSameStepsAsWithoutALimit() {
        forEach(asked -> {
            final BitSet limited = new BitSet();
            do {
                asked.loop.limitSteps(asked.random.nextInt(500));
                limited.or(walk(asked, Integer.MAX_VALUE));
            } while (asked.loop.position() < asked.key.rowCount() && asked.random.nextInt(8) > 0);
            asked.loop.limitSteps(NO_LIMIT);
            limited.or(walk(asked, Integer.MAX_VALUE));
            final long seeks = asked.loop.seeks();
            final long examined = asked.loop.rowsExamined();
            asked.loop.open(asked.monitors);
            assertEquals(walk(asked, Integer.MAX_VALUE), limited, asked.what);
            assertEquals(asked.loop.seeks(), seeks, asked.what);
            assertEquals(asked.loop.rowsExamined(), examined, asked.what);
        });
    }
}
