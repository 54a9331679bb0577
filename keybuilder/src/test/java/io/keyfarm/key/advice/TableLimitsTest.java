package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
    void shouldTellTablesWithLikeNamesApart() {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        for (final String key : new String[] {"a: x", "ab: x"}) {
            final int number = it.key(key, 10);
            it.way(it.query("by " + key, 1, 100), 1, number);
        }
        final KeyBudget budget = KeyBudget.unlimited().keysOf("a", 0);
        assertEquals(
                "ab: x    serves 1\n", KeyAdvisor.advise(it.build(), budget).toString());
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
            final long allBytes = random.nextInt(100);
            final int keys = random.nextInt(3);
            final long bytes = random.nextInt(30);
            final KeyBudget budget = KeyBudget.ofBytes(allBytes)
                    .keysOf("t0", keys)
                    .bytesOf("t1", bytes)
                    .keysOf("t1", 2);
            final double best = bestSaving(costs, allBytes, keys, bytes);
            final double without = costs.costWithout();
            final KeyProposal exact = KeyAdvisor.best(costs, budget, 100_000);
            assertEquals(best, without - exact.cost(), 1e-6 * (1 + best), "seed " + seed);
            assertEquals(best, without - exact.leastCost(), 1e-6 * (1 + best), "seed " + seed);
            final KeyProposal fast = KeyAdvisor.advise(costs, budget, KeyAdvisor.Effort.QUICK);
            assertTrue(without - fast.cost() >= 0.9 * best, "seed " + seed + ": " + fast.report() + best);
            assertTrue(without - fast.leastCost() >= best * (1 - 1e-9), "seed " + seed);
        }
    }

    /** Of all sets with so many keys of t0 at most, and so many bytes and two keys of t1; limits are counted here by names. */
    private static double bestSaving(WorkloadCost costs, long allBytes, int keysOfFirst, long bytesOfSecond) {
        double best = 0;
        for (int set = 0; set < 1 << costs.keyCount(); set++) {
            final Selection selection = new Selection(costs, new TableLimits(costs));
            final int[] keys = new int[3];
            final long[] bytes = new long[3];
            for (int key = 0; key < costs.keyCount(); key++) {
                if ((set >>> key & 1) != 0) {
                    selection.add(key);
                    final int table = costs.key(key).charAt(1) - '0';
                    keys[table]++;
                    bytes[table] += costs.bytes(key);
                }
            }
            final boolean isWithin = keys[0] <= keysOfFirst && keys[1] <= 2 && bytes[1] <= bytesOfSecond;
            if (isWithin && bytes[0] + bytes[1] + bytes[2] <= allBytes) {
                best = Math.max(best, selection.saved());
            }
        }
        return best;
    }

    @Test
    void shouldKeepMorePinnedKeysThanTheirTableMayHave() {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        for (final String key : new String[] {"a: x", "a: y", "a: z"}) {
            final int number = it.key(key, 10);
            it.way(it.query("by " + key, 1, 100), 1, number);
        }
        final WorkloadCost costs = it.build();
        final KeyBudget budget =
                KeyBudget.unlimited().keysOf("a", 1).pin("a: y").pin("a: z");
        final TableLimits limits = new TableLimits(costs, budget);
        assertTrue(limits.admits(0, 1_000, 2));
        assertFalse(limits.admits(0, 1_000, 3));
        assertEquals(
                "a: y    serves 1\na: z    serves 1\n",
                KeyAdvisor.advise(costs, budget).toString());
    }
}
