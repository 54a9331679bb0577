package io.keyfarm.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keyfarm bench adaptivity}. */
@Command(
        name = "adaptivity",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "How good the keys are that the advisor chooses: their cost over that of the best keys there are, which branch and"
                    + " bound finds, beside three rules of thumb. Counted work; a seed replays it.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyfarm bench adaptivity",
            "  keyfarm bench adaptivity --workloads 1 --seed 17",
            "  keyfarm bench adaptivity --json adaptivity.json"
        })
final class AdaptivityCommand implements Callable<Integer> {
    private static final int MAX_WORKLOADS = 100_000;

    @Mixin
    private RunOptions options = new RunOptions();

    @Option(
            names = "--workloads",
            paramLabel = "N",
            defaultValue = "200",
            description = "Seeded workloads, the first of --seed (default: ${DEFAULT-VALUE}).")
    private int workloads;

    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (workloads < 1 || workloads > MAX_WORKLOADS) {
            throw new ParameterException(
                    spec.commandLine(), "--workloads is 1 to %,d, not %,d".formatted(MAX_WORKLOADS, workloads));
        }
        final Report report = options.begin("adaptivity");
        final ChoiceGap choice = new ChoiceGap(options.seed(), workloads);
        choice.run();
        choice.addTo(report, options.out());
        options.end(report);
        return 0;
    }
}
