package io.keyfarm.load;

import java.io.PrintStream;
import java.util.Locale;
import org.agrona.concurrent.NanoClock;

/**
 * Draws how far a load has come.
 *
 * <pre>
 *   on a terminal, one line, drawn again    airports.csv    7,698 rows    1.1 of 2.3 MB    49%    38,490 rows/s    3 s left
 *   in a pipe, one line every ten seconds   the same
 *   at the end, on both                     airports.csv: 7,698 rows, 1.1 MB in 0.2 s (38,490 rows/s)
 * </pre>
 *
 * Rates are over all of the time since the load began. What was left out or made null is told at the end, with the first
 * messages.
 */
public final class ConsoleProgress implements LoadProgress {
    private static final long TERMINAL_INTERVAL_NS = 100_000_000;
    private static final long PIPE_INTERVAL_NS = 10_000_000_000L;
    /** A line that wraps cannot be drawn over. */
    private static final int MAX_WHAT_CHARS = 32;

    /** Sooner, no time that is left could be told. */
    private static final long SETTLED_NS = 1_000_000_000;

    private final PrintStream out;
    private final NanoClock clock;
    private final boolean terminal;

    private String what = "";
    private long beginNs;
    private long drawnNs;
    private int drawnChars;

    /** @param terminal whether {@code out} is one; else it is a pipe or a file */
    public ConsoleProgress(PrintStream out, NanoClock clock, boolean terminal) {
        this.out = out;
        this.clock = clock;
        this.terminal = terminal;
    }

    @Override
    public void onBegin(String newWhat) {
        clearLine();
        what = newWhat.length() <= MAX_WHAT_CHARS
                ? newWhat
                : "…" + newWhat.substring(newWhat.length() - MAX_WHAT_CHARS + 1);
        beginNs = clock.nanoTime();
        drawnNs = beginNs;
    }

    @Override
    public void onPrepared() {
        clearLine();
        out.flush();
    }

    @Override
    public void onRows(long rowCount, long bytesDone, long bytesTotal) {
        final long nowNs = clock.nanoTime();
        if (nowNs - drawnNs < (terminal ? TERMINAL_INTERVAL_NS : PIPE_INTERVAL_NS)) {
            return;
        }
        drawnNs = nowNs;
        final String line = line(rowCount, bytesDone, bytesTotal, nowNs - beginNs);
        if (terminal) {
            redraw(line);
        } else {
            out.println(line);
        }
    }

    @Override
    public void onEnd(LoadReport report) {
        final long elapsedNs = clock.nanoTime() - beginNs;
        clearLine();
        out.println(format(
                "%s: %,d rows, %s in %s (%,d rows/s)",
                report.what(),
                report.rowCount(),
                megabytes(report.bytes()),
                seconds(elapsedNs),
                perSecond(report.rowCount(), elapsedNs)));
        if (!report.isClean()) {
            out.println(format(
                    "%,d rows were left out and %,d values made null:", report.skippedRows(), report.nulledValues()));
            report.troubles().forEach(trouble -> out.println("  " + trouble));
        }
        out.flush();
    }

    private String line(long rowCount, long bytesDone, long bytesTotal, long elapsedNs) {
        final StringBuilder line = new StringBuilder(what).append(format("  %,d rows", rowCount));
        final boolean hasTotal = bytesTotal > 0;
        if (hasTotal) {
            line.append(format("  %.1f of %s", bytesDone / 1e6, megabytes(bytesTotal)));
            line.append(format("  %d%%", Math.min(100, bytesDone * 100 / bytesTotal)));
        } else if (bytesDone > 0) {
            line.append("  ").append(megabytes(bytesDone));
        }
        line.append(format("  %,d rows/s", perSecond(rowCount, elapsedNs)));
        if (hasTotal && bytesDone > 0 && elapsedNs >= SETTLED_NS) {
            final double leftNs = (double) elapsedNs * Math.max(0, bytesTotal - bytesDone) / bytesDone;
            line.append(format("  %,d s left", Math.round(leftNs / 1e9)));
        }
        return line.toString();
    }

    /** Writes over the line that was drawn last, blanks where that was longer. */
    private void redraw(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, drawnChars - line.length())));
        out.flush();
        drawnChars = line.length();
    }

    private void clearLine() {
        if (drawnChars > 0) {
            out.print("\r" + " ".repeat(drawnChars) + "\r");
            drawnChars = 0;
        }
    }

    private static long perSecond(long count, long elapsedNs) {
        return elapsedNs == 0 ? 0 : Math.round(count * 1e9 / elapsedNs);
    }

    private static String megabytes(long bytes) {
        return format("%,.1f MB", bytes / 1e6);
    }

    private static String seconds(long ns) {
        return format("%.1f s", ns / 1e9);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
