package io.keyfarm;

import io.keyfarm.farmer.RoutedKey;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.load.KeyEntry;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.JoinedSlabs;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import java.util.ArrayList;
import java.util.List;

/**
 * A routed key of a generation that nobody can see yet: its entries, dealt to the slaves by hash, and an ordinary key over
 * each slave's. Entries have a segment for each that the rows have, so that appending rows appends entries.
 *
 * <pre>
 *   orders              slave 0 | main | 40 | + 10      slave 1 | main | 40 | + 10       dealt in turn
 *   orders@o_custkey    slave 0 | main | 40 | + 9       slave 1 | main | 40 | + 11       of all slaves' rows, by hash
 * </pre>
 */
final class NewRoutedKey {
    private final KeyEntry wanted;
    private final TableSchema schema;
    private final NewGeneration entries;

    private NewRoutedKey(KeyEntry wanted, TableSchema schema, NewGeneration entries) {
        this.wanted = wanted;
        this.schema = schema;
        this.entries = entries;
    }

    /**
     * Reads the rows, and builds.
     *
     * @param parts by slave, then by segment: all rows of the generation to be
     * @param keptCount how many of the first segments the newest generation of these slaves has, too
     */
    static NewRoutedKey build(
            KeyEntry wanted, List<List<Slab>> parts, int keptCount, List<Slave> slaves, MemoryLedger ledger) {
        final KeySpec spec = KeyEntries.spec(wanted);
        final TableSchema rows = parts.get(0).get(0).schema();
        final TableSchema schema = RoutedKey.schemaOfEntries(rows, spec.fields(), KeyEntries.carried(wanted));
        final int kept = keptCount > 0 && slaves.get(0).hasTable(schema.name()) ? keptCount : 0;
        final List<List<Slab>> before = new ArrayList<>();
        for (final Slave slave : slaves) {
            before.add(kept == 0 ? List.of() : slave.slabs(schema.name()).subList(0, kept));
        }
        final List<NewSegment> segments = new ArrayList<>();
        boolean isBuilt = false;
        try {
            final List<List<Slab>> all = new ArrayList<>();
            before.forEach(slabs -> all.add(new ArrayList<>(slabs)));
            for (int segment = kept; segment < parts.get(0).size(); segment++) {
                try (RoutedEntries dealt = new RoutedEntries(rows, schema, all, ledger)) {
                    for (int slave = 0; slave < parts.size(); slave++) {
                        final int firstRow = new JoinedSlabs(parts.get(slave)).firstRow(segment);
                        dealt.addAll(slave, parts.get(slave).get(segment), firstRow);
                    }
                    segments.add(new NewSegment(dealt.build()));
                }
                final NewSegment last = segments.get(segments.size() - 1);
                for (int slave = 0; slave < all.size(); slave++) {
                    all.get(slave).add(last.slabs().get(slave));
                }
                last.build(KeyEntries.sorted(spec, KeyTier.HOT), slaves);
            }
            for (final List<Slab> slabs : all) {
                if (!JoinedSlabs.canJoin(slabs)) {
                    throw new BadValueException(
                            "the entries of " + schema.name() + " are more than there are row numbers for");
                }
            }
            isBuilt = true;
            return new NewRoutedKey(wanted, schema, new NewGeneration(kept, segments));
        } finally {
            if (!isBuilt) {
                segments.forEach(NewSegment::free);
            }
        }
    }

    /** Puts the entries beside what the slaves have; answers what a farmer may know of them. */
    RoutedKey handOver(List<Slave> slaves, long generation) {
        entries.handOver(slaves, generation);
        final long rowCount = slaves.stream()
                .mapToLong(slave -> slave.rowCount(schema.name()))
                .sum();
        return new RoutedKey(
                KeyEntries.spec(wanted).fields(),
                KeyEntries.carried(wanted),
                new TableEntry(schema, generation, 0, rowCount, List.of()));
    }

    void free() {
        entries.close();
    }
}
