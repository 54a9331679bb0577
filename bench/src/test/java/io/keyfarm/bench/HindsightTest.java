package io.keyfarm.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class HindsightTest {
    private static final int EPOCHS = 4;
    private static final int KEYS = 3;
    private static final int KEPT = 2;

    @Test
    void shouldFindTheScheduleThatTryingAllFinds() {
        for (long seed = 0; seed < 50; seed++) {
            final Draws draws = new Draws(seed);
            final double[] scanNs = new double[5];
            Arrays.setAll(scanNs, i -> 50 + draws.below(50));
            final double[][] keyNs = new double[KEYS][scanNs.length];
            for (final double[] ns : keyNs) {
                Arrays.setAll(ns, i -> draws.below(100));
            }
            final int[][] asked = new int[EPOCHS][3];
            for (final int[] epoch : asked) {
                Arrays.setAll(epoch, i -> draws.below(scanNs.length));
            }
            final Hindsight hindsight = new Hindsight(KEYS, KEPT, draws.below(200));
            final int[] schedule = hindsight.schedule(asked, scanNs, keyNs);
            assertEquals(
                    leastOfAll(hindsight, asked, scanNs, keyNs, new int[EPOCHS], 0),
                    hindsight.cost(schedule, asked, scanNs, keyNs),
                    1e-6,
                    "seed " + seed);
            for (final int set : schedule) {
                assertTrue(Integer.bitCount(set) <= KEPT, "seed " + seed);
            }
        }
    }

    private static double leastOfAll(
            Hindsight hindsight, int[][] asked, double[] scanNs, double[][] keyNs, int[] tried, int epoch) {
        if (epoch == EPOCHS) {
            return hindsight.cost(tried, asked, scanNs, keyNs);
        }
        double least = Double.POSITIVE_INFINITY;
        for (int set = 0; set < 1 << KEYS; set++) {
            if (Integer.bitCount(set) <= KEPT) {
                tried[epoch] = set;
                least = Math.min(least, leastOfAll(hindsight, asked, scanNs, keyNs, tried, epoch + 1));
            }
        }
        return least;
    }

    @Test
    void shouldNotBuildWhatIsNotUsedOftenEnough() {
        final int[][] asked = {{0}, {0}};
        final double[] scanNs = {10};
        final double[][] keyNs = {{1}};
        assertArrayEquals(new int[] {0, 0}, new Hindsight(1, 1, 100).schedule(asked, scanNs, keyNs));
        assertArrayEquals(new int[] {1, 1}, new Hindsight(1, 1, 10).schedule(asked, scanNs, keyNs));
        assertThrows(IllegalArgumentException.class, () -> new Hindsight(Hindsight.MAX_KEYS + 1, 4, 1));
    }
}
