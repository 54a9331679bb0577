package io.keyfarm.wire.aeron;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** What a thread that polls does when there is nothing to do. */
public enum IdleMode {
    /**
     * Looks again some thirty times, then sleeps, soon for half a millisecond. For machines that are shared: containers
     * with a part of a core, laptops, tests. The first frame after a pause waits for the sleeper.
     */
    SHARED_CPU {
        @Override
        public IdleStrategy newStrategy() {
            return new BackoffIdleStrategy(
                    MAX_SPINS, MAX_YIELDS, TimeUnit.MICROSECONDS.toNanos(10), TimeUnit.MICROSECONDS.toNanos(500));
        }
    },
    /** Looks again at once, for ever. Each thread takes a core whole, also when nobody asks anything. */
    OWN_CORE {
        @Override
        public IdleStrategy newStrategy() {
            return new BusySpinIdleStrategy();
        }
    };

    private static final int MAX_SPINS = 20;
    private static final int MAX_YIELDS = 10;

    /** One thread's strategy. */
    public abstract IdleStrategy newStrategy();
}
