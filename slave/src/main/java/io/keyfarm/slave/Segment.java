package io.keyfarm.slave;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.rows.Slab;
import org.jspecify.annotations.Nullable;

/**
 * A run of rows of one part, and the shelf of keys in force over them. Generations that follow each other by appending share
 * their first segments: a segment goes when the last generation that has it is dropped. The shelf is swapped by one reference;
 * a read keeps the one it found.
 */
final class Segment {
    private final Slab slab;
    private volatile KeyShelf shelf = KeyShelf.EMPTY;

    /** The generations that have this; under the slave's lock. */
    private int holderCount;

    Segment(Slab slab) {
        this.slab = slab;
    }

    Slab slab() {
        return slab;
    }

    KeyShelf shelf() {
        return shelf;
    }

    void putUp(KeyShelf next) {
        shelf = next;
    }

    /** Puts up a shelf that has this key; answers the one that it replaces, of the same place; null if there is none. */
    @Nullable
    AnyKey put(AnyKey key) {
        final AnyKey before =
                AnyKey.find(shelf, key.candidate().kind(), key.candidate().spec());
        putUp(key.putUp(before == null ? shelf : shelf.without(before.memory())));
        return before;
    }

    /** Puts up a shelf without the key of this place; answers it, null if there is none. */
    @Nullable
    AnyKey drop(KeyCandidate.Kind kind, KeySpec spec) {
        final AnyKey key = AnyKey.find(shelf, kind, spec);
        if (key != null) {
            putUp(shelf.without(key.memory()));
        }
        return key;
    }

    void hold() {
        holderCount++;
    }

    /** Answers whether nobody holds it any more. */
    boolean release() {
        assert holderCount > 0 : slab;
        return --holderCount == 0;
    }
}
