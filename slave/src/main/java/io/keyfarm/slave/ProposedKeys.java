package io.keyfarm.slave;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.wire.Frames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a coordinator proposes: exactly these keys, in this order, over the rows of this generation.
 *
 * @param baseEpoch the epoch that this one may follow, and no other
 */
record ProposedKeys(
        String table, ProposalOrder order, long generation, long baseEpoch, long epoch, List<KeyCandidate> keys) {
    ProposedKeys {
        keys = List.copyOf(keys);
    }

    /** @throws BadValueException if no shelf over these rows can have exactly these */
    void check(TableSchema schema) {
        if (keys.size() > Frames.MAX_KEYS) {
            throw new BadValueException("a table has at most %d keys, not %d".formatted(Frames.MAX_KEYS, keys.size()));
        }
        final Set<String> places = new HashSet<>();
        for (final KeyCandidate key : keys) {
            key.spec().indexes(schema); // names a field that is not there
            if (!places.add(AnyKey.place(key))) {
                throw new BadValueException("key " + key.spec() + " is proposed twice");
            }
        }
    }
}
