package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyAdvisorTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    @Test
    void shouldKeepTheKeysThatSaveMostAndSayWhy() {
        final WorkloadCost costs = addresses();
        final KeyProposal proposal = KeyAdvisor.advise(costs, KeyBudget.ofKeys(2));
        assertEquals("""
                state.zip    serves 190
                name         serves 40
                """, proposal.toString());
        assertEquals("""
                key                  bytes     saves  why
                state.zip            4,000    80.9 %  serves 2 queries with 82.2 % of the weight, above all 'state', which \
                costs 20 instead of 1,000; without it all would cost 45 times as much
                name                 4,000    17.1 %  serves 1 query with 17.3 % of the weight, above all 'name', which costs \
                10 instead of 1,000; without it all would cost 10 times as much
                2 keys of 8,000 bytes: cost 4,300, without any 231,000; saves 98.1 %, and no choice saves more
                """, proposal.report());
    }

    private static WorkloadCost addresses() {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        final int stateZip = it.key("state.zip", 4000);
        final int state = it.key("state", 4000);
        final int name = it.key("name", 4000);
        final int city = it.key("city", 9000);
        it.way(it.query("state", 100, 1000), 20, stateZip).way(0, 20, state);
        it.way(it.query("state zip", 90, 1000), 10, stateZip);
        it.way(1, 20, state).way(it.query("name", 40, 1000), 10, name);
        it.way(it.query("city", 1, 1000), 10, city);
        return it.build();
    }

    @Test
    void shouldKeepPinnedKeysAndNeverForbiddenOnes() {
        final WorkloadCost costs = addresses();
        final KeyProposal proposal =
                KeyAdvisor.advise(costs, KeyBudget.ofKeys(2).pin("city").forbid("state.zip"));
        assertEquals("""
                state    serves 190
                city     serves 1
                """, proposal.toString());
        assertTrue(proposal.report().contains("pinned; serves"), proposal.report());
        assertThrows(
                BadValueException.class,
                () -> KeyAdvisor.advise(costs, KeyBudget.ofKeys(2).pin("nose")));
        assertThrows(BadValueException.class, () -> KeyBudget.ofKeys(2).pin("a").forbid("a"));
    }

    @Test
    void shouldKeepPinnedKeysBeyondTheBudgetAndNothingElse() {
        final KeyProposal proposal =
                KeyAdvisor.advise(addresses(), KeyBudget.ofBytes(5000).pin("city"));
        assertEquals("city    serves 1\n", proposal.toString());
    }

    @Test
    void shouldProposeNothingForNothing() {
        final KeyProposal none = KeyAdvisor.advise(WorkloadCost.builder().build(), KeyBudget.ofKeys(3));
        assertEquals(List.of(), none.keys());
        assertEquals(1, none.certainty());
        assertEquals(
                List.of(),
                KeyAdvisor.advise(addresses(), KeyBudget.ofBytes(100)).keys());
        assertEquals(
                List.of(), KeyAdvisor.advise(addresses(), KeyBudget.ofKeys(0)).keys());
    }

    @Test
    void shouldTakeTwoKeysThatHelpOnlyTogether() {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        final int a = it.key("bitmap a", 10);
        final int b = it.key("bitmap b", 10);
        final int c = it.key("c", 20);
        it.way(it.query("a b", 10, 100), 5, a, b);
        it.way(it.query("c", 1, 100), 5, c);
        assertEquals(
                "bitmap a    serves 10\nbitmap b    serves 10\n",
                KeyAdvisor.advise(it.build(), KeyBudget.ofBytes(20)).toString());
    }

    @Test
    void shouldSayTimesWhereCostsAreTimes() {
        final WorkloadCost.Builder it = WorkloadCost.builder().inNanoseconds();
        final int key = it.key("state", 10);
        it.way(it.query("state", 2_000, 8_000_000), 12_345, key);
        final String report =
                KeyAdvisor.advise(it.build(), KeyBudget.unlimited()).report();
        assertTrue(report.contains("which costs 12 µs instead of 8.0 ms;"), report);
        assertTrue(report.contains("cost 25 ms, without any 16 s;"), report);
    }

    @Test
    void shouldBeAsGoodAsTryingEverySetAndCertifyNoMoreThanIsTrue() {
        for (long seed = 0; seed < 300L * SCALE; seed++) {
            final Random random = new Random(seed);
            final WorkloadCost costs = randomCosts(random, 11);
            final KeyBudget budget =
                    random.nextBoolean() ? KeyBudget.ofBytes(random.nextInt(60)) : KeyBudget.ofKeys(random.nextInt(5));
            final double best = bestSaving(costs, budget);
            final double without = costs.costWithout();
            final KeyProposal exact = KeyAdvisor.best(costs, budget, 100_000);
            assertEquals(best, without - exact.cost(), 1e-6 * (1 + best), "seed " + seed);
            assertEquals(best, without - exact.leastCost(), 1e-6 * (1 + best), "seed " + seed);
            final KeyProposal fast = KeyAdvisor.advise(costs, budget);
            assertTrue(without - fast.cost() >= 0.9 * best, "seed " + seed + ": " + fast.report() + best);
            assertTrue(without - fast.leastCost() >= best * (1 - 1e-9), "seed " + seed);
            assertTrue(fast.bytes() <= budget.maxBytes() && fast.keys().size() <= budget.maxKeys(), "seed " + seed);
        }
    }

    static WorkloadCost randomCosts(Random random, int mostKeys) {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        final int keys = 1 + random.nextInt(mostKeys);
        for (int key = 0; key < keys; key++) {
            it.key("k" + key, 1 + random.nextInt(20));
        }
        final int queries = 1 + random.nextInt(12);
        for (int query = 0; query < queries; query++) {
            it.query("q" + query, 1 + random.nextInt(50), 1000);
            for (int way = random.nextInt(6); way > 0; way--) {
                final int first = random.nextInt(keys);
                final int second = random.nextInt(keys);
                if (random.nextInt(4) > 0 || first == second) {
                    it.way(query, random.nextInt(1200), first);
                } else {
                    it.way(query, random.nextInt(600), first, second);
                }
            }
        }
        return it.build();
    }

    static double bestSaving(WorkloadCost costs, KeyBudget budget) {
        final TableLimits limits = new TableLimits(costs, budget);
        double best = 0;
        for (int set = 0; set < 1 << costs.keyCount(); set++) {
            final Selection selection = new Selection(costs, limits);
            for (int key = 0; key < costs.keyCount(); key++) {
                if ((set >>> key & 1) != 0) {
                    selection.add(key);
                }
            }
            if (selection.bytes() <= budget.maxBytes()
                    && selection.count() <= budget.maxKeys()
                    && selection.isWithinTables()) {
                best = Math.max(best, selection.saved());
            }
        }
        return best;
    }
}
