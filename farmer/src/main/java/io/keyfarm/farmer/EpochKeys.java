package io.keyfarm.farmer;

import io.keyfarm.key.advice.KeyCandidate;
import java.util.List;

/**
 * The keys of one table that one epoch names, in the order in which hints count them.
 *
 * @param generation of the rows that they are over
 * @param baseEpoch what the catalogue said when they were proposed, and must still say when they are activated
 */
record EpochKeys(String table, long generation, long baseEpoch, long epoch, List<KeyCandidate> keys) {
    EpochKeys {
        keys = List.copyOf(keys);
    }
}
