package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SwapSearchTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    /** c and d save 400, but c or d beside any other no more than a and b do. */
    @Test
    void shouldPutTwoKeysInThePlaceOfTwoThatNoneAloneCanReplace() {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        for (int query = 1; query <= 4; query++) {
            it.query("q" + query, 1, 200);
        }
        for (final String name : List.of("a", "a again")) {
            final int a = it.key(name, 10);
            it.way(0, 95, a).way(2, 95, a);
        }
        final int b = it.key("b", 10);
        it.way(1, 100, b).way(3, 160, b);
        final int c = it.key("c", 10);
        it.way(0, 100, c).way(1, 100, c);
        final int d = it.key("d", 10);
        it.way(2, 100, d).way(3, 100, d);
        assertEquals(List.of("a", "b"), improved(it.build(), KeyBudget.ofKeys(2), false, "a", "b"));
        assertEquals(List.of("c", "d"), improved(it.build(), KeyBudget.ofKeys(2), true, "a", "b"));
    }

    @Test
    void shouldPutThreeSmallKeysInThePlaceOfTwoLargeOnes() {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        for (final String name : List.of("a", "b", "c", "d", "e")) {
            final boolean isLarge = name.compareTo("c") < 0;
            it.way(it.query(name, 1, 200), isLarge ? 100 : 120, it.key(name, isLarge ? 30 : 20));
        }
        assertEquals(List.of("a", "b"), improved(it.build(), KeyBudget.ofBytes(60), false, "a", "b"));
        assertEquals(List.of("c", "d", "e"), improved(it.build(), KeyBudget.ofBytes(60), true, "a", "b"));
    }

    private static List<String> improved(WorkloadCost costs, KeyBudget budget, boolean isWide, String... begin) {
        final GreedyFill fill = new GreedyFill(costs, budget);
        final SwapSearch swaps = new SwapSearch(costs, fill, new boolean[costs.keyCount()]);
        final Selection selection = Selection.of(costs, List.of(begin));
        if (isWide) {
            swaps.improveWidely(selection);
        } else {
            swaps.improve(selection);
        }
        return Arrays.stream(selection.keys()).mapToObj(costs::key).toList();
    }

    @Test
    void shouldFindThePairThatTryingAllFinds() {
        for (long seed = 0; seed < 300L * SCALE; seed++) {
            final Random random = new Random(seed);
            final WorkloadCost costs = KeyAdvisorTest.randomCosts(random, 11);
            final KeyBudget budget = KeyBudget.ofBytes(random.nextInt(60));
            final GreedyFill fill = new GreedyFill(costs, budget);
            final Selection selection = fill.newSelection();
            final int there = random.nextInt(costs.keyCount());
            selection.add(there);
            double most = 0;
            for (int one = 0; one < costs.keyCount(); one++) {
                for (int other = one + 1; other < costs.keyCount(); other++) {
                    if (one != there && other != there && fill.hasRoomFor(selection, one, other)) {
                        most = Math.max(most, addedUp(selection, one, other));
                    }
                }
            }
            final int[] pair = new BestPair(costs, fill).of(selection, there, there, 0);
            final double found = pair == null ? 0 : addedUp(selection, pair[0], pair[1]);
            assertEquals(most, found, 1e-9 * (1 + most), "seed " + seed);
            assertTrue(pair == null || fill.hasRoomFor(selection, pair[0], pair[1]), "seed " + seed);
        }
    }

    /** What both save beside those there, by ways that need but one of them. */
    private static double addedUp(Selection selection, int one, int other) {
        final double[] first = new double[selection.costs.queryCount()];
        final double[] second = new double[selection.costs.queryCount()];
        selection.gains(one, first);
        selection.gains(other, second);
        double sum = 0;
        for (int query = 0; query < first.length; query++) {
            sum += Math.max(first[query], second[query]);
        }
        // A key that saves nothing by itself is no comer.
        return selection.gain(one) > 0 && selection.gain(other) > 0 ? sum : 0;
    }
}
