package io.keyfarm.slave;

import io.keyfarm.rows.Slab;

/**
 * One generation of one table's part: its rows, and the shelf of keys in force. The shelf is swapped by one reference;
 * a read keeps the one it found.
 */
final class TablePart {
    private final Slab slab;
    private final long generationDigest;
    private volatile KeyShelf shelf = KeyShelf.EMPTY;

    TablePart(Slab slab, long generationDigest) {
        this.slab = slab;
        this.generationDigest = generationDigest;
    }

    Slab slab() {
        return slab;
    }

    long generationDigest() {
        return generationDigest;
    }

    KeyShelf shelf() {
        return shelf;
    }

    void putUp(KeyShelf next) {
        shelf = next;
    }
}
