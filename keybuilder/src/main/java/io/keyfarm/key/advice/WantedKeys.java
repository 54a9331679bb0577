package io.keyfarm.key.advice;

import java.util.Set;

/**
 * Keys that would be good to have.
 *
 * @param keys by name
 * @param asked the queries that they are good for, by which is judged which keys are missed least
 */
public record WantedKeys(Set<String> keys, WorkloadCost asked) {
    public WantedKeys {
        keys = Set.copyOf(keys);
    }
}
