package io.keyfarm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class JsonTextTest {
    @Test
    void shouldWriteObjectsAndArrays() {
        final JsonText json = new JsonText();
        json.object()
                .name("a")
                .value(1)
                .name("b")
                .array()
                .value("x")
                .value(true)
                .array()
                .end()
                .end();
        json.name("c").object().end().name("d").value(0.5).end();
        assertEquals("""
                {
                  "a": 1,
                  "b": [
                    "x",
                    true,
                    []
                  ],
                  "c": {},
                  "d": 0.5
                }""", json.toString());
    }

    @Test
    void shouldEscapeWhateverIsNoPlainLetter() {
        assertEquals(
                "\"a\\\"b\\\\c\\u000a\\u001b\\u00b5\\ud800\\u2028\"",
                new JsonText().value("a\"b\\c\n\u001bµ\ud800\u2028").toString());
    }

    @Test
    void shouldWriteNullForWhatIsNoNumber() {
        final JsonText json = new JsonText();
        json.array()
                .value(Double.NaN)
                .value(Double.POSITIVE_INFINITY)
                .value(1e300)
                .end();
        assertEquals("[\n  null,\n  null,\n  1.0E300\n]", json.toString());
    }
}
