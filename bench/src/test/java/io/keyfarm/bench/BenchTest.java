package io.keyfarm.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.MemoryLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class BenchTest {
    private static final int ROWS = 20_000;

    @TempDir
    private Path folder;

    @Test
    void shouldMeasureSeeksOverFewRowsWithoutAWrongAnswer() throws IOException {
        final Path json = folder.resolve("seek.json");
        assertEquals(0, execute("seek", "--part", "keys", "--rows", "" + ROWS, "--json", json.toString()));
        final String figures = Files.readString(json);
        for (final String name : new String[] {"seek.single.cold", "seek.batch.hot", "seek.equality"}) {
            assertTrue(figures.contains("\"name\" : \"" + name + "\""), figures);
        }
    }

    @Test
    void shouldMeasureJoinsOfFewRowsWithoutAWrongAnswer() {
        assertEquals(0, execute("join", "--rows", "" + ROWS));
    }

    @Test
    void shouldMeasureColumnCopiesOverFewRowsWithoutAWrongAnswer() throws IOException {
        final Path json = folder.resolve("column.json");
        assertEquals(0, execute("column", "--rows", "" + ROWS, "--json", json.toString()));
        assertTrue(Files.readString(json).contains("\"name\" : \"column.versusScan.10\""));
    }

    @Test
    void shouldMeasureBuildsOverFewRowsWithoutAWrongAnswer() {
        assertEquals(0, execute("build", "--rows", "" + ROWS));
    }

    @Test
    void shouldHoldTheAdvisorAgainstTheBestKeys() throws IOException {
        final Path json = folder.resolve("adaptivity.json");
        assertEquals(
                0,
                execute(
                        "adaptivity",
                        "--part",
                        "choice",
                        "--workloads",
                        "1",
                        "--seed",
                        "2",
                        "--json",
                        json.toString()));
        assertTrue(Files.readString(json).contains("\"name\" : \"choice.worst\""));
    }

    @Test
    void shouldSayWhatIsWrongWithAnOption() {
        final StringWriter errors = new StringWriter();
        final CommandLine bench = Bench.commandLine().setErr(new PrintWriter(errors));
        assertEquals(2, bench.execute("seek", "--rows", "3"));
        assertTrue(errors.toString().contains("not 3"), errors.toString());
    }

    @Test
    void shouldNoticeAWaySeekingWrongly() {
        final MemoryLedger ledger = MemoryLedger.unlimited("the test");
        try (SeekData data = new SeekData(ROWS, 1, ledger)) {
            final SeekCase uniform = data.find("uniform");
            // Ids in the place of the field that the key is of.
            final SeekCase wrong =
                    new SeekCase("wrong", uniform.slab(), uniform.spec(), new PlainLongs(uniform.slab(), "id"));
            try (SeekRace race = new SeekRace(wrong, ledger, 1)) {
                assertThrows(WrongAnswerException.class, race::check);
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldShuffleNumbersWithoutLosingAny() {
        final long[] shuffled = new long[1 << 16];
        Arrays.setAll(shuffled, i -> Draws.shuffled(i, 16));
        Arrays.sort(shuffled);
        for (int i = 0; i < shuffled.length; i++) {
            assertEquals(i, shuffled[i]);
        }
    }

    private static int execute(String... arguments) {
        return Bench.commandLine().setOut(new PrintWriter(new StringWriter())).execute(arguments);
    }
}
