package io.keyfarm.cli;

import io.keyfarm.farmer.QueryException;
import io.keyfarm.load.LoadException;
import io.keyfarm.rows.MemoryLimitException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The root of the command line. */
@Command(
        name = "keyfarm",
        mixinStandardHelpOptions = true,
        version = "keyfarm 0.1.0-SNAPSHOT",
        description = "Tables in memory that grow their own keys.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  keyfarm demo              24 queries on TPC-H rows, which grow keys for them",
            "  keyfarm demo --scale 1    the same on six million line items",
            "  keyfarm plan show FILE    what a compiled query in a file asks",
            "  keyfarm advise --workload FILE   which keys a workload in a file wants",
            "  keyfarm keys --data DIR   the keys of a data directory, and why they are there",
            "  keyfarm bench seek        how fast a key is sought, beside the plain way",
            "",
            "Exit codes: 0 all well, 1 it failed or found a difference, 2 wrong usage."
        },
        subcommands = {
            DemoCommand.class,
            PlanCommand.class,
            AdviseCommand.class,
            KeysCommand.class,
            BenchCommand.class,
            HelpCommand.class
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        // Whatever the locale says of it, a µ is a µ.
        final PrintWriter out = utf8(System.out);
        final PrintWriter err = utf8(System.err);
        final int exitCode = commandLine().setOut(out).setErr(err).execute(arguments);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    private static PrintWriter utf8(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setParameterExceptionHandler((e, arguments) -> {
                    explain(e);
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    commandLine.getErr().println("keyfarm: " + describe(e));
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** What is wrong, what may have been meant, and where to read more: the whole help would hide all three. */
    private static void explain(ParameterException e) {
        final PrintWriter err = e.getCommandLine().getErr();
        final String name = e.getCommandLine().getCommandSpec().qualifiedName();
        final String message = String.valueOf(e.getMessage());
        err.println("keyfarm: " + message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1));
        if (e instanceof UnmatchedArgumentException unmatched) {
            final List<String> meant = unmatched.getSuggestions();
            if (!meant.isEmpty()) {
                err.println("did you mean: " + String.join(", ", meant));
            }
        }
        err.println("see: " + name + " --help");
    }

    /** What we foresaw has a message for people; anything else is a bug, and its trace is what a report needs. */
    private static String describe(Exception e) {
        final String message = e.getMessage();
        if (message != null && isForeseen(e)) {
            return message;
        }
        final StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        return "something unforeseen happened; please report this:\n" + trace;
    }

    private static boolean isForeseen(Exception e) {
        return e instanceof IllegalArgumentException
                || e instanceof IOException
                || e instanceof LoadException
                || e instanceof MemoryLimitException
                || e instanceof QueryException
                || isMissingFlag(e);
    }

    /** {@code Keyfarm.embedded} names the JVM flag that is missing. */
    private static boolean isMissingFlag(Exception e) {
        return e instanceof IllegalStateException
                && String.valueOf(e.getMessage()).contains("--add-opens");
    }
}
