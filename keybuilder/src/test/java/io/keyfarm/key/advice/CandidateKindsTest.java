package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.key.KeySpec;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class CandidateKindsTest {
    @Test
    void shouldMakeEachKindOfWhatItIsGoodFor() {
        final List<Shape> shapes = List.of(Shape.parse("state zip"), Shape.parse("price.. state"));
        assertEquals(
                "state.zip, state.zip hot, price, price hot, price column, state bitmap, state column, zip column",
                CandidateKinds.of(
                                List.of(KeySpec.parse("state.zip"), KeySpec.parse("price")),
                                shapes,
                                field -> field.equals("state") ? 50 : 40_000)
                        .stream()
                        .map(KeyCandidate::toString)
                        .collect(Collectors.joining(", ")));
    }
}
