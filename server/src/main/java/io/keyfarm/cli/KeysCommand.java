package io.keyfarm.cli;

import io.keyfarm.EmbeddedSettings;
import io.keyfarm.GrowthSettings;
import io.keyfarm.KeyReport;
import io.keyfarm.Keyfarm;
import io.keyfarm.TableKeyReport;
import io.keyfarm.cache.ChronicleCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keyfarm keys}. */
@Command(
        name = "keys",
        sortOptions = false,
        description = {
            "Shows the keys of a data directory: what was asked of its tables and how often, the keys there are with why they"
                    + " are there, those that may come, and what came and went. Options have a say in it.",
            ""
        },
        footer = {
            "",
            "A key reads 'o_custkey.o_orderdate', 'o_custkey hot', 'o_orderstatus bitmap' or",
            "'o_totalprice column'. Bytes read '200000000' or '200M'. The directory must not",
            "be open in another process; there, Keyfarm.growth() says and does the same.",
            "",
            "Examples:",
            "  keyfarm keys --data /var/lib/orders",
            "  keyfarm keys --data /var/lib/orders --table lineitem --json",
            "  keyfarm keys --data /var/lib/orders --pin orders:o_custkey \\",
            "      --forbid 'orders:o_orderstatus bitmap' --budget 200M",
            "  keyfarm keys --data /var/lib/orders --now",
            "",
            "Exit code 2 if options are wrong, 1 if it failed."
        })
final class KeysCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The data directory.")
    private Path directory;

    @Option(names = "--table", paramLabel = "NAME", description = "Show one table only.")
    private @Nullable String table;

    @Option(
            names = "--pin",
            paramLabel = "TABLE:KEY",
            description = "Keep the key, whatever is asked; build it if need be.")
    private List<String> pinned = new ArrayList<>();

    @Option(names = "--forbid", paramLabel = "TABLE:KEY", description = "Never build the key; drop it if it has grown.")
    private List<String> forbidden = new ArrayList<>();

    @Option(names = "--release", paramLabel = "TABLE:KEY", description = "Take back what was said of the key.")
    private List<String> released = new ArrayList<>();

    @Option(
            names = "--budget",
            paramLabel = "BYTES",
            description = "For the keys of all tables together; 0: half of what their rows take.")
    private @Nullable String budget;

    @Option(
            names = "--table-budget",
            paramLabel = "TABLE:BYTES",
            description = "For the keys of one table, out of these.")
    private List<String> tableBudgets = new ArrayList<>();

    @Option(names = "--max-keys", paramLabel = "N", description = "So many keys of all tables at most.")
    private @Nullable Integer maxKeys;

    @Option(names = "--now", description = "Build and drop what the advisor would, by what was asked so far.")
    private boolean now;

    @Option(names = "--json", description = "Print it for programs.")
    private boolean json;

    @Mixin
    @SuppressWarnings("unused")
    private HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final KeysHand hand = usage(this::hand);
        requireDirectory();
        // By hand: nothing comes or goes but what is wanted here.
        final EmbeddedSettings settings = EmbeddedSettings.defaults()
                .memoryLimitBytes(PlanRunCommand.machineBytes())
                .growth(GrowthSettings.off().byHand())
                .notices(this::notice)
                .cache(data -> ChronicleCache.in(data, this::notice));
        try (Keyfarm farm = Keyfarm.embedded(directory, settings)) {
            usage(() -> {
                hand.require(farm.tables());
                if (table != null) {
                    KeysHand.requireTable("--table", table, farm.tables());
                }
                return hand;
            });
            final List<String> done = hand.apply(farm);
            print(shown(farm.growth().report()), done);
        }
        return 0;
    }

    private interface Checked<T> {
        T get();
    }

    private <T> T usage(Checked<T> checked) {
        try {
            return checked.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), Printable.of(String.valueOf(e.getMessage())), e);
        }
    }

    private KeysHand hand() {
        final KeysHand hand = new KeysHand();
        hand.release("--release", released);
        hand.forbid("--forbid", forbidden);
        hand.pin("--pin", pinned);
        hand.budget(budget);
        hand.tableBudgets("--table-budget", tableBudgets);
        hand.maxKeys(maxKeys);
        hand.now(now);
        return hand;
    }

    /** Opening would make one. */
    private void requireDirectory() throws IOException {
        final String name = Printable.of(directory.toString());
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(spec.commandLine(), "--data: there is no directory " + name);
        }
        try (DirectoryStream<Path> catalogues = Files.newDirectoryStream(directory, "catalogue.*")) {
            if (!catalogues.iterator().hasNext()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--data: there are no tables in " + name + "; Keyfarm.embedded(directory) keeps them in one");
            }
        }
    }

    private void notice(String notice) {
        spec.commandLine().getErr().println("keyfarm: " + Printable.of(notice));
    }

    /** All of it, or the one table with what happened to it. */
    private KeyReport shown(KeyReport report) {
        if (table == null) {
            return report;
        }
        return new KeyReport(
                report.mode(),
                report.keyBytes(),
                report.budgetBytes(),
                report.certificate(),
                report.tables().stream().filter(it -> it.table().equals(table)).toList(),
                report.history().stream().filter(it -> it.table().equals(table)).toList());
    }

    private void print(KeyReport report, List<String> done) {
        final PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(KeysJson.of(report, done));
            return;
        }
        done.forEach(sentence -> out.println(Printable.of(sentence)));
        if (!done.isEmpty()) {
            out.println();
        }
        report.toString().lines().forEach(line -> out.println(Printable.of(line)));
        if (report.tables().isEmpty()) {
            out.println();
            out.println(String.format(
                    Locale.ROOT,
                    "%s; tables of fewer than %,d rows grow no keys",
                    table == null ? "there is no table to grow keys" : Printable.of(table) + " grows no keys",
                    GrowthSettings.defaults().minRows()));
        } else if (report.tables().stream().map(TableKeyReport::shapes).allMatch(List::isEmpty)) {
            out.println();
            out.println(
                    "nothing is remembered of what was asked; a process remembers it that opens the directory with");
            out.println("EmbeddedSettings.defaults().cache(ChronicleCache::in)");
        }
    }
}
