package io.keyfarm.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the notes that Keyfarm grew from say these rules build. */
final class KeyHeuristicTest {
    @Test
    void shouldOrderFieldsByTheirRequests() {
        assertEquals(
                "a.b.c.d b.c.d c.a.d", names(FrequencyOrder.propose(Map.of("a", 100L, "b", 10L, "c", 2L, "d", 0L), 9)));
        assertEquals("y.x x", names(new FrequencyOrder().propose(workload("xy 3", "y 9"), 2)));
    }

    @Test
    void shouldScoreQueriesByTheirFieldsAndZeroTheFieldsOfAKey() {
        final List<ShapeHits> workload = workload("pq 104", "abxy 103", "cdxy 102", "efxy 101", "ghxy 100", "gxy 100");
        assertEquals("x.y.g.h p.q a.b.x.y c.d.x.y e.f.x.y", names(new QueryScore(field -> 1).propose(workload, 6)));
        assertEquals("x.y.g.h p.q", names(new QueryScore(field -> 1).propose(workload, 2)));
    }

    @Test
    void shouldGiveTenForAUseAndTakeOneForAnyOther() {
        final TenForAUse rule = new TenForAUse(1);
        rule.onQuery(List.of("a", "b"));
        rule.onQuery(List.of("a", "b"));
        rule.onQuery(List.of("b"));
        assertEquals(10 + 10 - 1, rule.score("a", "b"));
        assertEquals(10, rule.score("b"));
        assertEquals("b.a b", names(rule.best(2)));
    }

    @Test
    void shouldListNoMoreMatchesThanItMay() {
        final List<KeySpec> keys =
                new TenForAUse(1).propose(workload("ab 900", "cd 500", "e 300", "f 1", "g 1", "h 1"), 2);
        assertEquals("a.b c.d", names(keys));
        assertTrue(new TenForAUse(1).propose(List.of(), 3).isEmpty());
    }

    private static List<ShapeHits> workload(String... lines) {
        return Arrays.stream(lines)
                .map(line -> line.split(" "))
                .map(it -> new ShapeHits(Shape.parse(String.join(" ", it[0].split(""))), Long.parseLong(it[1])))
                .toList();
    }

    private static String names(List<KeySpec> keys) {
        return keys.stream().map(KeySpec::toString).collect(Collectors.joining(" "));
    }
}
