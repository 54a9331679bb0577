package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which segments are merged when. */
final class AppendPlanTest {
    /** The segments after rows were appended to them. */
    private static List<Long> after(List<Long> segments, long newRows) {
        final int kept = AppendPlan.keptCount(
                segments.stream().mapToLong(Long::longValue).toArray(), newRows);
        final List<Long> next = new ArrayList<>(segments.subList(0, kept));
        next.add(segments.subList(kept, segments.size()).stream()
                        .mapToLong(Long::longValue)
                        .sum()
                + newRows);
        return next;
    }

    @Test
    void shouldMergeWhatStandsAtTheEndWhereThereIsNoRoom() {
        final StringBuilder told = new StringBuilder();
        List<Long> segments = List.of(1000L);
        for (int i = 0; i < 14; i++) {
            segments = after(segments, 10);
            told.append(segments).append('\n');
        }
        assertEquals("""
                [1000, 10]
                [1000, 10, 10]
                [1000, 10, 10, 10]
                [1000, 10, 10, 20]
                [1000, 50]
                [1000, 50, 10]
                [1000, 50, 10, 10]
                [1000, 50, 10, 20]
                [1000, 50, 40]
                [1000, 50, 40, 10]
                [1000, 50, 40, 20]
                [1000, 50, 40, 30]
                [1130]
                [1130, 10]
                """, told.toString());
        assertEquals(List.of(5L), after(List.of(0L), 5));
    }

    @Test
    void shouldKeepSegmentsFewAndTheMainOneLargeAndCopyEachRowAFewTimes() {
        final Random random = new Random(1);
        List<Long> segments = List.of(1_000_000L);
        long appended = 0;
        long built = 0;
        for (int i = 0; i < 20_000; i++) {
            final long more = 1L + random.nextInt(i % 100 == 0 ? 3_000 : 20);
            segments = after(segments, more);
            appended += more;
            built += segments.get(segments.size() - 1);
            assertTrue(segments.size() <= AppendPlan.MAX_SEGMENTS, segments::toString);
            final long others =
                    segments.stream().skip(1).mapToLong(Long::longValue).sum();
            assertTrue(others * AppendPlan.MAIN_SHARE <= segments.get(0), segments::toString);
        }
        assertEquals(
                1_000_000 + appended,
                segments.stream().mapToLong(Long::longValue).sum());
        assertTrue(built < 30 * appended, built + " rows built for " + appended + ", " + segments);
    }
}
