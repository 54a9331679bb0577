package io.keyfarm.wire;

import java.lang.management.ManagementFactory;

/** What the calling thread has allocated. */
public final class Allocations {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** Bytes allocated by the work; asking costs nothing itself. */
    public static long bytesOf(Runnable work) {
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /**
     * What the work allocates every time: the least of some runs. Once or twice the JVM allocates for itself on our
     * thread, as when it leaves compiled code.
     */
    public static long steadyBytesOf(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
            least = Math.min(least, bytesOf(work));
        }
        return least;
    }
}
