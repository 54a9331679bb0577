package io.keyfarm;

import io.keyfarm.farmer.TableEntry;
import io.keyfarm.slave.Slave;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/**
 * Generations that were replaced or dropped, and that flows under way still hold: the slaves keep them as long. Thread-safe;
 * never waits.
 */
final class LeavingGenerations {
    private final List<Slave> slaves;
    private final NanoClock clock;
    private final Deque<TableEntry> leaving = new ArrayDeque<>();

    LeavingGenerations(List<Slave> slaves, NanoClock clock) {
        this.slaves = slaves;
        this.clock = clock;
    }

    /** The catalogue does not show it any more. */
    synchronized void add(TableEntry generation) {
        generation.holds().retire();
        leaving.add(generation);
        doWork();
    }

    /** Drops those that nobody holds any more; answers how many. */
    synchronized int doWork() {
        if (leaving.isEmpty()) {
            return 0;
        }
        final long nowNs = clock.nanoTime();
        int count = 0;
        for (final Iterator<TableEntry> all = leaving.iterator(); all.hasNext(); ) {
            final TableEntry generation = all.next();
            if (generation.holds().isFree(nowNs)) {
                all.remove();
                drop(generation);
                generation.routed().forEach(key -> drop(key.entries()));
                count++;
            }
        }
        return count;
    }

    /** Takes a table's rows from the slaves; reads that are under way finish on them. */
    void drop(TableEntry generation) {
        slaves.forEach(slave -> slave.dropPart(generation.schema().name(), generation.generationDigest()));
    }
}
