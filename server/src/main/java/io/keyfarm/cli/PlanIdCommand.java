package io.keyfarm.cli;

import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.QueryPlan;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keyfarm plan id}. */
@Command(
        name = "id",
        description = {"Prints the plan's id: the first 16 bytes of its SHA-256.", ""},
        footer = {"", "Example:", "  keyfarm plan id fords.plan"})
final class PlanIdCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A plan file.")
    private Path file;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // Having it is enough: picocli acts on it.
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().println(PlanFile.read(spec, file, QueryPlan::id, FlowPlan::id));
        return 0;
    }
}
