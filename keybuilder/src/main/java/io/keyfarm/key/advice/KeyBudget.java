package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How much may be kept, and what the operator wants in any case. Immutable.
 *
 * <pre>
 *   KeyBudget.bytes(200_000_000).keys(12).pin("state.zip").forbid("name")
 * </pre>
 *
 * Pinned keys count: they are kept even where they alone take more than there is, and then nothing else is.
 */
public final class KeyBudget {
    private final long maxBytes;
    private final int maxKeys;
    private final SortedSet<String> pinned;
    private final SortedSet<String> forbidden;

    private KeyBudget(long maxBytes, int maxKeys, SortedSet<String> pinned, SortedSet<String> forbidden) {
        if (maxBytes < 0 || maxKeys < 0) {
            throw new BadValueException(
                    "a budget is of 0 bytes and 0 keys or more, not of " + maxBytes + " and " + maxKeys);
        }
        this.maxBytes = maxBytes;
        this.maxKeys = maxKeys;
        this.pinned = pinned;
        this.forbidden = forbidden;
    }

    public static KeyBudget unlimited() {
        return new KeyBudget(Long.MAX_VALUE, Integer.MAX_VALUE, new TreeSet<>(), new TreeSet<>());
    }

    public static KeyBudget ofBytes(long bytes) {
        return unlimited().bytes(bytes);
    }

    public static KeyBudget ofKeys(int keys) {
        return unlimited().keys(keys);
    }

    public KeyBudget bytes(long bytes) {
        return new KeyBudget(bytes, maxKeys, pinned, forbidden);
    }

    public KeyBudget keys(int keys) {
        return new KeyBudget(maxBytes, keys, pinned, forbidden);
    }

    /** To be kept whatever it saves. */
    public KeyBudget pin(String key) {
        return new KeyBudget(maxBytes, maxKeys, with(pinned, key, forbidden), forbidden);
    }

    /** Never to be built. */
    public KeyBudget forbid(String key) {
        return new KeyBudget(maxBytes, maxKeys, pinned, with(forbidden, key, pinned));
    }

    private static SortedSet<String> with(SortedSet<String> some, String key, SortedSet<String> others) {
        if (others.contains(key)) {
            throw new BadValueException("key " + key + " cannot be both pinned and forbidden");
        }
        final SortedSet<String> more = new TreeSet<>(some);
        more.add(key);
        return more;
    }

    public long maxBytes() {
        return maxBytes;
    }

    public int maxKeys() {
        return maxKeys;
    }

    boolean isPinned(String key) {
        return pinned.contains(key);
    }

    boolean isForbidden(String key) {
        return forbidden.contains(key);
    }

    /** Pinned keys that a workload does not know are an operator's slip. */
    void requireKnown(WorkloadCost costs) {
        for (final String key : pinned) {
            if (costs.find(key) < 0) {
                throw new BadValueException("key " + key + " is pinned, but there is no such key to choose");
            }
        }
    }
}
