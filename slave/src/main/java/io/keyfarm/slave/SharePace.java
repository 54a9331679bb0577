package io.keyfarm.slave;

import io.keyfarm.key.build.BuildCancelledException;
import io.keyfarm.key.build.BuildPace;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.agrona.concurrent.NanoClock;

/**
 * Holds a build to a share of one thread while queries are under way, and lets it go on at full speed while there are none.
 *
 * <pre>
 *   build     ███······███······███······█████████████████      a quarter, then all
 *   queries   ┃ ┃┃  ┃ ┃  ┃┃ ┃   ┃  ┃ ┃┃
 * </pre>
 *
 * It measures what a slice of the build took, and if a read has begun since the slice did, or is on its way, pauses for as long
 * as makes the slice its share of both. Who pauses for longer than was asked, as schedulers do, owes nothing for it. For one
 * build at a time, on its thread.
 */
public final class SharePace implements BuildPace {
    public static final double DEFAULT_SHARE = 0.25;

    /** A slice of the build, so short that a query which waits for its core hardly waits. */
    static final long SLICE_NS = 300_000;

    /** Longer slices, as when the builder's thread was not running, are not made up for. */
    private static final long MAX_SLICE_NS = 20 * SLICE_NS;

    /** What a build should give way to. */
    interface Readers {
        /** Differs from what it was before if a read has begun since. */
        long enteredCount();

        boolean isReading();
    }

    private final Readers readers;
    private final NanoClock clock;
    private final LongConsumer parkNs;
    private final double share;
    private BooleanSupplier isCancelled = () -> false;

    private long sliceStartNs;
    private boolean hasStarted;
    private long enteredCount;
    private long pausedNs;

    /**
     * @param parkNs lets the building thread rest for so many nanoseconds, such as {@code LockSupport::parkNanos}
     * @param share of one thread that the build takes while queries are under way, above 0 and up to 1
     */
    public SharePace(Slave slave, NanoClock clock, LongConsumer parkNs, double share) {
        this(
                new Readers() {
                    @Override
                    public long enteredCount() {
                        return slave.stamps().enteredCount();
                    }

                    @Override
                    public boolean isReading() {
                        return slave.stamps().isReading();
                    }
                },
                clock,
                parkNs,
                share);
    }

    SharePace(Readers readers, NanoClock clock, LongConsumer parkNs, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("a build's share of a thread is above 0 and up to 1, not " + share);
        }
        this.readers = readers;
        this.clock = clock;
        this.parkNs = parkNs;
        this.share = share;
    }

    /** Ends the build at its next slice once this says so. Asked on the building thread. */
    public SharePace cancelWhen(BooleanSupplier when) {
        isCancelled = when;
        return this;
    }

    /** How long builds have been held up so far. */
    public long pausedNs() {
        return pausedNs;
    }

    @Override
    public void onRows(int rows) {
        final long nowNs = clock.nanoTime();
        if (!hasStarted) {
            hasStarted = true;
            sliceStartNs = nowNs;
            enteredCount = readers.enteredCount();
        }
        final long sliceNs = nowNs - sliceStartNs;
        if (sliceNs < SLICE_NS) {
            return;
        }
        if (isCancelled.getAsBoolean()) {
            hasStarted = false;
            throw new BuildCancelledException("the build was told to end");
        }
        if (haveReadersBeenBusy()) {
            pause(nowNs, (long) (Math.min(sliceNs, MAX_SLICE_NS) * (1 / share - 1)));
        }
        sliceStartNs = clock.nanoTime();
    }

    /** Since this was asked last: during the pause before the slice as well, so that few reads are seen, too. */
    private boolean haveReadersBeenBusy() {
        final long before = enteredCount;
        enteredCount = readers.enteredCount();
        return enteredCount != before || readers.isReading();
    }

    private void pause(long fromNs, long lengthNs) {
        final long endNs = fromNs + lengthNs;
        long nowNs = fromNs;
        // A thread may be woken before its time.
        while (endNs - nowNs > 0 && !isCancelled.getAsBoolean()) {
            parkNs.accept(endNs - nowNs);
            nowNs = clock.nanoTime();
        }
        pausedNs += nowNs - fromNs;
    }
}
