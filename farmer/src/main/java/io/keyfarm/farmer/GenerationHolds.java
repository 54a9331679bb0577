package io.keyfarm.farmer;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many flows count on one generation of a table to stay: its slaves keep it until the last has let go, or until the
 * last one's deadline.
 *
 * <pre>
 *   flow a   |——— hold ———————————————|
 *   flow b            |— hold —|
 *   owner         replaced: retire            free: nobody holds it, and nobody can any more
 *   flow c               looks again, and finds the new one
 * </pre>
 *
 * Whoever holds pays one compare-and-set and waits for nobody. Thread-safe.
 */
public final class GenerationHolds {
    private static final long RETIRED = 1L << 62;
    private static final long NEVER = Long.MIN_VALUE;

    /** How many hold it, and whether more may. */
    private final AtomicLong state = new AtomicLong();

    private final AtomicLong lastDeadlineNs = new AtomicLong(NEVER);

    /** False if this generation is on its way out: then there is a newer one, or none. */
    boolean tryHold(long deadlineNs) {
        if (state.get() >= RETIRED) {
            return false;
        }
        // Before the count: what is held must never seem to be beyond its deadline.
        lastDeadlineNs.accumulateAndGet(deadlineNs, GenerationHolds::later);
        while (true) {
            final long now = state.get();
            if (now >= RETIRED) {
                return false;
            }
            if (state.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void release() {
        final long left = state.decrementAndGet();
        assert left >= 0 && left != RETIRED - 1 : left;
    }

    /** From now on nobody begins to hold it. Called once, when nobody can find it any more. */
    public void retire() {
        final long before = state.getAndAdd(RETIRED);
        assert before < RETIRED : before;
    }

    /** Whether its rows may go: who still holds it has failed, or will when it looks at the clock. */
    public boolean isFree(long nowNs) {
        final long now = state.get();
        return now == RETIRED || (now > RETIRED && nowNs - lastDeadlineNs.get() > 0);
    }

    private static long later(long one, long other) {
        return one == NEVER || other - one > 0 ? other : one;
    }
}
