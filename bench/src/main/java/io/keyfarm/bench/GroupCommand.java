package io.keyfarm.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keyfarm bench group}. */
@Command(
        name = "group",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sums by groups of any number through the embedded engine with four slaves, begun by the slaves, beside the same"
                    + " with all rows sent to the farmer, and beside DuckDB in this process. Ends within two minutes on a"
                    + " quiet machine.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyfarm bench group",
            "  keyfarm bench group --rows 1000000 --seed 7 --json group.json",
            "",
            "Exit code 1 only if one way finds other groups than another."
        })
final class GroupCommand implements Callable<Integer> {
    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public Integer call() throws Exception {
        final Report report = options.begin("group");
        try (GroupRace race = new GroupRace(options.rows(), options.seed())) {
            race.run();
            race.addTo(report, options.out());
        }
        options.end(report);
        return 0;
    }
}
