package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkloadFileTest {
    private static final String ADDRESSES = """
            # what people ask of addresses
            budget 40K
            keys 3
            key state.zip 16K
            key name 16000 pinned
            key by_state 2000
            key by_zip 2K forbidden
            query state_zip 190 1e3
              with state.zip 10
              with by_state + by_zip 60.5
            query name 40 1000   # now and then
              with name 10
            """;

    @Test
    void shouldReadKeysQueriesAndWhatTheyCost() throws IOException {
        final WorkloadFile file = read(ADDRESSES);
        assertEquals(4, file.costs().keyCount());
        assertEquals(16_384, file.costs().bytes(0));
        assertEquals(190 * 1000 + 40 * 1000, file.costs().costWithout());
        assertEquals(3, file.costs().wayCount());
        assertEquals(60.5, file.costs().cost(0, 1), 1e-9);
        assertEquals(40_960, file.budget().maxBytes());
        assertEquals(3, file.budget().maxKeys());
        assertEquals(
                "state.zip    serves 190\nname         serves 40\n",
                KeyAdvisor.advise(file.costs(), file.budget()).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kez a 5                       | test:2: a line begins with budget, keys, key, query or with, not 'kez'",
                "key a                         | test:2: reads 'key NAME BYTES, perhaps with pinned or forbidden'",
                "key a 5X                      | test:2: bytes read '17600000' or '16M', units K, M, G and T, not '5X'",
                "key a 99999999999999T         | test:2: 99999999999999T is more bytes than can be counted",
                "key k 5                       | test:2: key k is there twice",
                "key a 5 pined                 | test:2: a key is pinned or forbidden, not 'pined'",
                "with k 5                      | test:2: 'with' belongs to a query, and there is none before",
                "query q 1 -5                  | test:2: cost reads '12', '0.5' or '1e6', not '-5'",
                "query q NaN 5                 | test:2: weight reads '12', '0.5' or '1e6', not 'NaN'",
                "query q 1e99 5                | test:2: weight of query q: 0 to 1.00e+60, not 1.0E99",
                "keys many                     | test:2: keys NUMBER: 'many' is no number",
            })
    void shouldSayWhatIsWrongAndWhere(String line, String message) {
        assertEquals(
                message,
                assertThrows(BadValueException.class, () -> read("key k 1\n" + line + "\n"))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "with k          | reads 'with KEY COST' or 'with KEY + KEY COST'",
                "with k k 5      | reads 'with KEY COST' or 'with KEY + KEY COST'",
                "with l 5        | there is no key l",
                "with k + k 5    | a way has 1 to 8 keys, none of them twice",
                "with k x        | cost reads '12', '0.5' or '1e6', not 'x'",
            })
    void shouldSayWhatIsWrongWithAWay(String line, String message) {
        assertEquals(
                "test:3: " + message,
                assertThrows(BadValueException.class, () -> read("key k 1\nquery q 1 9\n" + line))
                        .getMessage());
    }

    @Test
    void shouldBoundLinesHoweverLongTheyAre() {
        final String message = String.valueOf(assertThrows(BadValueException.class, () -> read("#".repeat(5000)))
                .getMessage());
        assertEquals("test:1: a line has up to 4096 letters", message);
    }

    @Test
    void shouldRefuseWhatIsNoText(@TempDir Path folder) throws IOException {
        final Path file = Files.write(folder.resolve("noise"), new byte[] {(byte) 0xC3, 0x28, 10});
        final String message = String.valueOf(assertThrows(BadValueException.class, () -> WorkloadFile.read(file))
                .getMessage());
        assertTrue(message.endsWith("noise is no UTF-8 text"), message);
    }

    @Test
    void shouldNeverFailInAnUnforeseenWay() throws IOException {
        for (long seed = 0; seed < 3000; seed++) {
            final Random random = new Random(seed);
            final StringBuilder text = new StringBuilder(ADDRESSES);
            for (int i = 0; i <= random.nextInt(4); i++) {
                final int at = random.nextInt(text.length());
                text.setCharAt(at, ADDRESSES.charAt(random.nextInt(ADDRESSES.length())));
            }
            try {
                final WorkloadFile file = read(text.toString());
                assertTrue(KeyAdvisor.advise(file.costs(), file.budget()).cost() >= 0, "seed " + seed);
            } catch (BadValueException e) {
                assertTrue(String.valueOf(e.getMessage()).length() > 5, "seed " + seed);
            }
        }
    }

    private static WorkloadFile read(String text) throws IOException {
        return WorkloadFile.read(new StringReader(text), "test");
    }
}
