package io.keyfarm.bench;

import io.keyfarm.bench.SeekRace.Way;
import io.keyfarm.rows.MemoryLedger;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keyfarm bench seek}. */
@Command(
        name = "seek",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Seeks in keys over eight kinds of data, each beside the plain binary search through the rows, and point lookups"
                    + " through the embedded engine. Ends within two minutes on a quiet machine.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyfarm bench seek",
            "  keyfarm bench seek --rows 1000000 --seed 7",
            "  keyfarm bench seek --part points --json points.json",
            "",
            "Exit code 1 only if a key finds other rows than the plain way."
        })
final class SeekCommand implements Callable<Integer> {
    @Mixin
    private RunOptions options = new RunOptions();

    /** What there is to measure. */
    private enum Part {
        ALL,
        KEYS,
        POINTS
    }

    @Option(
            names = "--part",
            paramLabel = "PART",
            defaultValue = "all",
            description = "keys, points (lookups through the engine), or all (default: ${DEFAULT-VALUE}).")
    private Part part = Part.ALL;

    @Override
    public Integer call() throws Exception {
        final Report report = options.begin("seek");
        if (part != Part.POINTS) {
            keys(report);
        }
        if (part != Part.KEYS) {
            points(report, options.out());
        }
        options.end(report);
        return 0;
    }

    private void keys(Report report) {
        final SeekFigures figures = new SeekFigures(options.out());
        final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
        try (SeekData data = new SeekData(options.rows(), options.seed(), ledger)) {
            figures.printHead();
            for (final SeekCase seekCase : data.cases()) {
                try (SeekRace race = new SeekRace(seekCase, ledger, options.seed())) {
                    race.check();
                    race.run();
                    figures.add(race);
                }
            }
        }
        figures.addTo(report);
    }

    private void points(Report report, PrintWriter out) throws Exception {
        try (PointLookups lookups = new PointLookups(options.rows(), options.seed())) {
            lookups.check();
            lookups.run();
            lookups.addTo(report, out);
        }
        try (TallyRace race = new TallyRace(options.rows(), options.seed())) {
            race.run();
            race.addTo(report, out);
        }
    }

    /** The ways whose factor over the plain one is a figure. */
    static Way[] judged() {
        return new Way[] {Way.COLD, Way.HOT, Way.BATCH_COLD, Way.BATCH_HOT, Way.EQUALITY};
    }
}
