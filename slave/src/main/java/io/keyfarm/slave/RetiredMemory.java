package io.keyfarm.slave;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was taken out of sight, until no read can see it any more.
 *
 * <pre>
 *   stamps    12     13          14        15 ─► now
 *   retired   key a  segment b   key c
 *   reads            └ the oldest was announced at 13: only key a and what went before it is freed
 * </pre>
 *
 * Under the slave's lock.
 */
final class RetiredMemory {
    private final ReadStamps stamps;
    private final Tallies tallies;
    private final Deque<Retired> retired = new ArrayDeque<>();

    /** At a stamp: to be freed when no read announced before it is open. */
    private record Retired(long stamp, AutoCloseable memory) {}

    /** @param tallies which forget what is freed */
    RetiredMemory(ReadStamps stamps, Tallies tallies) {
        this.stamps = stamps;
        this.tallies = tallies;
    }

    void add(AutoCloseable memory) {
        retired.add(new Retired(stamps.advance(), memory));
    }

    boolean isEmpty() {
        return retired.isEmpty();
    }

    /** Frees what no read can see any more; answers how much of it there was. */
    int free() {
        final long oldest = stamps.oldestAnnounced();
        int count = 0;
        while (!retired.isEmpty() && retired.getFirst().stamp() <= oldest) {
            final AutoCloseable memory = retired.removeFirst().memory();
            tallies.forget(memory);
            free(memory);
            count++;
        }
        return count;
    }

    /** Frees what no read sees. */
    static void free(AutoCloseable memory) {
        try {
            memory.close();
        } catch (Exception e) {
            throw new IllegalStateException("memory could not be freed", e);
        }
    }
}
