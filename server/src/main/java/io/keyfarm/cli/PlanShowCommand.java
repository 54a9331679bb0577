package io.keyfarm.cli;

import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Field;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keyfarm plan show}. */
@Command(
        name = "show",
        description = {
            "Prints what a plan asks: its id and words, its parameters, the fields it uses, the fields of its rows, and its"
                    + " limits. Of a plan of several steps it prints these, a line for each.",
            ""
        },
        footer = {"", "Example:", "  keyfarm plan show fords.plan"})
final class PlanShowCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A plan file.")
    private Path file;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // Having it is enough: picocli acts on it.
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        return PlanFile.read(spec, file, plan -> show(plan, out), plan -> show(plan, out));
    }

    private static int show(QueryPlan plan, PrintWriter out) {
        line(out, "id", plan.id().toString());
        line(out, "bytes", String.format(Locale.ROOT, "%,d", plan.byteCount()));
        line(out, "words", plan.toString());
        line(out, "table", plan.tableName());
        lines(
                out,
                "parameters",
                plan.parameters().stream().map(PlanShowCommand::words).toList());
        lines(out, "uses", plan.fields().stream().map(Field::toString).toList());
        lines(
                out,
                "answers",
                plan.outputSchema().fields().stream().map(Field::toString).toList());
        line(out, "limit", plan.limit() == QueryPlan.UNLIMITED ? "none" : number(plan.limit()));
        line(out, "offset", plan.offset() == 0 ? "none" : number(plan.offset()));
        return 0;
    }

    private static int show(FlowPlan plan, PrintWriter out) {
        line(out, "id", plan.id().toString());
        line(out, "bytes", String.format(Locale.ROOT, "%,d", plan.byteCount()));
        lines(out, "steps", plan.toString().lines().toList());
        lines(
                out,
                "parameters",
                plan.parameters().stream().map(PlanShowCommand::words).toList());
        lines(
                out,
                "answers",
                plan.outputSchema().fields().stream().map(Field::toString).toList());
        return 0;
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
