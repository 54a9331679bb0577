package io.keyfarm;

import io.keyfarm.key.HashDirectory;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.load.KeyEntry;
import io.keyfarm.rows.BadValueException;
import java.util.Arrays;

/** What is kept of a key: enough to build it again. */
final class KeyEntries {
    private KeyEntries() {}

    static KeyEntry of(SortedKey key) {
        final HashDirectory directory = key.directory();
        return new KeyEntry(key.spec().toString(), key.tier().name(), directory == null ? 0 : directory.fieldCount());
    }

    /** @throws BadValueException if it was written by a version that has other tiers */
    static KeyTier tier(KeyEntry key) {
        for (final KeyTier tier : KeyTier.values()) {
            if (tier.name().equals(key.tier())) {
                return tier;
            }
        }
        throw new BadValueException("key %s is to be %s, but this version can keep keys only %s"
                .formatted(key.key(), key.tier(), Arrays.toString(KeyTier.values())));
    }
}
