package io.keyfarm;

import io.keyfarm.load.KeyEntry;
import io.keyfarm.rows.Slab;
import io.keyfarm.slave.Slave;
import java.util.ArrayList;
import java.util.List;

/** Rows and keys over them, one slab for each slave, that nobody can see yet. */
final class NewSegment {
    private final List<Slab> slabs;
    /** Of each slab. */
    private final List<List<BuiltKey>> keys = new ArrayList<>();

    /** @param slabs one for each slave, of which there is at least one; taken over */
    NewSegment(List<Slab> slabs) {
        this.slabs = List.copyOf(slabs);
        slabs.forEach(slab -> keys.add(new ArrayList<>()));
    }

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

    /** Builds this key over each slab. */
    void build(KeyEntry wanted, List<Slave> slaves) {
        for (int i = 0; i < slabs.size(); i++) {
            keys.get(i).add(BuiltKey.build(wanted, slaves.get(i), slabs.get(i)));
        }
    }

    /** Puts up the keys of this slave's slab, which is a segment there. */
    void putUpKeys(int index, Slave slave) {
        keys.get(index).forEach(key -> key.putUp().accept(slave));
    }

    void free() {
        keys.forEach(ofSlab -> ofSlab.forEach(key -> key.free().run()));
        slabs.forEach(Slab::close);
    }
}
