package io.keyfarm;

import io.keyfarm.rows.BadValueException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * What growing keys knows, from one run of the process to the next: what was asked, what an operator wants, what happened. The keys
 * themselves are kept with the tables. What is lost or damaged is begun anew.
 *
 * <pre>
 *   growth/wishes            budget 500000000 …
 *   growth/history           2026-11-21T20:00:00Z  orders  built  o_custkey hot  serves …
 *   growth/asked/orders      the tally
 * </pre>
 *
 * For one thread at a time.
 */
final class GrowthMemory {
    private static final String WISHES = "growth/wishes";
    private static final String HISTORY = "growth/history";
    private static final String ASKED = "growth/asked/";

    private final LocalCache cache;
    private final Consumer<String> notices;
    private final KeyWishes wishes;
    private final KeyHistory history;
    private final Workloads workloads;

    GrowthMemory(
            LocalCache cache, Consumer<String> notices, KeyWishes wishes, KeyHistory history, Workloads workloads) {
        this.cache = cache;
        this.notices = notices;
        this.wishes = wishes;
        this.history = history;
        this.workloads = workloads;
    }

    /** Tables first: what was asked of one that is not here is left aside. */
    void restore() {
        read(WISHES, bytes -> wishes.restore(text(bytes)));
        read(HISTORY, bytes -> history.restore(text(bytes)));
        for (final String table : workloads.growing()) {
            read(ASKED + table, bytes -> workloads.restore(table, bytes));
        }
    }

    private void read(String name, Consumer<byte[]> taker) {
        final byte[] bytes = cache.get(name);
        if (bytes != null) {
            try {
                taker.accept(bytes);
            } catch (BadValueException e) {
                notices.accept("what " + name + " remembered is begun anew: " + e.getMessage());
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void save() {
        cache.put(WISHES, wishes.encode().getBytes(StandardCharsets.UTF_8));
        cache.put(HISTORY, history.encode().getBytes(StandardCharsets.UTF_8));
        for (final String table : workloads.tables()) {
            cache.put(ASKED + table, workloads.tally(table).encode());
        }
    }

    void close() {
        cache.close();
    }
}
