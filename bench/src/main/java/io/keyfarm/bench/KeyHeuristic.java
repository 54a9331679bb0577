package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import java.util.List;

/** A rule of thumb for which keys to build, as the notes that Keyfarm grew from have them: what the advisor is held against. */
interface KeyHeuristic {
    /** At most so many keys, the first to be built first. */
    List<KeySpec> propose(List<ShapeHits> workload, int keyCount);
}
