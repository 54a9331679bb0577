package io.keyfarm.slave;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where one read announces the stamp it reads at. Written by the reading thread, watched by the slave's agent. A read
 * that lets a reply go is <em>parked</em>: then, and only then, the agent may close it.
 *
 * <pre>
 *   idle --enter--> reading --park--> parked --resume--> reading --leave--> idle
 *                                        `--expire (agent)--> expired, for good
 * </pre>
 *
 * An expired slot stays so: the agent withdraws its announcement after the step to expired, and a reader that took the
 * slot up again meanwhile would lose its own.
 */
final class ReadSlot {
    private static final long IDLE = Long.MAX_VALUE;
    private static final int READING = 0;
    private static final int PARKED = 1;
    private static final int EXPIRED = 2;

    private static final VarHandle ANNOUNCED;
    private static final VarHandle STATE;
    private static final VarHandle ENTERED_COUNT;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            ANNOUNCED = lookup.findVarHandle(ReadSlot.class, "announced", long.class);
            STATE = lookup.findVarHandle(ReadSlot.class, "state", int.class);
            ENTERED_COUNT = lookup.findVarHandle(ReadSlot.class, "enteredCount", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ReadStamps stamps;

    // Slots of many threads must not share a cache line.
    @SuppressWarnings("unused")
    private long p1, p2, p3, p4, p5, p6, p7;

    private volatile long announced = IDLE;
    private volatile int state = READING;
    private volatile long deadlineNs;
    private long enteredCount;

    @SuppressWarnings("unused")
    private long q1, q2, q3, q4, q5, q6, q7;

    ReadSlot(ReadStamps stamps) {
        this.stamps = stamps;
    }

    /** From here on, what this thread finds on a shelf stays in memory until {@link #leave}. */
    void enter() {
        ENTERED_COUNT.setOpaque(this, enteredCount + 1);
        long stamp;
        do {
            stamp = stamps.current();
            ANNOUNCED.setVolatile(this, stamp);
        } while (stamp != stamps.current());
    }

    void leave() {
        ANNOUNCED.setRelease(this, IDLE);
    }

    /** Lets the reply go; the read stays open until it is resumed or {@code parkedDeadlineNs} has passed. */
    void park(long parkedDeadlineNs) {
        deadlineNs = parkedDeadlineNs;
        STATE.setVolatile(this, PARKED);
    }

    /** Takes a parked read up again; false if it was closed at its deadline, and then this slot is never used again. */
    boolean resume() {
        return STATE.compareAndSet(this, PARKED, READING);
    }

    /** Called by the agent: closes the read if it is parked beyond its deadline; answers whether it did. */
    boolean expire(long nowNs) {
        return state == PARKED && nowNs - deadlineNs > 0 && expire();
    }

    /** Closes the read if it is parked, whatever its deadline. */
    boolean expire() {
        if (STATE.compareAndSet(this, PARKED, EXPIRED)) {
            leave();
            return true;
        }
        return false;
    }

    long announced() {
        return announced;
    }

    /** How many reads have begun here. */
    long enteredCount() {
        return (long) ENTERED_COUNT.getOpaque(this);
    }

    /** Whether a read is on its way here, and not parked. */
    boolean isReading() {
        return announced != IDLE && state == READING;
    }
}
