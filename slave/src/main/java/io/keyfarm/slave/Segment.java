package io.keyfarm.slave;

import io.keyfarm.rows.Slab;

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

    void hold() {
        holderCount++;
    }

    /** Answers whether nobody holds it any more. */
    boolean release() {
        assert holderCount > 0 : slab;
        return --holderCount == 0;
    }
}
