package io.keyfarm.rows;

/** Where the rows or the long texts of a slab stand: chunks that no longer move, counted in a ledger until they are freed. */
interface SlabMemory {
    /** Where the chunks begin. */
    long[] bases();

    /** How many bytes of a chunk are used, from its beginning. */
    long usedBytes(int chunk);

    /** As the ledger counts them. */
    long bytes();

    /** A second call does nothing. */
    void free();
}
