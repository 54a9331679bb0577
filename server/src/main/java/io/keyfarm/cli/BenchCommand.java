package io.keyfarm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Stands here so that {@code --help} lists it; the launcher starts the benchmarks from their own class path. */
@Command(name = "bench", description = "Measures Keyfarm beside the plain way of doing the same.")
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", hidden = true)
    private List<String> arguments = new ArrayList<>();

    @Unmatched
    private List<String> options = new ArrayList<>();

    @Override
    public Integer call() {
        spec.commandLine()
                .getErr()
                .println("keyfarm: benchmarks have a class path of their own: run ./keyfarm bench " + arguments
                        + options);
        return 2;
    }
}
