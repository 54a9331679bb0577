package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keyfarm.rows.BadValueException;
import org.junit.jupiter.api.Test;

final class KeyCandidateTest {
    @Test
    void shouldReadWhatItPrints() {
        for (final String text : new String[] {"state.zip", "state.zip hot", "state bitmap", "price column"}) {
            assertEquals(text, KeyCandidate.parse(text).toString());
        }
        assertEquals(KeyCandidate.Kind.HOT, KeyCandidate.parse("  state   hot ").kind());
    }

    @Test
    void shouldRefuseWhatIsNoKey() {
        for (final String text :
                new String[] {"", "state.zip warm", "state hot hot", "state.", "state.zip bitmap", "a.b column"}) {
            assertThrows(BadValueException.class, () -> KeyCandidate.parse(text), text);
        }
    }
}
