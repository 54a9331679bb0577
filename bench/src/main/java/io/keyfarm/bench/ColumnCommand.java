package io.keyfarm.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keyfarm bench column}. */
@Command(
        name = "column",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Rows of a range of one field, and their count, by a column copy of the field through the embedded engine,"
                    + " beside a scan of all rows. Ends within a minute on a quiet machine.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyfarm bench column",
            "  keyfarm bench column --rows 1000000 --seed 7 --json column.json",
            "",
            "Exit code 1 only if one way finds other rows than another."
        })
final class ColumnCommand implements Callable<Integer> {
    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public Integer call() throws Exception {
        final Report report = options.begin("column");
        try (ColumnRace race = new ColumnRace(options.rows(), options.seed())) {
            race.run();
            race.addTo(report, options.out());
        }
        options.end(report);
        return 0;
    }
}
