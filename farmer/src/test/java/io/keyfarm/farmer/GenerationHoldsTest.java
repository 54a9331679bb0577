package io.keyfarm.farmer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A generation stays as long as a flow holds it, and no longer than the last deadline. */
final class GenerationHoldsTest {
    @Test
    void shouldBeFreeAtOnceWhereNobodyHoldsIt() {
        final GenerationHolds holds = new GenerationHolds();
        assertTrue(holds.tryHold(10));
        holds.release();
        assertFalse(holds.isFree(20), "it is the one in force");
        holds.retire();
        assertTrue(holds.isFree(0));
        assertFalse(holds.tryHold(10));
        assertTrue(holds.isFree(0));
    }

    /** A clock may begin anywhere, and pass from the highest number to the lowest. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1_000_000, Long.MAX_VALUE - 15, Long.MIN_VALUE})
    void shouldStayUntilTheLastHasLetGoOrTheLastDeadlineHasPassed(long start) {
        final GenerationHolds holds = new GenerationHolds();
        assertTrue(holds.tryHold(start + 20));
        assertTrue(holds.tryHold(start + 10));
        holds.retire();
        holds.release();
        assertFalse(holds.isFree(start + 5));
        assertFalse(holds.isFree(start + 20));
        assertTrue(holds.isFree(start + 21), "beyond the deadline of whoever still holds it");
        holds.release();
        assertTrue(holds.isFree(start));
    }

    @Test
    void shouldNeverBeFreeUnderWhoeverHoldsIt() throws Exception {
        final ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 300; round++) {
                final GenerationHolds holds = new GenerationHolds();
                final AtomicBoolean isGone = new AtomicBoolean();
                final Callable<Integer> holder = () -> {
                    int count = 0;
                    while (holds.tryHold(1_000)) {
                        assertFalse(isGone.get());
                        count++;
                        holds.release();
                    }
                    return count;
                };
                final List<Future<Integer>> holders = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    holders.add(threads.submit(holder));
                }
                holds.retire();
                while (!holds.isFree(0)) {
                    Thread.onSpinWait();
                }
                isGone.set(true);
                for (final Future<Integer> each : holders) {
                    assertTrue(each.get() >= 0);
                }
                assertEquals(true, holds.isFree(0));
            }
        } finally {
            threads.shutdown();
        }
    }
}
