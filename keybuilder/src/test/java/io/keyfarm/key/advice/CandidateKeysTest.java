package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.KeySpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class CandidateKeysTest {
    @Test
    void shouldOrderFieldsWithValuesAndEndWithARange() {
        assertEquals("make.state make.state.price state.make state.make.price", sorted("state make{4} price.."));
        assertEquals("price", sorted("price.."));
        assertEquals("", sorted("*"));
    }

    @Test
    void shouldChainShapesThatAskForMoreAndMore() {
        final String keys = sorted("a", "a b", "a b c d", "a b c d e..");
        assertTrue(keys.contains("a.b.c.d.e"), keys);
        assertFalse(keys.contains("e."), keys);
    }

    @Test
    void shouldLetFieldsOfFewValuesLead() {
        assertTrue(sorted("zip", "few").contains("few.zip"));
        assertFalse(sorted("zip", "few").contains("zip.few"));
        assertFalse(sorted("zip", "name").contains("name.zip"));
    }

    @Test
    void shouldKeepWithinItsBoundAndServeTheHeaviestFirst() {
        final Map<Shape, Double> shapes = new LinkedHashMap<>();
        shapes.put(Shape.parse("a b c d e f g h"), 1.0);
        shapes.put(Shape.parse("x"), 5.0);
        final List<KeySpec> keys = CandidateKeys.of(shapes, field -> 1000, 5);
        assertEquals(5, keys.size());
        assertEquals("x", keys.get(0).toString());
    }

    private static String sorted(String... shapes) {
        final Map<Shape, Double> weighted = new LinkedHashMap<>();
        for (final String shape : shapes) {
            weighted.put(Shape.parse(shape), 1.0);
        }
        return CandidateKeys.of(weighted, field -> field.equals("few") ? 4 : 1000, 1000).stream()
                .map(KeySpec::toString)
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
