package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ConsoleProgressTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
    private long nowNs = 1_000;

    private void turnMs(long ms) {
        nowNs += TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private String text() {
        final String text = written.toString(StandardCharsets.UTF_8);
        written.reset();
        return text.replace(System.lineSeparator(), "\n").replace('\r', '|');
    }

    @Test
    void shouldDrawOneLineAgainAndAgainOnATerminal() {
        final ConsoleProgress progress = new ConsoleProgress(out, () -> nowNs, true);
        progress.onBegin("airports.csv");
        turnMs(50);
        progress.onRows(16_384, 1_000_000, 4_000_000);
        assertEquals("", text());
        turnMs(450);
        progress.onRows(100_000, 1_000_000, 4_000_000);
        assertEquals("|airports.csv  100,000 rows  1.0 of 4.0 MB  25%  200,000 rows/s", text());
        turnMs(1500);
        progress.onRows(200_000, 2_000_000, 4_000_000);
        assertEquals("|airports.csv  200,000 rows  2.0 of 4.0 MB  50%  100,000 rows/s  2 s left", text());
        turnMs(1500);
        progress.onRows(9, 4_000_000, 4_000_000);
        assertEquals("|airports.csv  9 rows  4.0 of 4.0 MB  100%  3 rows/s  0 s left           ", text());
        turnMs(500);
        progress.onEnd(LoadReport.clean("airports.csv", 400_000, 4_000_000));
        assertEquals("|" + " ".repeat(61) + "|airports.csv: 400,000 rows, 4.0 MB in 4.0 s (100,000 rows/s)\n", text());
    }

    @Test
    void shouldWriteFewPlainLinesIntoAPipe() {
        final ConsoleProgress progress = new ConsoleProgress(out, () -> nowNs, false);
        progress.onBegin("rows");
        for (int second = 1; second <= 25; second++) {
            turnMs(1000);
            progress.onRows(second * 1000L, second * 500_000L, LoadProgress.UNKNOWN_BYTES);
        }
        progress.onEnd(LoadReport.clean("rows", 25_000, 12_500_000));
        assertEquals("""
                rows  10,000 rows  5.0 MB  1,000 rows/s
                rows  20,000 rows  10.0 MB  1,000 rows/s
                rows: 25,000 rows, 12.5 MB in 25.0 s (1,000 rows/s)
                """, text());
    }

    @Test
    void shouldTellWhatWasLeftOut() {
        final ConsoleProgress progress = new ConsoleProgress(out, () -> nowNs, false);
        progress.onBegin("a.csv");
        progress.onEnd(new LoadReport("a.csv", 2, 1, 0, List.of("a.csv:3: 'x' is no int32"), 20));
        assertEquals("""
                a.csv: 2 rows, 0.0 MB in 0.0 s (0 rows/s)
                1 rows were left out and 0 values made null:
                  a.csv:3: 'x' is no int32
                """, text());
    }

    @Test
    void shouldClearItsLineWhenTheTypesAreFound() {
        final ConsoleProgress progress = new ConsoleProgress(out, () -> nowNs, true);
        progress.onBegin("a.csv");
        turnMs(1000);
        progress.onRows(1, 0, LoadProgress.UNKNOWN_BYTES);
        progress.onPrepared();
        assertEquals("|a.csv  1 rows  1 rows/s|                       |", text());
    }

    @Test
    void shouldShortenALongNameToStayOnOneLine() {
        final ConsoleProgress progress = new ConsoleProgress(out, () -> nowNs, true);
        progress.onBegin("/a/long/way/down/to/where/the/file/airports.csv");
        turnMs(1000);
        progress.onRows(1, 0, LoadProgress.UNKNOWN_BYTES);
        assertEquals(
                "|…to/where/the/file/airports.csv  1 rows  1 rows/s", text().replaceFirst("…[^ ]*(to/where)", "…$1"));
    }
}
