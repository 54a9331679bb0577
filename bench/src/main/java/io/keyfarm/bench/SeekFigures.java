package io.keyfarm.bench;

import io.keyfarm.bench.SeekRace.Way;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;

/** Gathers what the races over all kinds of data gave: of each figure the worst counts. */
final class SeekFigures {
    private static final String LINE = "%-14s %9s  %14s %14s %14s %14s %14s %12s%n";

    private final PrintWriter out;
    private final Map<Way, Worst> factors = new EnumMap<>(Way.class);
    private final Worst coldBytes = new Worst();
    private final Worst hotBytes = new Worst();

    SeekFigures(PrintWriter out) {
        this.out = out;
    }

    void printHead() {
        out.printf(LINE, "ns (factor)", "plain", "cold", "hot", "batch cold", "batch hot", "equality", "bytes/row");
        out.flush();
    }

    void add(SeekRace race) {
        for (final Way way : SeekCommand.judged()) {
            if (!Double.isNaN(race.factor(way))) {
                factors.computeIfAbsent(way, it -> new Worst()).low(race.factor(way), race.name());
            }
        }
        coldBytes.high(race.coldBytesPerRow(), race.name());
        hotBytes.high(race.hotBytesPerRow(), race.name());
        out.printf(
                LINE,
                race.name(),
                "%,.0f".formatted(race.ns(Way.PLAIN)),
                cell(race, Way.COLD),
                cell(race, Way.HOT),
                cell(race, Way.BATCH_COLD),
                cell(race, Way.BATCH_HOT),
                cell(race, Way.EQUALITY),
                "%.2f/%.2f".formatted(race.coldBytesPerRow(), race.hotBytesPerRow()));
        out.flush();
    }

    private static String cell(SeekRace race, Way way) {
        return Double.isNaN(race.factor(way)) ? "–" : "%,.0f (%.1f)".formatted(race.ns(way), race.factor(way));
    }

    void addTo(Report report) {
        out.println();
        addFactor(report, "seek.single.cold", Way.COLD, 2.5, 3.5);
        addFactor(report, "seek.single.hot", Way.HOT, 4, 7);
        addFactor(report, "seek.batch.cold", Way.BATCH_COLD, 4, 6);
        addFactor(report, "seek.batch.hot", Way.BATCH_HOT, 7, 12);
        addFactor(report, "seek.equality", Way.EQUALITY, 6, 9);
        report.add(Figure.lower("key.bytesPerRow.cold", coldBytes.value, "bytes/row", coldBytes.toString(), 4.7, 4.4));
        report.add(Figure.lower("key.bytesPerRow.hot", hotBytes.value, "bytes/row", hotBytes.toString(), 12.7, 12.7));
    }

    private void addFactor(Report report, String name, Way way, double must, double goal) {
        final Worst worst = factors.get(way);
        if (worst != null) {
            final String versus = "the plain binary search through the rows; " + worst;
            report.add(Figure.higher(name, worst.value, "times", versus, must, goal));
        }
    }
}
