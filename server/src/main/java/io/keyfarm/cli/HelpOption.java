package io.keyfarm.cli;

import picocli.CommandLine.Option;

/** {@code --help}, for every command by {@code @Mixin}; picocli acts on it. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // Having it is enough.
    private boolean help;
}
