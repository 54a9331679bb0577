package io.keyfarm.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class TracesTest {
    private static final int TEMPLATES = 3;
    private static final int ASKS = 4;
    private static final int LENGTH = 2_000;

    private final Traces traces = new Traces(7, TEMPLATES, ASKS);

    @Test
    void shouldAskOneWorkloadAllTheTime() {
        assertEquals("0", workloads(traces.steady(LENGTH)));
    }

    @Test
    void shouldChangeAllQueriesThreeTimes() {
        assertEquals("0 1 2 0", workloads(traces.shift(LENGTH)));
    }

    @Test
    void shouldTakeTurnsEveryHundredQueries() {
        assertEquals(LENGTH / Traces.EPOCH, workloads(traces.flap(LENGTH)).split(" ").length);
        assertTrue(Arrays.stream(traces.flap(LENGTH)).allMatch(ask -> workload(ask) < 2));
    }

    @Test
    void shouldGoFromOneToTheNextLittleByLittle() {
        final int[] trace = traces.drift(LENGTH);
        assertEquals(0, workload(trace[0]));
        final long seconds = Arrays.stream(trace, 0, LENGTH / 2)
                .filter(ask -> workload(ask) == 1)
                .count();
        assertTrue(seconds > LENGTH / 8 && seconds < 3 * LENGTH / 8, seconds + " of the second");
        final long thirds = Arrays.stream(trace, LENGTH - 100, LENGTH)
                .filter(ask -> workload(ask) == 2)
                .count();
        assertTrue(thirds > 80, thirds + " of the third at the end");
    }

    @Test
    void shouldComeAgainOfTheSameSeed() {
        assertArrayEquals(new Traces(7, TEMPLATES, ASKS).flap(LENGTH), new Traces(7, TEMPLATES, ASKS).flap(LENGTH));
        final int[][] epochs = Traces.epochs(new int[250]);
        assertEquals(3, epochs.length);
        assertEquals(50, epochs[2].length);
    }

    @Test
    void shouldSeeWhenCostsComeNearTheBest() {
        final double[] best = {1, 1, 1, 1, 1, 1};
        final double[] ns = {9, 9, 1.1, 1, 1, 1};
        assertEquals(2, Convergence.queriesTo(0.95, best, ns, 2));
        assertEquals(6, Convergence.queriesTo(0.95, best, new double[] {9, 9, 9, 9, 9, 9}, 2));
        assertEquals(1, Convergence.share(best, ns, 3, 6));
    }

    private static int workload(int ask) {
        return ask / (TEMPLATES * ASKS);
    }

    /** Each once, as long as it stays. */
    private static String workloads(int[] trace) {
        final StringBuilder text = new StringBuilder("" + workload(trace[0]));
        for (int i = 1; i < trace.length; i++) {
            if (workload(trace[i]) != workload(trace[i - 1])) {
                text.append(' ').append(workload(trace[i]));
            }
        }
        return text.toString();
    }
}
