package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import java.util.Collection;
import java.util.List;

/** A rule that says which keys are there, query after query; replayed in counted work. */
interface KeyPolicy {
    /** The keys for the next query. */
    Collection<KeySpec> keys();

    /** The query that came, as a place in the pool. */
    void onQuery(int place);

    /** Never a key. */
    static KeyPolicy none() {
        return new KeyPolicy() {
            @Override
            public Collection<KeySpec> keys() {
                return List.of();
            }

            @Override
            public void onQuery(int place) {
                // Nothing is learned.
            }
        };
    }
}
