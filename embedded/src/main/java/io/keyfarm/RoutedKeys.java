package io.keyfarm;

import io.keyfarm.farmer.RoutedKey;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.load.KeyEntry;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import java.util.ArrayList;
import java.util.List;

/** What becomes of routed keys of tables that are there. Decides nothing of when; that is the tables' to know. */
final class RoutedKeys {
    private final List<Slave> slaves;
    private final MemoryLedger ledger;

    RoutedKeys(List<Slave> slaves, MemoryLedger ledger) {
        this.slaves = slaves;
        this.ledger = ledger;
    }

    /** @throws io.keyfarm.rows.BadValueException if a table like this cannot have such a key */
    static void require(TableSchema table, KeyEntry wanted) {
        RoutedKey.schemaOfEntries(table, KeyEntries.spec(wanted).fields(), KeyEntries.carried(wanted));
    }

    /** The key over all rows of the table's newest generation; none where there is one slave, and so nobody to route to. */
    List<NewRoutedKey> build(String table, KeyEntry wanted) {
        if (slaves.size() == 1) {
            return List.of();
        }
        final List<List<Slab>> parts =
                slaves.stream().map(slave -> slave.slabs(table)).toList();
        return List.of(NewRoutedKey.build(wanted, parts, 0, slaves, ledger));
    }

    /** The keys of the table in the place of those by the same fields, whatever they carry. */
    List<RoutedKey> handOver(TableEntry entry, KeyEntry wanted, List<NewRoutedKey> built) {
        final List<RoutedKey> routed = new ArrayList<>(without(entry, wanted));
        built.forEach(key -> routed.add(key.handOver(slaves, entry.generationDigest())));
        return routed;
    }

    static List<RoutedKey> without(TableEntry entry, KeyEntry key) {
        return entry.routed().stream()
                .filter(it -> !it.fields().equals(KeyEntries.spec(key).fields()))
                .toList();
    }

    /** Tells the slaves under which epoch the keys of the entries are known; answers what a farmer may know of them. */
    List<RoutedKey> activate(TableEntry entry, long epoch) {
        final List<RoutedKey> routed = new ArrayList<>();
        for (final RoutedKey key : entry.routed()) {
            final String entries = key.entries().schema().name();
            slaves.forEach(slave -> slave.activate(entries, epoch));
            routed.add(key.withKeys(
                    epoch, slaves.get(0).summaries(entries), slaves.get(0).bitmapSummaries(entries)));
        }
        return routed;
    }
}
