package io.keyfarm.farmer;

import java.util.Arrays;

/**
 * In which order the slaves of one channel are asked for one query.
 *
 * <pre>
 *   slaves 0 1 2, query 17        2 ─► 0 ─► 1 ─► 2 ─► …
 *   slave 0 has refused           2 ─► 1 ─► 2 ─► 1 ─► …    until all have
 * </pre>
 *
 * Queries begin at different slaves, by chance of their numbers, so that each has its part of the work. As Roxie does, which
 * hashes the packet. For one thread; allocates nothing.
 */
final class SlaveRank {
    private final boolean[] hasRefused;
    private int refusedCount;
    private int current;

    SlaveRank(int slaveCount) {
        hasRefused = new boolean[slaveCount];
    }

    /** A new query; answers which slave is asked first. */
    int begin(long queryId) {
        if (hasRefused.length == 1) {
            return 0;
        }
        if (refusedCount > 0) {
            Arrays.fill(hasRefused, false);
            refusedCount = 0;
        }
        current = (int) Long.remainderUnsigned(mixed(queryId), hasRefused.length);
        return current;
    }

    /** Which slave is asked next, of those that have not refused; the same again if it is the only one. */
    int next() {
        do {
            current = current + 1 == hasRefused.length ? 0 : current + 1;
        } while (hasRefused[current] && refusedCount < hasRefused.length);
        return current;
    }

    /** This slave will not answer; false if none is left that might. */
    boolean refuse(int slave) {
        if (!hasRefused[slave]) {
            hasRefused[slave] = true;
            refusedCount++;
        }
        return refusedCount < hasRefused.length;
    }

    int refusedCount() {
        return refusedCount;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood, 2014): query numbers rise by one. */
    private static long mixed(long number) {
        long bits = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
        return bits ^ (bits >>> 31);
    }
}
