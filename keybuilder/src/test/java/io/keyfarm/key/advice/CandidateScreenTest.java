package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CandidateScreenTest {
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
}
