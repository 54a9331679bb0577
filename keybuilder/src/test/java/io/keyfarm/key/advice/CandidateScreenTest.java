package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CandidateScreenTest {
    private static final int SEEDS = 300 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int ORDERS = 30;
    private static final int SHAPES = 8;
    private static final int TAKEN = 10;

    @Test
    void shouldTakeWhatServesManyThenWhatServesEachThenWhatIsLikeThem() {
        final double[][] costs = {
            {10, 100, 100}, // the first shape alone
            {11, 20, 100}, // the first two
            {11, 20, 100}, // the same
            {100, 100, 100}, // nothing
            {100, 100, 5}, // the third
        };
        assertEquals(List.of(1, 4, 0, 2), new CandidateScreen(costs, new double[] {1, 1, 1}, 100).take(9));
        assertEquals(List.of(4, 1), new CandidateScreen(costs, new double[] {1, 1, 9}, 100).take(2));
    }

    /** Rough costs: what is a little dearer for one shape may in truth be the cheaper one, but is no second of its kind. */
    @Test
    void shouldTakeWhatIsRoughlyTheSameAtLast() {
        final double[][] costs = {
            {10, 100, 100}, //
            {10.1, 99, 100}, // roughly the first
            {100, 50, 100},
            {100, 100, 60},
        };
        final List<Integer> taken = new CandidateScreen(costs, new double[] {1, 1, 1}, 100).take(4);
        assertTrue(taken.size() == 4 && taken.get(3) <= 1, taken.toString());
    }

    /** Every choice of three orders is tried, among all and among those taken. */
    @Test
    void shouldTakeThoseOfTheBestChoices() {
        final int[] isBest = new int[4];
        double worst = 1;
        for (int seed = 0; seed < SEEDS; seed++) {
            final Random random = new Random(seed);
            final double[][] costs = new double[ORDERS][SHAPES];
            for (final double[] order : costs) {
                for (int shape = 0; shape < SHAPES; shape++) {
                    order[shape] = random.nextInt(3) == 0 ? 1 + random.nextInt(99) : 100;
                }
            }
            final double[] weights = random.doubles(SHAPES, 1, 10).toArray();
            final List<Integer> all = IntStream.range(0, ORDERS).boxed().toList();
            final List<Integer> taken = new CandidateScreen(costs, weights, 100).take(TAKEN);
            assertEquals(TAKEN, taken.stream().distinct().count(), "seed " + seed);
            for (int size = 1; size < isBest.length; size++) {
                final double best = least(costs, weights, all, size, 0, new double[0]);
                final double found = least(costs, weights, taken, size, 0, new double[0]);
                isBest[size] += found <= best * (1 + 1e-9) ? 1 : 0;
                worst = Math.max(worst, found / best);
            }
        }
        final String what = Arrays.toString(isBest) + " of " + SEEDS + ", at worst " + worst;
        assertTrue(isBest[1] == SEEDS && isBest[2] > 0.98 * SEEDS && isBest[3] > 0.93 * SEEDS, what);
        assertTrue(worst < 2, what);
    }

    /** What all shapes cost with the best choice of so many orders, beside those that leave {@code bestSoFar}. */
    private static double least(
            double[][] costs, double[] weights, List<Integer> orders, int size, int from, double[] bestSoFar) {
        if (size == 0) {
            double sum = 0;
            for (int shape = 0; shape < SHAPES; shape++) {
                sum += weights[shape] * bestSoFar[shape];
            }
            return sum;
        }
        double least = Double.MAX_VALUE;
        for (int i = from; i < orders.size(); i++) {
            final double[] best = costs[orders.get(i)].clone();
            for (int shape = 0; shape < bestSoFar.length; shape++) {
                best[shape] = Math.min(best[shape], bestSoFar[shape]);
            }
            least = Math.min(least, least(costs, weights, orders, size - 1, i + 1, best));
        }
        return least;
    }
}
