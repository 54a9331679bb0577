package io.keyfarm;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.load.KeyEntry;
import io.keyfarm.rows.BadValueException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is kept of a key: enough to build it again. */
final class KeyEntries {
    /** Stands where sorted keys have their tier. */
    private static final String BITMAP = "BITMAP";

    private static final String COLUMN = "COLUMN";
    /** The same, of keys whose entries are dealt by hash; behind it the fields that are carried along: ROUTED.o_totalprice. */
    private static final String ROUTED = "ROUTED";

    /** Stands behind the tier of a key that nobody declared. */
    private static final String GROWN = ".GROWN";

    private KeyEntries() {}

    static KeyEntry sorted(KeySpec spec, KeyTier tier) {
        return new KeyEntry(spec.toString(), tier.name(), 0);
    }

    static KeyEntry bitmap(KeySpec spec) {
        return new KeyEntry(spec.toString(), BITMAP, 0);
    }

    static KeyEntry column(KeySpec spec) {
        return new KeyEntry(spec.toString(), COLUMN, 0);
    }

    static KeyEntry routed(KeySpec spec, List<String> carried) {
        return new KeyEntry(spec.toString(), carried.isEmpty() ? ROUTED : ROUTED + '.' + String.join(".", carried), 0);
    }

    /** A key that came by itself, and may go so. */
    static KeyEntry grown(KeyCandidate key) {
        return new KeyEntry(key.spec().toString(), key.kind().name() + GROWN, 0);
    }

    static boolean isGrown(KeyEntry key) {
        return key.tier().endsWith(GROWN);
    }

    /** The same key, as if it had been declared, or as if it had not. */
    static KeyEntry pinned(KeyEntry key, boolean isPinned) {
        final String tier = kind(key);
        return new KeyEntry(key.key(), isPinned ? tier : tier + GROWN, key.hashedFields());
    }

    /** The tier, whoever wanted the key. */
    private static String kind(KeyEntry key) {
        return isGrown(key) ? key.tier().substring(0, key.tier().length() - GROWN.length()) : key.tier();
    }

    /** Of one that is not routed. */
    static KeyCandidate candidate(KeyEntry key) {
        return new KeyCandidate(spec(key), KeyCandidate.Kind.valueOf(kind(key)));
    }

    static boolean isRouted(KeyEntry key) {
        return key.tier().equals(ROUTED) || key.tier().startsWith(ROUTED + '.');
    }

    /** The fields that a routed key's entries have beside its own. */
    static List<String> carried(KeyEntry key) {
        final List<String> words = List.of(key.tier().split("\\."));
        return words.subList(1, words.size());
    }

    static boolean isBitmap(KeyEntry key) {
        return kind(key).equals(BITMAP);
    }

    static boolean isColumn(KeyEntry key) {
        return key.tier().equals(COLUMN);
    }

    /** Whether one would take the place of the other. */
    static boolean isSameKey(KeyEntry one, KeyEntry other) {
        return isBitmap(one) == isBitmap(other)
                && isColumn(one) == isColumn(other)
                && isRouted(one) == isRouted(other)
                && one.key().equals(other.key());
    }

    static KeySpec spec(KeyEntry key) {
        return KeySpec.parse(key.key());
    }

    /** @throws BadValueException if it was written by a version that has other tiers */
    static KeyTier tier(KeyEntry key) {
        for (final KeyTier tier : KeyTier.values()) {
            if (tier.name().equals(kind(key))) {
                return tier;
            }
        }
        throw new BadValueException(
                "key %s is to be %s, but this version can keep keys only %s, as bitmaps, as columns or routed"
                        .formatted(key.key(), key.tier(), Arrays.toString(KeyTier.values())));
    }

    /** As {@code state.zip hot}, {@code colour bitmap}, {@code price column}, or {@code o_custkey routed with o_totalprice}. */
    static String print(KeyEntry key) {
        if (isRouted(key)) {
            final List<String> carried = carried(key);
            return key.key() + " routed" + (carried.isEmpty() ? "" : " with " + String.join(", ", carried));
        }
        return key.key() + ' ' + kind(key).toLowerCase(Locale.ROOT);
    }
}
