package io.keyfarm.cli;

import com.sun.management.OperatingSystemMXBean;
import io.keyfarm.EmbeddedSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.farmer.Prepared;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.query.plan.Plan;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Values;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keyfarm plan run}. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Loads tables, runs the plan, and prints its rows: as a table on a terminal, as CSV into a pipe or file.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyfarm plan run fords.plan --csv vehicles=vehicles.csv \\",
            "      --param make=FORD --key make.year",
            "  keyfarm plan run late.plan --tpch 0.1 --param day=1994-06-06 --explain",
            "  keyfarm plan run top.plan --tpch 0.1 --key orders=o_custkey",
            "",
            "Exit code 2 if plan file, parameters or options are wrong, 1 if loading or",
            "running failed."
        })
final class PlanRunCommand implements Callable<Integer> {
    /** More rows than these on a terminal are no answer for people. */
    private static final int TERMINAL_ROWS = 100;

    private enum Format {
        auto,
        table,
        csv
    }

    @Parameters(paramLabel = "FILE", description = "A plan file.")
    private Path file;

    @Option(
            names = "--csv",
            paramLabel = "TABLE=FILE",
            description =
                    "Load the table from a CSV file. The plan's fields have the plan's types, the others' are found.")
    private List<String> csv = new ArrayList<>();

    @Option(
            names = "--schema",
            paramLabel = "SCHEMA",
            description = "A CSV table's fields, as 'vehicles: id int64, state char(2)'.")
    private List<String> schemas = new ArrayList<>();

    @Option(
            names = "--tpch",
            paramLabel = "SCALE",
            description = "Load the plan's other tables from TPC-H, at this scale.")
    private @Nullable Double tpch;

    @Option(
            names = "--param",
            paramLabel = "NAME=VALUE",
            description = "Set a parameter. Say it again to put more values into a set.")
    private List<String> parameters = new ArrayList<>();

    @Option(
            names = "--key",
            paramLabel = "[TABLE=]KEY",
            description = "Build a key, as state.make; say the table where the plan asks of several.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--limit-print",
            paramLabel = "N",
            description = "Print no more rows than these (default: all, but " + TERMINAL_ROWS + " as a table).")
    private @Nullable Integer limitPrint;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "auto",
            description = "table, csv, or auto: what suits the output (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(names = "--explain", description = "Tell on standard error how the rows are read, and what it took.")
    private boolean explain;

    @Mixin
    @SuppressWarnings("unused")
    private HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (limitPrint != null && limitPrint < 1) {
            throw new ParameterException(spec.commandLine(), "--limit-print is above 0, not " + limitPrint);
        }
        final Plan plan = PlanFile.read(spec, file);
        // What can be wrong is looked at before minutes go into loading.
        final PlanParameters given = PlanParameters.parse(spec, plan, parameters);
        final PlanTables tables = PlanTables.parse(spec, plan, csv, schemas, tpch);
        final Map<String, List<String>> keysByTable = keysByTable(plan);
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().memoryLimitBytes(machineBytes()))) {
            tables.load(farm, LoadProgress.NONE);
            keysByTable.forEach((table, names) -> farm.keys(table, names.toArray(new String[0])));
            try (Session session = farm.session();
                    Prepared query = session.prepare(farm.submit(plan.bytes()))) {
                given.set(query);
                run(query);
            }
        }
        return 0;
    }

    private Map<String, List<String>> keysByTable(Plan plan) {
        final List<String> tables = PlanTables.tables(plan);
        final Map<String, List<String>> byTable = new LinkedHashMap<>();
        for (final String key : keys) {
            final int equals = key.indexOf('=');
            if (equals < 0 && tables.size() > 1) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--key " + key + ": of which table? The plan asks of " + String.join(", ", tables)
                                + ", so say --key " + tables.get(0) + "=" + key);
            }
            final String table = equals < 0 ? tables.get(0) : key.substring(0, equals);
            if (!tables.contains(table)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--key " + key + ": the plan asks nothing of " + table + ", but of "
                                + String.join(", ", tables));
            }
            byTable.computeIfAbsent(table, first -> new ArrayList<>()).add(key.substring(equals + 1));
        }
        return byTable;
    }

    private void run(Prepared query) {
        final PrintWriter err = spec.commandLine().getErr();
        if (explain) {
            query.explain().toString().lines().map(Printable::of).forEach(err::println);
        }
        final boolean isTable = format == Format.table || (format == Format.auto && isTerminal());
        final PrintWriter out = spec.commandLine().getOut();
        print(query.run(), isTable ? new TableOut(out) : new CsvOut(out), isTable);
        if (explain) {
            query.reports().forEach(err::println);
        }
    }

    private void print(Rows rows, RowsOut to, boolean isTable) {
        final long most = limitPrint != null ? limitPrint : isTable ? TERMINAL_ROWS : Long.MAX_VALUE;
        final List<Field> fields = rows.schema().fields();
        final String[] values = new String[fields.size()];
        to.begin(fields);
        long printed = 0;
        while (printed < most && rows.next()) {
            for (int i = 0; i < values.length; i++) {
                values[i] = text(rows.row(), i, fields.get(i));
            }
            to.row(values);
            printed++;
        }
        to.end();
        final long more = printed < most ? 0 : rows.drain();
        if (more > 0) {
            spec.commandLine()
                    .getErr()
                    .println(String.format(Locale.ROOT, "%,d more rows; --limit-print says how many to print", more));
        }
    }

    private static @Nullable String text(RowView row, int field, Field is) {
        if (row.isNull(field)) {
            return null;
        }
        if (!is.type().isText()) {
            return Values.print(is.type(), row.getSortable(field));
        }
        final byte[] bytes = row.getBytes(field);
        return bytes == null ? null : Values.print(is.type(), bytes);
    }

    /** The launcher knows whether standard output is a terminal; Java alone cannot say. */
    private static boolean isTerminal() {
        return Boolean.getBoolean("keyfarm.terminal.out");
    }

    static long machineBytes() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }
}
