package io.keyfarm.bench;

import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What a short form takes whose rows are for the asking. */
final class RunOptions extends SeedOptions {
    private static final int MIN_ROWS = 1_000;
    private static final int MAX_ROWS = 1 << 28;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "4000000",
            description = "Rows of 48 bytes (default: ${DEFAULT-VALUE}).")
    private int rows;

    int rows() {
        if (rows < MIN_ROWS || rows > MAX_ROWS) {
            throw new ParameterException(
                    command().commandLine(), "--rows is %,d to %,d, not %,d".formatted(MIN_ROWS, MAX_ROWS, rows));
        }
        return rows;
    }

    @Override
    Report begin(String bench) {
        return begin(bench, "%,d rows, ".formatted(rows()));
    }
}
