package io.keyfarm;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.load.KeyEntry;
import io.keyfarm.rows.BadValueException;
import java.util.Arrays;
import java.util.Locale;

/** What is kept of a key: enough to build it again. */
final class KeyEntries {
    /** Stands where sorted keys have their tier. */
    private static final String BITMAP = "BITMAP";

    private KeyEntries() {}

    static KeyEntry sorted(KeySpec spec, KeyTier tier) {
        return new KeyEntry(spec.toString(), tier.name(), 0);
    }

    static KeyEntry bitmap(KeySpec spec) {
        return new KeyEntry(spec.toString(), BITMAP, 0);
    }

    static boolean isBitmap(KeyEntry key) {
        return key.tier().equals(BITMAP);
    }

    /** Whether one would take the place of the other. */
    static boolean isSameKey(KeyEntry one, KeyEntry other) {
        return isBitmap(one) == isBitmap(other) && one.key().equals(other.key());
    }

    static KeySpec spec(KeyEntry key) {
        return KeySpec.parse(key.key());
    }

    /** @throws BadValueException if it was written by a version that has other tiers */
    static KeyTier tier(KeyEntry key) {
        for (final KeyTier tier : KeyTier.values()) {
            if (tier.name().equals(key.tier())) {
                return tier;
            }
        }
        throw new BadValueException("key %s is to be %s, but this version can keep keys only %s, or as bitmaps"
                .formatted(key.key(), key.tier(), Arrays.toString(KeyTier.values())));
    }

    /** As {@code state.zip hot}, or {@code colour bitmap}. */
    static String print(KeyEntry key) {
        return key.key() + ' ' + key.tier().toLowerCase(Locale.ROOT);
    }
}
