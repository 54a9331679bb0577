package io.keyfarm.cli;

import io.keyfarm.Keyfarm;
import io.keyfarm.load.Csv;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.load.Tpch;
import io.keyfarm.query.plan.Plan;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where a plan's rows come from, as the options say. */
final class PlanTables {
    private final List<RowSource> sources;

    private PlanTables(List<RowSource> sources) {
        this.sources = sources;
    }

    /** @throws ParameterException naming the option that makes no sense, or the table that nothing loads */
    static PlanTables parse(
            CommandSpec spec, Plan plan, List<String> csv, List<String> schemas, @Nullable Double tpch) {
        try {
            final Map<String, RowSource> sources = csvTables(plan, csv, schemas);
            for (final String table : tables(plan)) {
                if (sources.containsKey(table)) {
                    continue;
                }
                if (tpch == null) {
                    throw new IllegalArgumentException(
                            "the plan asks of table " + table + ": say --csv " + table + "=FILE, or --tpch SCALE");
                }
                sources.put(table, Tpch.table(table, tpch));
            }
            return new PlanTables(List.copyOf(sources.values()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    /** The tables that the plan asks of. */
    static List<String> tables(Plan plan) {
        return plan.reads().stream().map(QueryPlan::tableName).distinct().toList();
    }

    private static Map<String, RowSource> csvTables(Plan plan, List<String> csv, List<String> schemas) {
        final Map<String, TableSchema> byTable = new HashMap<>();
        for (final String text : schemas) {
            final TableSchema schema = TableSchema.parse(text);
            byTable.put(schema.name(), schema);
        }
        final Map<String, RowSource> sources = new LinkedHashMap<>();
        for (final String text : csv) {
            final int equals = text.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--csv is TABLE=FILE, not '" + text + "'");
            }
            final String table = text.substring(0, equals);
            final Path file = Path.of(text.substring(equals + 1));
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("--csv " + table + ": there is no file " + file + " to be read");
            }
            final TableSchema schema = byTable.remove(table);
            final Csv named = Csv.of(file).table(table);
            sources.put(table, schema != null ? named.schema(schema) : typed(named, table, plan));
        }
        if (!byTable.isEmpty()) {
            throw new IllegalArgumentException(
                    "--schema of " + String.join(", ", byTable.keySet()) + ": no --csv loads such a table");
        }
        return sources;
    }

    /** The plan knows the types of the fields it uses; the others are looked for in the file. */
    private static Csv typed(Csv csv, String table, Plan plan) {
        Csv typed = csv;
        for (final QueryPlan read : plan.reads()) {
            for (final Field field : read.tableName().equals(table) ? read.fields() : List.<Field>of()) {
                typed = typed.type(field.name(), field.type() + (field.nullable() ? " null" : ""));
            }
        }
        return typed;
    }

    void load(Keyfarm farm, LoadProgress progress) throws IOException {
        for (final RowSource source : sources) {
            farm.load(source, progress);
        }
    }
}
