package io.keyfarm;

import io.keyfarm.load.KeyEntry;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import java.io.IOException;
import java.util.List;

/**
 * Rows of a table and keys over them, one part for each slave, that nobody can see yet; perhaps behind segments that the
 * generation before has, too. Closing frees what was not handed over.
 */
final class NewGeneration implements AutoCloseable {
    private final int keptCount;
    private final List<NewSegment> segments;
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
        return segments.get(0).keyEntries();
    }

    /** Without those of segments that were kept. */
    long rowCount() {
        return segments.stream().mapToLong(NewSegment::rowCount).sum();
    }

    /** Builds these keys over each new segment of each part. */
    void buildKeys(List<KeyEntry> wanted, List<Slave> slaves) {
        for (final KeyEntry key : wanted) {
            segments.forEach(segment -> segment.build(key, slaves));
        }
    }

    /** Puts the parts with their keys beside what the slaves have. No farmer asks for this generation yet. */
    void handOver(List<Slave> slaves, long generation) {
        isHandedOver = true;
        for (int i = 0; i < slaves.size(); i++) {
            final int index = i;
            final Slave slave = slaves.get(i);
            slave.putPart(
                    segments.stream().map(segment -> segment.slabs().get(index)).toList(), keptCount, generation);
            segments.forEach(segment -> segment.putUpKeys(index, slave));
        }
    }

    @Override
    public void close() {
        if (!isHandedOver) {
            isHandedOver = true;
            segments.forEach(NewSegment::free);
        }
    }
}
