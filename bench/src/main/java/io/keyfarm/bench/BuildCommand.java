package io.keyfarm.bench;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keyfarm bench build}. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds keys over eight kinds of data, ready to seek in, each beside a merge sort with a comparator that reads the"
                    + " rows; then appends one percent to the tables, beside replacing them. Ends within two minutes on a quiet"
                    + " machine.",
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
            options.out().println();
            append(data, report);
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

    private void append(SeekData data, Report report) throws IOException {
        final Worst first = new Worst();
        final Worst mean = new Worst();
        options.out().printf(LINE, "1 % appended, ms", "whole table", "once", "mean of ten");
        final Map<Slab, List<SeekCase>> tables = data.cases().stream()
                .collect(Collectors.groupingBy(SeekCase::slab, LinkedHashMap::new, Collectors.toList()));
        for (final Map.Entry<Slab, List<SeekCase>> table : tables.entrySet()) {
            final AppendRace race = new AppendRace(table.getKey(), table.getValue());
            race.run();
            first.high(race.firstShare(), race.name());
            mean.high(race.meanShare(), race.name());
            options.out()
                    .printf(
                            LINE,
                            race.name(),
                            "%,.1f".formatted(race.rebuildMs()),
                            "%,.1f".formatted(race.firstMs()),
                            "%,.1f".formatted(race.meanMs()));
            options.out().flush();
        }
        report.add(Figure.lower(
                "append.versusRebuild",
                first.value,
                "of a rebuild",
                "a full replace with all its keys; " + first,
                0.06,
                0.03));
        report.add(Figure.lower(
                "append.tenInSuccession",
                mean.value,
                "of a rebuild",
                "a full replace with all its keys; mean of ten appends; " + mean,
                0.06,
                0.03));
    }
}
