package io.keyfarm.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every short form takes. */
class SeedOptions {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Seed of all rows, probes and queries (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as JSON, too.")
    private @Nullable Path json;

    @SuppressWarnings("NullAway.Init")
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Whose options these are. */
    final CommandSpec command() {
        return command;
    }

    final long seed() {
        return seed;
    }

    final PrintWriter out() {
        return command.commandLine().getOut();
    }

    Report begin(String bench) {
        return begin(bench, "");
    }

    /** @param about what is printed before the seed */
    final Report begin(String bench, String about) {
        final String machine = Machine.describe();
        out().printf("%s%n%sseed %d%n%n", machine, about, seed);
        out().flush();
        return new Report(bench, machine, seed);
    }

    final void end(Report report) throws IOException {
        report.print(out());
        out().printf("%nload average %.1f%n", Machine.loadAverage());
        out().flush();
        if (json != null) {
            report.writeJson(json);
        }
    }
}
