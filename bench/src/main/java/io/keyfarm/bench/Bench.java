package io.keyfarm.bench;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./keyfarm bench}: the root of the benchmarks' command line. */
@Command(
        name = "keyfarm bench",
        mixinStandardHelpOptions = true,
        version = "keyfarm 0.1.0-SNAPSHOT",
        description = "Measures Keyfarm beside the plain way of doing the same.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  keyfarm bench seek                     seeks and point lookups, on eight kinds of data",
            "  keyfarm bench join                     keyed joins and batches of lookups",
            "  keyfarm bench group                    groups and sums of many rows",
            "  keyfarm bench column                   scans that filter on one field, by a copy of it",
            "  keyfarm bench build --json build.json  how fast keys are built, also as JSON",
            "  keyfarm bench adaptivity               how good the keys are that the advisor chooses",
            "  keyfarm bench jmh HowFastIsAKeySought  one question, by JMH",
            "",
            "Figures that are missed are printed as such; the exit code is 1 only if an answer was wrong,",
            "and 2 for wrong usage."
        },
        subcommands = {
            SeekCommand.class,
            BuildCommand.class,
            JoinCommand.class,
            GroupCommand.class,
            ColumnCommand.class,
            AdaptivityCommand.class,
            JmhCommand.class,
            HelpCommand.class
        })
public final class Bench implements Runnable {
    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private Bench() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    commandLine.getErr().println("keyfarm bench: " + describe(e));
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which benchmark?");
    }

    /** A wrong answer says what was wrong; anything else is a bug, and its trace is what a report needs. */
    private static String describe(Exception e) {
        if (e instanceof WrongAnswerException || e instanceof java.io.IOException) {
            return String.valueOf(e.getMessage());
        }
        final StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        return "something unforeseen happened; please report this:\n" + trace;
    }
}
