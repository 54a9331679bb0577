package io.keyfarm.slave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class EachOfTest {
    private static final int STRIDE = 8;

    @Test
    void shouldCountOneOfEachStretchAsAllOfIt() {
        for (long seed = 0; seed < 200; seed++) {
            final Random random = new Random(seed);
            final EachOf each = new EachOf(STRIDE, seed);
            long passed = 0;
            long weight = 0;
            for (int i = 0; i < 500; i++) {
                final int queries = 1 + random.nextInt(i % 3 == 0 ? 40 : 3);
                passed += queries;
                weight += each.weightOf(queries);
                assertTrue(Math.abs(weight - passed) < STRIDE, "seed " + seed + ": " + weight + " for " + passed);
            }
        }
    }

    @Test
    void shouldNotFavourWhatComesAtRegularTimes() {
        final int period = 2 * STRIDE;
        final long[] counts = new long[period];
        for (long seed = 0; seed < 20; seed++) {
            final EachOf each = new EachOf(STRIDE, seed * 31);
            for (int i = 0; i < 1000 * period; i++) {
                counts[i % period] += each.weightOf(1);
            }
        }
        for (final long count : counts) {
            // Each comes 20,000 times; of as many eighths the standard deviation is 374.
            assertEquals(20_000.0, (double) count, 2_500.0);
        }
    }
}
