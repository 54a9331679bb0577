package io.keyfarm.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keyfarm plan}: what can be done with a compiled query that somebody put into a file. */
@Command(
        name = "plan",
        sortOptions = false,
        description = {
            "Shows and runs compiled queries that stand in files.",
            "",
            "A plan file holds a plan's bytes, as written by"
                    + " Files.write(path, query.compile().bytes()). Nothing in it is trusted.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  keyfarm plan show fords.plan",
            "  keyfarm plan run fords.plan --csv vehicles=vehicles.csv --param make=FORD",
            "  keyfarm plan id fords.plan"
        },
        subcommands = {PlanShowCommand.class, PlanRunCommand.class, PlanIdCommand.class})
final class PlanCommand implements Runnable {
    @Mixin
    @SuppressWarnings("unused")
    private HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "show, run or id?");
    }
}
