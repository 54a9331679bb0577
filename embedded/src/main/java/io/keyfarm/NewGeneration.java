package io.keyfarm;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.SortedKey;
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
 * Rows of a table and keys over them, one part for each slave, that nobody can see yet. Closing frees what was not handed
 * over.
 */
final class NewGeneration implements AutoCloseable {
    private final List<Slab> slabs;
    /** Of each part. */
    private final List<List<SortedKey>> keys = new ArrayList<>();

    private boolean isHandedOver;

    /** @param slabs one for each slave, of which there is at least one; taken over */
    NewGeneration(List<Slab> slabs) {
        this.slabs = List.copyOf(slabs);
        slabs.forEach(slab -> keys.add(new ArrayList<>()));
    }

    /** Reads all rows. */
    static NewGeneration read(RowSource source, int partCount, MemoryLedger ledger, LoadProgress progress)
            throws IOException {
        try (DealtRows rows = new DealtRows(source.schema(), partCount, ledger)) {
            source.load(rows, progress);
            return new NewGeneration(rows.build());
        }
    }

    TableSchema schema() {
        return slabs.get(0).schema();
    }

    /** The parts' rows, which stay here. */
    List<Slab> slabs() {
        return slabs;
    }

    long rowCount() {
        return slabs.stream().mapToLong(Slab::rowCount).sum();
    }

    /** Builds these keys over each part. */
    void buildKeys(List<KeyEntry> wanted, List<Slave> slaves) {
        for (final KeyEntry key : wanted) {
            for (int i = 0; i < slabs.size(); i++) {
                keys.get(i).add(slaves.get(i).buildKey(slabs.get(i), KeySpec.parse(key.key()), KeyEntries.tier(key)));
            }
        }
    }

    /** Puts the parts beside what the slaves have. */
    void handOver(List<Slave> slaves, long generation) {
        isHandedOver = true;
        for (int i = 0; i < slabs.size(); i++) {
            slaves.get(i).putPart(slabs.get(i), generation, keys.get(i));
        }
    }

    @Override
    public void close() {
        if (!isHandedOver) {
            isHandedOver = true;
            keys.forEach(ofPart -> ofPart.forEach(SortedKey::close));
            slabs.forEach(Slab::close);
        }
    }
}
