package io.keyfarm.bench;

/**
 * Counted work of a read, which a seed replays, and what it costs by a {@link io.keyfarm.key.advice.CostModel}.
 *
 * @param seeks searches for a lower bound
 * @param rows rows that were looked at: led to by a key or bitmaps, or scanned
 * @param codes codes looked at on the way between them
 */
record Work(long seeks, long rows, long codes, double ns) {
    static final Work NONE = new Work(0, 0, 0, 0);

    Work plus(Work other) {
        return new Work(seeks + other.seeks, rows + other.rows, codes + other.codes, ns + other.ns);
    }
}
