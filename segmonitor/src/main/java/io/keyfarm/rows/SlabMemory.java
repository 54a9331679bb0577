package io.keyfarm.rows;

/** Where the rows or the long texts of a slab stand: chunks that no longer move, counted in a ledger until they are freed. */
interface SlabMemory {
    /** Of a slab whose rows are others'. */
    SlabMemory NONE = new SlabMemory() {
        @Override
        public long[] bases() {
            return new long[0];
        }

        @Override
        public long usedBytes(int chunk) {
            throw new IllegalStateException("there is no chunk " + chunk);
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void free() {}
    };

    /** Where the chunks begin. */
    long[] bases();

    /** How many bytes of a chunk are used, from its beginning. */
    long usedBytes(int chunk);

    /** As the ledger counts them. */
    long bytes();

    /** A second call does nothing. */
    void free();
}
