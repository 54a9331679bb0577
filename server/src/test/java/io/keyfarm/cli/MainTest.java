package io.keyfarm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void shouldListItsCommandsWhenAskedForHelp() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString().contains("Usage: keyfarm [-hV] COMMAND"), out::toString);
        assertTrue(out.toString().contains("\n  demo   "), out::toString);
        assertTrue(out.toString().contains("\n  bench  "), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void shouldFitItsHelpOntoATerminal() {
        assertEquals(0, run("--help"));
        assertEquals(0, run("demo", "--help"));
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80), out::toString);
    }

    @Test
    void shouldSayItsVersion() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().startsWith("keyfarm "), out::toString);
    }

    @Test
    void shouldAskWhichCommandIsMeant() {
        assertEquals(2, run());
        assertEquals("""
                keyfarm: which command?
                see: keyfarm --help
                """, lines(err));
    }

    @Test
    void shouldSuggestTheOptionThatWasMeant() {
        assertEquals(2, run("demo", "--scael", "1"));
        assertEquals("""
                keyfarm: unknown options: '--scael', '1'
                did you mean: --scale
                see: keyfarm demo --help
                """, lines(err));
    }

    @ParameterizedTest
    @CsvSource({
        "--scale, 0, '--scale is above 0 and at most 100, not 0.0'",
        "--scale, -1, '--scale is above 0 and at most 100, not -1.0'",
        "--scale, NaN, '--scale is above 0 and at most 100, not NaN'",
        "--scale, 101, '--scale is above 0 and at most 100, not 101.0'",
        "--scale, much, 'invalid value for option ''--scale'': ''much'' is not a double'",
        "--slaves, 0, '--slaves is 1 to 64, not 0'",
        "--slaves, 65, '--slaves is 1 to 64, not 65'",
    })
    void shouldRefuseWhatAnOptionCannotBe(String option, String value, String message) {
        assertEquals(2, run("demo", option + "=" + value));
        assertEquals("keyfarm: " + message + "\nsee: keyfarm demo --help\n", lines(err));
        assertEquals("", out.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3"})
    void shouldEndTheDemoWithItsVerdict(String slaves) {
        assertEquals(0, run("demo", "--scale", "0.002", "--slaves", slaves, "--quiet"), err::toString);
        assertEquals(
                "checked 24 queries against the full scan: 0 differences",
                out.toString().lines().reduce("", (before, line) -> line));
        assertEquals("", err.toString());
    }

    @Test
    void shouldRefuseAScaleThatTheMachineHasNoRoomFor() {
        final ParseResult parsed = Main.commandLine().parseArgs("demo", "--scale", "10");
        final DemoCommand command =
                (DemoCommand) parsed.subcommand().commandSpec().userObject();
        command.requireRoom(100L << 30);
        final ParameterException refused = assertThrows(ParameterException.class, () -> command.requireRoom(8L << 30));
        assertEquals(
                "--scale 10.0 needs about # MB, but this machine has 8,192 MB",
                String.valueOf(refused.getMessage()).replaceFirst("about [0-9,]+", "about #"));
    }

    private static String lines(StringWriter text) {
        return text.toString().replace(System.lineSeparator(), "\n");
    }
}
