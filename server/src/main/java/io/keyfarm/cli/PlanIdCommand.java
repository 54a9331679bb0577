package io.keyfarm.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin
    @SuppressWarnings("unused")
    private HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().println(PlanFile.read(spec, file).id());
        return 0;
    }
}
