package io.keyfarm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdviseCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void writeWorkload() throws IOException {
        file = Files.writeString(folder.resolve("orders.workload"), """
                budget 48M
                key state.zip 17600000
                key name 17600000
                key city 17600000
                query state_zip 190 8000000
                  with state.zip 10
                query name 40 8000000
                  with name 12
                query city 1 8000000
                  with city 500
                """);
    }

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void shouldProposeKeysWithinTheBudgetOfTheFile() {
        assertEquals(0, run("advise", "--workload", file.toString()), err::toString);
        final String text = out.toString();
        assertTrue(text.lines().anyMatch(line -> line.startsWith("state.zip")), text);
        assertTrue(text.contains("2 keys of 35,200,000 bytes"), text);
        assertTrue(text.contains("no choice saves more"), text);
    }

    @Test
    void shouldTakeLimitsFromTheCommandLine() {
        assertEquals(0, run("advise", "--workload", file.toString(), "--budget", "64M", "--exact"), err::toString);
        assertTrue(out.toString().contains("3 keys of 52,800,000 bytes"), out::toString);
        assertEquals(0, run("advise", "--workload", file.toString(), "--keys", "1"), err::toString);
        assertTrue(out.toString().contains("1 key of 17,600,000 bytes"), out::toString);
    }

    @Test
    void shouldSayWhereTheFileIsWrong() throws IOException {
        Files.writeString(file, "\nkey a\n");
        assertEquals(1, run("advise", "--workload", file.toString()));
        assertTrue(err.toString().contains("orders.workload:2: reads 'key NAME BYTES"), err::toString);
    }

    @Test
    void shouldSayWhatIsWrongWithItsOptions() {
        assertEquals(2, run("advise"));
        assertEquals(2, run("advise", "--workload", folder.resolve("none").toString()));
        assertTrue(err.toString().contains("there is no file"), err::toString);
        assertEquals(2, run("advise", "--workload", file.toString(), "--budget", "lots"));
        assertTrue(err.toString().contains("not 'lots'"), err::toString);
        assertEquals(2, run("advise", "--workload", file.toString(), "--keys", "-1"));
    }

    @Test
    void shouldShowAWorkloadInItsHelp() {
        assertEquals(0, run("advise", "--help"));
        assertTrue(out.toString().contains("query state_zip 190 8000000"), out::toString);
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80), out::toString);
    }
}
