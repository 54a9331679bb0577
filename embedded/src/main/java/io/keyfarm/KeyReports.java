package io.keyfarm;

import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeyChange;
import io.keyfarm.key.advice.KeyProposal;
import io.keyfarm.key.advice.ProposedKey;
import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.key.advice.TableKey;
import io.keyfarm.key.advice.WorkloadCost;
import io.keyfarm.slave.KeyUse;
import io.keyfarm.slave.Slave;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Puts together what is known of all keys. For one thread at a time. */
final class KeyReports {
    private final Workloads workloads;
    private final KeysInForce keys;
    private final KeyWishes wishes;
    private final List<Slave> slaves;

    KeyReports(Workloads workloads, KeysInForce keys, KeyWishes wishes, List<Slave> slaves) {
        this.workloads = workloads;
        this.keys = keys;
        this.wishes = wishes;
        this.slaves = slaves;
    }

    KeyReport of(GrowthMode mode, Grower grower, List<KeyEvent> history) {
        final WorkloadCost costs = workloads.costs(keys.all());
        final KeyProposal standing = KeyAdvisor.judge(costs, grower.budget(costs), keys.names());
        final Map<String, ProposedKey> judged = new HashMap<>();
        standing.keys().forEach(key -> judged.put(key.name(), key));
        final List<TableKeyReport> tables = new ArrayList<>();
        for (final String table : workloads.tables()) {
            tables.add(table(table, costs, judged, standing.costWithout(), grower.changes()));
        }
        return new KeyReport(
                mode,
                standing.bytes(),
                wishes.bytes(workloads.rowBytes() / 2),
                standing.certificate(),
                tables,
                history);
    }

    private TableKeyReport table(
            String table,
            WorkloadCost costs,
            Map<String, ProposedKey> judged,
            double costWithout,
            List<KeyChange> changes) {
        final Map<String, Double> costsNow = costs.costsWith(keys.names());
        final QueryTally tally = workloads.tally(table);
        final List<ShapeReport> shapes = new ArrayList<>();
        final TreeMap<String, Double> fields = new TreeMap<>();
        for (final Shape shape : tally.shapes()) {
            final String name = Workloads.name(table, shape.toString());
            final double without = costs.cost(costs.findQuery(name), -1);
            shapes.add(new ShapeReport(
                    shape.toString(), tally.count(shape), costsNow.getOrDefault(name, without), without));
            shape.fields().forEach(field -> fields.merge(field, tally.count(shape), Double::sum));
        }
        final List<KeyInForce> inForce = new ArrayList<>();
        final Map<String, KeyUse> uses = uses(table);
        final Set<TableKey> pinned = keys.pinned();
        for (final KeyCandidate key : keys.of(table)) {
            final TableKey name = new TableKey(table, key);
            final ProposedKey its = judged.get(name.toString());
            final KeyUse use = uses.getOrDefault(key.toString(), new KeyUse(key.toString(), 0, 0));
            inForce.add(new KeyInForce(
                    key.toString(),
                    its == null ? 0 : its.bytes(),
                    pinned.contains(name),
                    use.uses(),
                    use.rowsExamined(),
                    its == null || costWithout <= 0 ? 0 : its.saved() / costWithout,
                    its == null ? "no query of late was asked" : its.why()));
        }
        return new TableKeyReport(
                table,
                workloads.rows(table),
                fields,
                shapes,
                inForce,
                changes.stream()
                        .filter(change -> Workloads.table(change.key()).equals(table))
                        .toList());
    }

    /** On all slaves, by the key's name. */
    private Map<String, KeyUse> uses(String table) {
        final Map<String, KeyUse> uses = new HashMap<>();
        for (final Slave slave : slaves) {
            for (final KeyUse use : slave.keyUses(table)) {
                uses.merge(
                        use.name(),
                        use,
                        (a, b) -> new KeyUse(a.name(), a.uses() + b.uses(), a.rowsExamined() + b.rowsExamined()));
            }
        }
        return uses;
    }
}
