package io.keyfarm;

import io.keyfarm.farmer.Catalogue;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.key.advice.TableKey;
import io.keyfarm.key.advice.WorkloadCost;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What is asked of all tables that grow keys. For one thread at a time. */
final class Workloads {
    private final List<Slave> slaves;
    private final Catalogue catalogue;
    private final Supplier<CostModel> costs;
    private final int minRows;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, TableWorkload> tables = new TreeMap<>();

    Workloads(List<Slave> slaves, Catalogue catalogue, Supplier<CostModel> costs, int minRows) {
        this.slaves = slaves;
        this.catalogue = catalogue;
        this.costs = costs;
        this.minRows = minRows;
    }

    /** Takes what slaves have counted; answers how often each shape was asked since, by the name it has among all tables. */
    Map<String, Double> drain() {
        final Map<String, Double> counts = new LinkedHashMap<>();
        final List<TableEntry> entries = entries();
        tables.keySet()
                .removeIf(table -> entries.stream()
                        .noneMatch(entry -> entry.schema().name().equals(table)));
        for (final TableEntry entry : entries) {
            final String table = entry.schema().name();
            of(entry).drain(slaves).forEach((shape, count) -> counts.put(name(table, shape), count));
        }
        return counts;
    }

    /** The tables that are there and large enough, whether they were asked or not. */
    List<String> growing() {
        return entries().stream().map(entry -> entry.schema().name()).toList();
    }

    /**
     * Goes on with what was asked of a table before.
     *
     * @throws BadValueException if that is no tally of it
     */
    void restore(String table, byte[] tally) {
        final TableSchema schema = catalogue.require(table).schema();
        tables.put(table, TableWorkload.restored(schema, tally, random.split()));
    }

    /** The tables that are large enough for a key to matter. */
    private List<TableEntry> entries() {
        final List<TableEntry> entries = new ArrayList<>(catalogue.entries());
        entries.removeIf(entry -> entry.rowCount() < minRows);
        return entries;
    }

    private TableWorkload of(TableEntry entry) {
        final String table = entry.schema().name();
        final TableWorkload known = tables.get(table);
        if (known != null && known.schema().equals(entry.schema())) {
            return known;
        }
        final TableWorkload fresh = new TableWorkload(entry.schema(), random.split());
        tables.put(table, fresh);
        return fresh;
    }

    /** Those large enough to grow keys, by name. */
    Set<String> tables() {
        return tables.keySet();
    }

    /** What was asked of one of {@link #tables}. */
    QueryTally tally(String table) {
        final TableWorkload workload = tables.get(table);
        if (workload == null) {
            throw new BadValueException("table " + table + " grows no keys; those that do are " + tables.keySet());
        }
        return workload.tally();
    }

    /** What all shapes cost by the keys worth a look, all tables together. */
    WorkloadCost costs(Collection<TableKey> kept) {
        final WorkloadCost.Builder all = WorkloadCost.builder().inNanoseconds();
        tables.forEach((table, workload) -> {
            final TableEntry entry = catalogue.find(table);
            if (entry != null) {
                final List<KeyCandidate> its = kept.stream()
                        .filter(key -> key.table().equals(table))
                        .map(TableKey::key)
                        .toList();
                all.add(table, workload.costs(entry, slaves.get(0), its, costs.get()));
            }
        });
        return all.build();
    }

    /** The names that shapes have in {@link #costs}. */
    static String name(String table, String shape) {
        return table + ": " + shape;
    }

    static String table(String name) {
        return name.substring(0, name.indexOf(": "));
    }

    long rows(String table) {
        final TableEntry entry = catalogue.find(table);
        return entry == null ? 0 : entry.rowCount();
    }

    /** What all rows take. */
    long rowBytes() {
        return catalogue.entries().stream()
                .mapToLong(entry -> entry.rowCount() * entry.rowBytes())
                .sum();
    }

    /** What a query that no cost is known of is taken to cost. */
    double scanNs(String table) {
        return costs.get().scanNs((double) rows(table));
    }
}
