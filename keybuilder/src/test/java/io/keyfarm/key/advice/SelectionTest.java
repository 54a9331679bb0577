package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SelectionTest {
    @Test
    void shouldSaveAsMuchHoweverItCameAbout() {
        for (long seed = 0; seed < 200; seed++) {
            final Random random = new Random(seed);
            final WorkloadCost.Builder it = WorkloadCost.builder();
            for (int key = 0; key < 8; key++) {
                it.key("k" + key, key);
            }
            for (int query = 0; query < 10; query++) {
                it.query("q" + query, 1, 100);
                for (int way = 0; way < 4; way++) {
                    final int key = random.nextInt(7);
                    it.way(query, random.nextInt(100), random.nextBoolean() ? new int[] {key} : new int[] {key, 7});
                }
            }
            final WorkloadCost costs = it.build();
            final Selection walked = new Selection(costs);
            for (int step = 0; step < 60; step++) {
                final int key = random.nextInt(8);
                if (walked.has(key)) {
                    walked.remove(key);
                } else {
                    final double before = walked.saved();
                    final double gain = walked.gain(key);
                    walked.add(key);
                    assertEquals(before + gain, walked.saved(), 1e-9, "seed " + seed);
                    assertEquals(gain, walked.loss(key), 1e-9, "seed " + seed);
                }
            }
            for (int query = 0; query < costs.queryCount(); query++) {
                assertEquals(cheapest(costs, walked, query), walked.cost(query), 1e-9, "seed " + seed);
            }
            for (int key = 0; key < 8; key++) {
                final Selection with =
                        Selection.of(costs, Stream.of("k" + key, "unknown").toList());
                for (final int other : walked.keys()) {
                    with.add(other);
                }
                for (int query = 0; query < costs.queryCount(); query++) {
                    assertEquals(with.cost(query), walked.costWith(query, key), 1e-9, "seed " + seed);
                }
            }
            double saved = 0;
            for (int query = 0; query < costs.queryCount(); query++) {
                saved += Math.max(0, 100 - cheapest(costs, walked, query));
            }
            assertEquals(saved, walked.saved(), 1e-9, "seed " + seed);
        }
    }

    private static double cheapest(WorkloadCost costs, Selection selection, int query) {
        double cheapest = 100;
        for (int way = costs.wayStart(query); way < costs.wayStart(query + 1); way++) {
            boolean isOpen = true;
            for (final int key : costs.keysOf(way)) {
                isOpen &= selection.has(key);
            }
            cheapest = isOpen ? Math.min(cheapest, costs.cost(query, way)) : cheapest;
        }
        return cheapest;
    }
}
