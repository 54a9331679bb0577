package io.keyfarm;

import io.keyfarm.farmer.RoutedKey;
import io.keyfarm.load.KeyEntry;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a table and keys over them, one part for each slave, that nobody can see yet; perhaps behind segments that the
 * generation before has, too. Closing frees what was not handed over.
 */
final class NewGeneration implements AutoCloseable {
    private final int keptCount;
    private final List<NewSegment> segments;
    /** Which routed keys are wanted, and what is built of them, which is nothing where there is one slave. */
    private final List<KeyEntry> routedEntries = new ArrayList<>();

    private final List<NewRoutedKey> routed = new ArrayList<>();
    private boolean isHandedOver;

    /**
     * @param keptCount how many of the first segments of the generation before are these ones' as well
     * @param segments what is new: at least one; taken over
     */
    NewGeneration(int keptCount, List<NewSegment> segments) {
        this.keptCount = keptCount;
        this.segments = List.copyOf(segments);
    }

    /** @param slabs one for each slave, of which there is at least one; taken over */
    static NewGeneration of(List<Slab> slabs) {
        return new NewGeneration(0, List.of(new NewSegment(slabs)));
    }

    /** Reads all rows. */
    static NewGeneration read(RowSource source, int partCount, MemoryLedger ledger, LoadProgress progress)
            throws IOException {
        try (DealtRows rows = new DealtRows(source.schema(), partCount, ledger)) {
            source.load(rows, progress);
            return of(rows.build());
        }
    }

    TableSchema schema() {
        return segments.get(0).slabs().get(0).schema();
    }

    /** Segments of the generation before that are this one's, too. */
    int keptCount() {
        return keptCount;
    }

    /** The last segment's rows, which stay here. */
    List<Slab> slabs() {
        return segments.get(segments.size() - 1).slabs();
    }

    /** What is to be kept of the keys. */
    List<KeyEntry> keyEntries() {
        final List<KeyEntry> entries = new ArrayList<>(segments.get(0).keyEntries());
        entries.addAll(routedEntries);
        return entries;
    }

    /** Without those of segments that were kept. */
    long rowCount() {
        return segments.stream().mapToLong(NewSegment::rowCount).sum();
    }

    /** Builds these keys over each new segment of each part, and the entries of those that are routed. */
    void buildKeys(List<KeyEntry> wanted, List<Slave> slaves, MemoryLedger ledger) {
        for (final KeyEntry key : wanted) {
            if (KeyEntries.isRouted(key)) {
                routedEntries.add(key);
                if (slaves.size() > 1) {
                    routed.add(NewRoutedKey.build(key, parts(slaves), keptCount, slaves, ledger));
                }
            } else {
                segments.forEach(segment -> segment.build(key, slaves));
            }
        }
    }

    /** All rows, by slave, then by segment. */
    private List<List<Slab>> parts(List<Slave> slaves) {
        final List<List<Slab>> parts = new ArrayList<>();
        for (int i = 0; i < slaves.size(); i++) {
            final List<Slab> part = new ArrayList<>();
            if (keptCount > 0) {
                part.addAll(slaves.get(i).slabs(schema().name()).subList(0, keptCount));
            }
            for (final NewSegment segment : segments) {
                part.add(segment.slabs().get(i));
            }
            parts.add(part);
        }
        return parts;
    }

    /** Puts the parts with their keys beside what the slaves have, and answers the routed ones. No farmer asks for them yet. */
    List<RoutedKey> handOver(List<Slave> slaves, long generation) {
        isHandedOver = true;
        for (int i = 0; i < slaves.size(); i++) {
            final int index = i;
            final Slave slave = slaves.get(i);
            slave.putPart(
                    segments.stream().map(segment -> segment.slabs().get(index)).toList(), keptCount, generation);
            segments.forEach(segment -> segment.putUpKeys(index, slave));
        }
        return routed.stream().map(key -> key.handOver(slaves, generation)).toList();
    }

    @Override
    public void close() {
        if (!isHandedOver) {
            isHandedOver = true;
            routed.forEach(NewRoutedKey::free);
            segments.forEach(NewSegment::free);
        }
    }
}
