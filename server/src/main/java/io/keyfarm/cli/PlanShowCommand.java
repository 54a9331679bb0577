package io.keyfarm.cli;

import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.Plan;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Field;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keyfarm plan show}. */
@Command(
        name = "show",
        description = {
            "Prints what a plan asks: its id and words, its parameters, the fields it uses, the fields of its rows, and its"
                    + " limits.",
            ""
        },
        footer = {"", "Example:", "  keyfarm plan show fords.plan"})
final class PlanShowCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A plan file.")
    private Path file;

    @Mixin
    @SuppressWarnings("unused")
    private HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        show(PlanFile.read(spec, file), spec.commandLine().getOut());
        return 0;
    }

    private static void show(Plan plan, PrintWriter out) {
        line(out, "id", plan.id().toString());
        line(out, "bytes", String.format(Locale.ROOT, "%,d", plan.byteCount()));
        lines(
                out,
                plan instanceof QueryPlan ? "words" : "steps",
                plan.toString().lines().toList());
        final List<String> tables = PlanTables.tables(plan);
        lines(out, tables.size() == 1 ? "table" : "tables", tables);
        lines(
                out,
                "parameters",
                plan.parameters().stream().map(PlanShowCommand::words).toList());
        lines(
                out,
                "uses",
                plan.reads().stream()
                        .flatMap(read -> uses(read, tables.size() > 1))
                        .distinct()
                        .toList());
        lines(
                out,
                "answers",
                plan.outputSchema().fields().stream().map(Field::toString).toList());
        if (plan instanceof QueryPlan read) {
            line(out, "limit", read.limit() == QueryPlan.UNLIMITED ? "none" : number(read.limit()));
            line(out, "offset", read.offset() == 0 ? "none" : number(read.offset()));
        }
    }

    private static Stream<String> uses(QueryPlan read, boolean isOneOfSeveral) {
        return read.fields().stream().map(field -> isOneOfSeveral ? read.tableName() + "." + field : field.toString());
    }

    private static String words(Parameter parameter) {
        return parameter.name() + " " + parameter.type() + (parameter.set() ? ", a set" : "")
                + (parameter.optional() ? ", optional" : "");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static void lines(PrintWriter out, String label, List<String> values) {
        line(out, label, values.isEmpty() ? "none" : values.get(0));
        values.stream().skip(1).forEach(value -> line(out, "", value));
    }

    private static void line(PrintWriter out, String label, String value) {
        out.println(String.format(Locale.ROOT, "%-12s%s", label, Printable.of(value)));
    }
}
