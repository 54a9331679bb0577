package io.keyfarm.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every short form takes. */
final class RunOptions {
    private static final int MIN_ROWS = 1_000;
    private static final int MAX_ROWS = 1 << 28;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "4000000",
            description = "Rows of 48 bytes (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Seed of all rows and probes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as JSON, too.")
    private @Nullable Path json;

    @SuppressWarnings("NullAway.Init")
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    int rows() {
        if (rows < MIN_ROWS || rows > MAX_ROWS) {
            throw new ParameterException(
                    command.commandLine(), "--rows is %,d to %,d, not %,d".formatted(MIN_ROWS, MAX_ROWS, rows));
        }
        return rows;
    }

    long seed() {
        return seed;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    Report begin(String bench) {
        final String machine = Machine.describe();
        out().printf("%s%n%,d rows, seed %d%n%n", machine, rows(), seed);
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
