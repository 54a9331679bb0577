package io.keyfarm.bench;

import io.keyfarm.key.advice.KeyCandidate;
import java.util.Collection;

/** Who builds and drops keys of an engine while a trace runs; told of every query, on its thread, so that a seed replays all. */
interface Tuner extends AutoCloseable {
    void beforeQuery(int query);

    void afterQuery(int query);

    /** The keys that are there now. */
    Collection<KeyCandidate> keys();

    /** All keys that were built so far, also those that have gone. */
    Collection<KeyCandidate> built();

    /** Rows that keys were built of so far, each key's counted. */
    long rowsBuilt();

    int builds();

    @Override
    void close();
}
