package io.keyfarm.wire.aeron;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts of one link or inbox: written by its one thread, without a locked instruction, and read by any. */
final class Tally {
    static final int SENT = 0;
    static final int SENT_BYTES = 1;
    static final int BACK_PRESSURED = 2;
    static final int UNCONNECTED = 3;
    static final int RECEIVED = 4;
    static final int RECEIVED_BYTES = 5;
    static final int REFUSED_SEAL = 6;
    static final int REFUSED_CLUSTER = 7;
    static final int REFUSED_UNKNOWN = 8;
    static final int MALFORMED = 9;

    private final AtomicLongArray counts = new AtomicLongArray(MALFORMED + 1);

    void increment(int what) {
        add(what, 1);
    }

    void add(int what, long count) {
        counts.setRelease(what, counts.getPlain(what) + count);
    }

    /** Adds all of the other's counts; nobody writes to either meanwhile. */
    void addAll(Tally other) {
        for (int what = 0; what < counts.length(); what++) {
            add(what, other.get(what));
        }
    }

    long get(int what) {
        return counts.getAcquire(what);
    }
}
