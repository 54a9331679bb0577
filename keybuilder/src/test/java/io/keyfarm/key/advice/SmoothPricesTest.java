package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class SmoothPricesTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    /** Three queries, each served by two of three keys: half of each key serves all of them, and one key two. */
    @Test
    void shouldFindTheLeastBound() {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        for (int key = 0; key < 3; key++) {
            it.key("k" + key, 10);
        }
        for (int query = 0; query < 3; query++) {
            it.query("q" + query, 1, 100);
            it.way(query, 0, query).way(query, 0, (query + 1) % 3);
        }
        final WorkloadCost costs = it.build();
        assertEquals(200, bound(costs, KeyBudget.ofBytes(10), new double[3]), 1e-2);
        assertEquals(300, bound(costs, KeyBudget.ofBytes(20), new double[3]), 1e-2);
        assertEquals(200, bound(costs, KeyBudget.ofKeys(1), new double[] {100, 100, 100}), 1e-2);
    }

    private static double bound(WorkloadCost costs, KeyBudget budget, double[] prices) {
        return new SavingBound(costs, budget, new byte[costs.keyCount()])
                .smooth(prices, new byte[costs.keyCount()], costs.costWithout() / 10 / prices.length, 1e-4);
    }

    @Test
    void shouldBoundEverySetAndNoWorseThanManySmallSteps() {
        int closer = 0;
        final int seeds = 200 * SCALE;
        for (long seed = 0; seed < seeds; seed++) {
            final Random random = new Random(seed);
            final WorkloadCost costs = singleKeys(random);
            final KeyBudget budget = KeyBudget.ofBytes(1 + random.nextInt(60));
            final byte[] states = new byte[costs.keyCount()];
            final double best = KeyAdvisorTest.bestSaving(costs, budget);
            final double smooth = bound(costs, budget, new double[costs.queryCount()]);
            assertTrue(smooth >= best * (1 - 1e-9), "seed " + seed + ": " + smooth + " of " + best);
            final double stepped = new SavingBound(costs, budget, states)
                    .tighten(new double[costs.queryCount()], states, 200, least -> best);
            closer += smooth <= stepped * (1 + 1e-3) ? 1 : 0;
        }
        assertTrue(closer > seeds * 0.9, closer + " of " + seeds);
    }

    private static WorkloadCost singleKeys(Random random) {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        for (int key = 0; key < 10; key++) {
            it.key("k" + key, 1 + random.nextInt(20));
        }
        for (int query = 0; query < 10; query++) {
            it.query("q" + query, 1 + random.nextInt(50), 1000);
            for (int way = random.nextInt(6); way > 0; way--) {
                it.way(query, random.nextInt(1200), random.nextInt(10));
            }
        }
        return it.build();
    }
}
