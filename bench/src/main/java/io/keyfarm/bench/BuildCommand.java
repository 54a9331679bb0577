package io.keyfarm.bench;

import io.keyfarm.rows.MemoryLedger;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keyfarm bench build}. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds keys over eight kinds of data, ready to seek in, each beside a merge sort with a comparator that reads the"
                    + " rows. Ends within two minutes on a quiet machine.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyfarm bench build",
            "  keyfarm bench build --rows 1000000 --json build.json",
            "",
            "Exit code 1 only if a key has another order than the comparator's."
        })
final class BuildCommand implements Callable<Integer> {
    private static final String LINE = "%-14s %16s %16s %10s%n";

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public Integer call() throws Exception {
        final Report report = options.begin("build");
        final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
        final Worst rowsPerSecond = new Worst();
        final Worst factor = new Worst();
        options.out().printf(LINE, "rows/s a core", "comparator", "key", "factor");
        try (SeekData data = new SeekData(options.rows(), options.seed(), ledger)) {
            final BuildRace race = new BuildRace(ledger);
            for (final SeekCase seekCase : data.cases()) {
                race.run(seekCase);
                rowsPerSecond.low(race.keyRowsPerSecond(), seekCase.name());
                factor.low(race.factor(), seekCase.name());
                options.out()
                        .printf(
                                LINE,
                                seekCase.name(),
                                "%,.0f".formatted(race.plainRowsPerSecond()),
                                "%,.0f".formatted(race.keyRowsPerSecond()),
                                "%.1f".formatted(race.factor()));
                options.out().flush();
            }
        }
        options.out().println();
        report.add(Figure.higher(
                "build.rowsPerSecondPerCore",
                rowsPerSecond.value,
                "rows/s",
                "everything, ready to seek in; " + rowsPerSecond,
                12e6,
                30e6));
        report.add(Figure.higher(
                "build.versusComparator", factor.value, "times", "a merge sort that compares rows; " + factor, 10, 30));
        options.end(report);
        return 0;
    }
}
