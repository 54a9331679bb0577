package io.keyfarm.slave;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Knows when memory that was taken out of sight may be freed: epoch-based reclamation (K. Fraser, "Practical
 * lock-freedom", 2004).
 *
 * <pre>
 *   stamp      7        8         9
 *   reader a   |--------- 7 ---------|            announced 7: may have seen what was hidden at 8
 *   reader b             |-- 8 --|                announced 8: cannot
 *   owner      hide, advance to 8       free: no announced stamp is below 8
 * </pre>
 *
 * A reader announces the stamp it found and looks once more: if the stamp is still the same, whatever it sees from then
 * on was in sight at that stamp or later. Announcing costs one volatile store, and nobody ever waits for a reader.
 */
final class ReadStamps {
    private final AtomicLong current = new AtomicLong(1);
    private volatile ReadSlot[] slots = {};

    synchronized ReadSlot newSlot() {
        final ReadSlot slot = new ReadSlot(this);
        final ReadSlot[] more = Arrays.copyOf(slots, slots.length + 1);
        more[slots.length] = slot;
        slots = more;
        return slot;
    }

    /** Forgets slots whose owner is gone. */
    synchronized void remove(List<ReadSlot> gone) {
        if (gone.isEmpty()) {
            return;
        }
        final List<ReadSlot> left = new ArrayList<>(Arrays.asList(slots));
        left.removeAll(gone);
        slots = left.toArray(new ReadSlot[0]);
    }

    long current() {
        return current.get();
    }

    /** The stamp below which no reader may be before what was hidden up to now is freed. */
    long advance() {
        return current.incrementAndGet();
    }

    /** Closes what was parked beyond its deadline; answers how many reads that were. */
    int expire(long nowNs) {
        return expireWhere(slot -> slot.expire(nowNs));
    }

    /** Closes whatever is parked. */
    int expireAll() {
        return expireWhere(ReadSlot::expire);
    }

    private int expireWhere(Predicate<ReadSlot> expires) {
        final List<ReadSlot> expired = new ArrayList<>();
        for (final ReadSlot slot : slots) {
            if (expires.test(slot)) {
                expired.add(slot);
            }
        }
        remove(expired);
        return expired.size();
    }

    /** Differs from what it was before if a read has begun since. */
    long enteredCount() {
        long count = 0;
        for (final ReadSlot slot : slots) {
            count += slot.enteredCount();
        }
        return count;
    }

    /** Whether any read is on its way now. */
    boolean isReading() {
        for (final ReadSlot slot : slots) {
            if (slot.isReading()) {
                return true;
            }
        }
        return false;
    }

    /** The lowest stamp a reader has announced, or the current one if nobody reads. */
    long oldestAnnounced() {
        long oldest = current.get();
        for (final ReadSlot slot : slots) {
            oldest = Math.min(oldest, slot.announced());
        }
        return oldest;
    }
}
