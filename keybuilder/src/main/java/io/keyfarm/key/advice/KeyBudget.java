package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How much may be kept, and what the operator wants in any case. Immutable.
 *
 * <pre>
 *   KeyBudget.bytes(200_000_000).keys(12).pin("state.zip").forbid("name")
 *   KeyBudget.ofBytes(200_000_000).keysOf("vehicles", 4).pin("vehicles: make.year hot")
 * </pre>
 *
 * Pinned keys count: they are kept even where they alone take more than there is, and then nothing else is. A table may have
 * less than all: its keys are those in whose names it comes first.
 */
public final class KeyBudget {
    /** What may be kept at most. */
    record Limit(long bytes, int keys) {
        static final Limit NONE = new Limit(Long.MAX_VALUE, Integer.MAX_VALUE);

        Limit {
            if (bytes < 0 || keys < 0) {
                throw new BadValueException(
                        "a budget is of 0 bytes and 0 keys or more, not of " + bytes + " and " + keys);
            }
        }
    }

    private final Limit limit;
    private final SortedMap<String, Limit> tables;
    private final SortedSet<String> pinned;
    private final SortedSet<String> forbidden;

    private KeyBudget(
            Limit limit, SortedMap<String, Limit> tables, SortedSet<String> pinned, SortedSet<String> forbidden) {
        this.limit = limit;
        this.tables = tables;
        this.pinned = pinned;
        this.forbidden = forbidden;
    }

    public static KeyBudget unlimited() {
        return new KeyBudget(Limit.NONE, new TreeMap<>(), new TreeSet<>(), new TreeSet<>());
    }

    public static KeyBudget ofBytes(long bytes) {
        return unlimited().bytes(bytes);
    }

    public static KeyBudget ofKeys(int keys) {
        return unlimited().keys(keys);
    }

    public KeyBudget bytes(long bytes) {
        return new KeyBudget(new Limit(bytes, limit.keys), tables, pinned, forbidden);
    }

    public KeyBudget keys(int keys) {
        return new KeyBudget(new Limit(limit.bytes, keys), tables, pinned, forbidden);
    }

    /** At most so many bytes of all are for keys of this table. */
    public KeyBudget bytesOf(String table, long bytes) {
        return withTable(table, new Limit(bytes, limitOf(table).keys));
    }

    /** At most so many keys of all are of this table. */
    public KeyBudget keysOf(String table, int keys) {
        return withTable(table, new Limit(limitOf(table).bytes, keys));
    }

    private Limit limitOf(String table) {
        return tables.getOrDefault(table, Limit.NONE);
    }

    private KeyBudget withTable(String table, Limit ofTable) {
        final SortedMap<String, Limit> more = new TreeMap<>(tables);
        more.put(table, ofTable);
        return new KeyBudget(limit, more, pinned, forbidden);
    }

    /** To be kept whatever it saves. */
    public KeyBudget pin(String key) {
        return new KeyBudget(limit, tables, with(pinned, key, forbidden), forbidden);
    }

    /** Never to be built. */
    public KeyBudget forbid(String key) {
        return new KeyBudget(limit, tables, pinned, with(forbidden, key, pinned));
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
        return limit.bytes;
    }

    public int maxKeys() {
        return limit.keys;
    }

    /** The tables that have limits of their own. */
    SortedMap<String, Limit> tables() {
        return tables;
    }

    boolean admits(Selection selection) {
        return admitsInAll(selection) && selection.isWithinTables();
    }

    private boolean admitsInAll(Selection selection) {
        return selection.bytes() <= limit.bytes && selection.count() <= limit.keys;
    }

    /** Whether a selection that is not admitted comes nearer to that when the key goes. */
    boolean isRelievedBy(Selection selection, int key) {
        return !admitsInAll(selection) || selection.isOfFullTable(key);
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
