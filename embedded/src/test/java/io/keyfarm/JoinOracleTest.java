package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/**
 * Joins with every option against a nested loop over Java objects, whatever keys there are and however many slaves.
 *
 * <p>{@code -Dkeyfarm.test.seed=N} replays one farm; {@code -Dkeyfarm.test.scale=20} runs as many cases as the full build.
 */
final class JoinOracleTest {
    private static final int FARMS = 500;
    private static final int JOINS = 20;

    @Test
    void shouldJoinAsANestedLoopDoes() throws Exception {
        final Long only = Long.getLong("keyfarm.test.seed");
        final int farms = FARMS * Integer.getInteger("keyfarm.test.scale", 1);
        long rows = 0;
        int cases = 0;
        int halfKeyed = 0;
        int fullKeyed = 0;
        for (long seed = only == null ? 1 : only; seed <= (only == null ? farms : only); seed++) {
            try (JoinScenario scenario = new JoinScenario(seed)) {
                for (int join = 0; join < JOINS; join++) {
                    rows += scenario.check();
                    cases++;
                }
                halfKeyed += scenario.halfKeyed();
                fullKeyed += scenario.fullKeyed();
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        System.out.printf(
                "%,d joins, %,d rows, %,d half keyed, %,d full keyed, 0 differences%n",
                cases, rows, halfKeyed, fullKeyed);
        if (only == null) {
            assertTrue(halfKeyed > cases / 50 && fullKeyed > cases / 50, "routed keys were hardly asked");
            assertEquals(farms * JOINS, cases);
        }
    }
}
