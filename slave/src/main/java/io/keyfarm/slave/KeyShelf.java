package io.keyfarm.slave;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.SortedKey;
import java.util.ArrayList;
import java.util.List;

/** The keys a slave offers now for one part. Immutable: keys come and go by putting up another shelf. */
final class KeyShelf {
    static final KeyShelf EMPTY = new KeyShelf(List.of());

    private final SortedKey[] keys;

    KeyShelf(List<SortedKey> keys) {
        this.keys = keys.toArray(new SortedKey[0]);
    }

    int keyCount() {
        return keys.length;
    }

    SortedKey key(int index) {
        return keys[index];
    }

    /** The place of the key with this spec, or −1. */
    int find(KeySpec spec) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].spec().equals(spec)) {
                return i;
            }
        }
        return -1;
    }

    List<SortedKey> keys() {
        return List.of(keys);
    }

    KeyShelf with(SortedKey key) {
        final List<SortedKey> more = new ArrayList<>(keys());
        more.add(key);
        return new KeyShelf(more);
    }

    KeyShelf without(int index) {
        final List<SortedKey> fewer = new ArrayList<>(keys());
        fewer.remove(index);
        return new KeyShelf(fewer);
    }
}
