package io.keyfarm.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a short form takes whose rows are not for the asking. */
final class SeedOptions {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Seed of all rows and queries (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as JSON, too.")
    private @Nullable Path json;

    @SuppressWarnings("NullAway.Init")
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    long seed() {
        return seed;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    Report begin(String bench) {
        final String machine = Machine.describe();
        out().printf("%s%nseed %d%n%n", machine, seed);
        out().flush();
        return new Report(bench, machine, seed);
    }

    void end(Report report) throws IOException {
        report.print(out());
        out().printf("%nload average %.1f%n", Machine.loadAverage());
        out().flush();
        if (json != null) {
            report.writeJson(json);
        }
    }
}
