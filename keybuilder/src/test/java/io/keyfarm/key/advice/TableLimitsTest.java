package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TableLimitsTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    @Test
    void shouldChooseForAllTablesUnderOneBudget() {
        final WorkloadCost both = WorkloadCost.builder()
                .add("vehicles", workload("make.year hot", 100))
                .add("owners", workload("name", 300))
                .build();
        assertEquals(
                "owners: name    serves 300\n",
                KeyAdvisor.advise(both, KeyBudget.ofKeys(1)).toString());
        final KeyProposal proposal =
                KeyAdvisor.advise(both, KeyBudget.ofKeys(2).keysOf("owners", 0).pin("vehicles: make.year hot"));
        assertEquals("vehicles: make.year hot    serves 100\n", proposal.toString());
        final TableKey key = TableKey.parse(proposal.keys().get(0).name());
        assertEquals("vehicles", key.table());
        assertEquals(KeyCandidate.parse("make.year hot"), key.key());
        assertThrows(BadValueException.class, () -> TableKey.parse("make.year"));
        assertThrows(BadValueException.class, () -> WorkloadCost.builder().add("a: b", both));
    }

    private static WorkloadCost workload(String key, double weight) {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        final int number = it.key(key, 10);
        it.way(it.query("all", weight, 5000), 20, number);
        return it.build();
    }

    @Test
    void shouldKeepPinnedKeysBeyondTheLimitOfTheirTableAndNothingElseOfIt() {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        for (final String key : new String[] {"a: x", "a: y", "b: z"}) {
            final int number = it.key(key, 10);
            it.way(it.query("by " + key, 1, 100), 1, number);
        }
        final KeyProposal proposal = KeyAdvisor.advise(
                it.build(), KeyBudget.unlimited().bytesOf("a", 5).pin("a: x"));
        assertEquals("a: x    serves 1\nb: z    serves 1\n", proposal.toString());
    }

    @Test
    void shouldBeAsGoodAsTryingEverySetWithinTheLimitsOfTables() {
        for (long seed = 0; seed < 200L * SCALE; seed++) {
            final Random random = new Random(seed);
            final WorkloadCost.Builder it = WorkloadCost.builder();
            for (int table = 0; table < 3; table++) {
                it.add("t" + table, KeyAdvisorTest.randomCosts(random, 4));
            }
            final WorkloadCost costs = it.build();
            final KeyBudget budget = KeyBudget.ofBytes(random.nextInt(100))
                    .keysOf("t0", random.nextInt(3))
                    .bytesOf("t1", random.nextInt(30))
                    .keysOf("t1", 2);
            final double best = KeyAdvisorTest.bestSaving(costs, budget);
            final double without = costs.costWithout();
            final KeyProposal exact = KeyAdvisor.best(costs, budget, 100_000);
            assertEquals(best, without - exact.cost(), 1e-6 * (1 + best), "seed " + seed);
            assertEquals(best, without - exact.leastCost(), 1e-6 * (1 + best), "seed " + seed);
            final KeyProposal fast = KeyAdvisor.advise(costs, budget, KeyAdvisor.Effort.QUICK);
            assertTrue(without - fast.cost() >= 0.9 * best, "seed " + seed + ": " + fast.report() + best);
            assertTrue(without - fast.leastCost() >= best * (1 - 1e-9), "seed " + seed);
        }
    }
}
