package io.keyfarm.cli;

import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.KeyProposal;
import io.keyfarm.key.advice.WorkloadFile;
import io.keyfarm.rows.BadValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keyfarm advise}. */
@Command(
        name = "advise",
        sortOptions = false,
        description = {
            "Proposes keys for a workload that stands in a file: keys with their bytes, and what each query costs without and"
                    + " with them. Prints each key with why it is worth keeping, and how far from the best choice this one"
                    + " can be.",
            ""
        },
        footer = {
            "",
            "A workload reads",
            "  budget 48M",
            "  key state.zip 17600000",
            "  key name 17600000",
            "  query state_zip 190 8000000",
            "    with state.zip 10",
            "  query name 40 8000000",
            "    with name 12",
            "with 'query NAME WEIGHT COST'; docs/formats/workload.md says all of it.",
            "",
            "Examples:",
            "  keyfarm advise --workload orders.workload",
            "  keyfarm advise --workload orders.workload --budget 200M",
            "  keyfarm advise --workload orders.workload --keys 4 --exact"
        })
final class AdviseCommand implements Callable<Integer> {
    private static final int EXACT_BRANCHES = 100_000;

    @Option(names = "--workload", paramLabel = "FILE", required = true, description = "The workload.")
    private Path file;

    @Option(
            names = "--budget",
            paramLabel = "BYTES",
            description = "Bytes for all keys, as 200000000 or 200M; what the file says is then left aside.")
    private @Nullable String budget;

    @Option(names = "--keys", paramLabel = "N", description = "So many keys at most.")
    private @Nullable Integer keys;

    @Option(
            names = "--exact",
            description = "Search for the best choice there is. That may take minutes where there are many keys.")
    private boolean exact;

    @Mixin
    @SuppressWarnings("unused")
    private HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--workload: there is no file " + Printable.of(file.toString()) + " to be read");
        }
        final WorkloadFile workload = read();
        final KeyBudget limits = limits(workload.budget());
        final KeyProposal proposal = exact
                ? KeyAdvisor.best(workload.costs(), limits, EXACT_BRANCHES)
                : KeyAdvisor.advise(workload.costs(), limits);
        proposal.report().lines().forEach(line -> spec.commandLine().getOut().println(Printable.of(line)));
        return 0;
    }

    private WorkloadFile read() throws IOException {
        try {
            return WorkloadFile.read(file);
        } catch (BadValueException e) {
            throw new BadValueException(Printable.of(String.valueOf(e.getMessage())));
        }
    }

    private KeyBudget limits(KeyBudget ofFile) {
        try {
            final KeyBudget bytes = budget == null ? ofFile : ofFile.bytes(WorkloadFile.parseBytes(budget));
            return keys == null ? bytes : bytes.keys(keys);
        } catch (BadValueException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
