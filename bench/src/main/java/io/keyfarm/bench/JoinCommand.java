package io.keyfarm.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keyfarm bench join}. */
@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Keyed joins and many lookups of one query through the embedded engine, beside one query for each left row, and"
                    + " beside DuckDB in this process. Ends within two minutes on a quiet machine.",
            "Then lookups over four slaves, through ordinary and through routed keys.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyfarm bench join",
            "  keyfarm bench join --rows 1000000 --seed 7 --json join.json",
            "",
            "Exit code 1 only if one way finds other rows than another."
        })
final class JoinCommand implements Callable<Integer> {
    /** Rows for each row of a table that stands in three farms. */
    private static final int ROUTED_SHARE = 4;

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public Integer call() throws Exception {
        final Report report = options.begin("join");
        try (JoinRace race = new JoinRace(options.rows(), options.seed())) {
            race.check();
            race.run();
            race.addTo(report, options.out());
        }
        for (final int rowsEach : new int[] {1, 10}) {
            try (RoutedRace race = new RoutedRace(options.rows() / ROUTED_SHARE, rowsEach, options.seed())) {
                race.run();
                race.addTo(report, options.out());
            }
        }
        options.end(report);
        return 0;
    }
}
