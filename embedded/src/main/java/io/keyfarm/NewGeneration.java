package io.keyfarm;

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
    private final List<List<BuiltKey>> keys = new ArrayList<>();

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

    /** What is to be kept of the keys. */
    List<KeyEntry> keyEntries() {
        return keys.get(0).stream().map(BuiltKey::entry).toList();
    }

    long rowCount() {
        return slabs.stream().mapToLong(Slab::rowCount).sum();
    }

    /** Builds these keys over each part. */
    void buildKeys(List<KeyEntry> wanted, List<Slave> slaves) {
        for (final KeyEntry key : wanted) {
            for (int i = 0; i < slabs.size(); i++) {
                keys.get(i).add(BuiltKey.build(key, slaves.get(i), slabs.get(i)));
            }
        }
    }

    /** Puts the parts with their keys beside what the slaves have. No farmer asks for this generation yet. */
    void handOver(List<Slave> slaves, long generation) {
        isHandedOver = true;
        for (int i = 0; i < slabs.size(); i++) {
            final Slave slave = slaves.get(i);
            slave.putPart(slabs.get(i), generation);
            keys.get(i).forEach(key -> key.putUp().accept(slave));
        }
    }

    @Override
    public void close() {
        if (!isHandedOver) {
            isHandedOver = true;
            keys.forEach(ofPart -> ofPart.forEach(key -> key.free().run()));
            slabs.forEach(Slab::close);
        }
    }
}
