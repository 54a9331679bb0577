package io.keyfarm.slave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.build.BuildCancelledException;
import io.keyfarm.rows.MemoryLedger;
import java.util.Random;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Test;

/** Under a clock that is turned by hand. */
final class SharePaceTest {
    private final CachedNanoClock clock = new CachedNanoClock();
    private final Random random = new Random(5);
    private long parkedNs;
    private long parks;

    /** As schedulers do, too early now and then, and too late. */
    private void park(long ns) {
        assertTrue(ns > 0, "a pause of " + ns);
        final long slept = random.nextInt(3) == 0 ? ns / 2 + 1 : ns + random.nextInt(1 + (int) (ns / 50));
        clock.advance(slept);
        parkedNs += slept;
        parks++;
    }

    /** Readers that are busy, or not, as a test says. */
    private static final class SaidReaders implements SharePace.Readers {
        private long entered;
        private boolean isReading;

        @Override
        public long enteredCount() {
            return entered;
        }

        @Override
        public boolean isReading() {
            return isReading;
        }
    }

    /** Works for about so long, a read beginning before each call if wanted; answers how long it worked. */
    private long work(SharePace pace, SaidReaders readers, long forNs, boolean hasReads) {
        long workedNs = 0;
        while (workedNs < forNs) {
            final long ns = 20_000L + random.nextInt(400_000);
            clock.advance(ns);
            workedNs += ns;
            readers.entered += hasReads ? 1 : 0;
            pace.onRows(1 << 14);
        }
        return workedNs;
    }

    @Test
    void shouldTakeItsShareWhileThereAreReadsAndNeverPauseWhileThereAreNone() {
        for (final double share : new double[] {0.1, 0.25, 0.5, 1}) {
            final SaidReaders readers = new SaidReaders();
            final SharePace pace = new SharePace(readers, clock, this::park, share);
            work(pace, readers, 50_000_000, false);
            assertEquals(0, pace.pausedNs());
            parkedNs = 0;
            final double worked = (double) work(pace, readers, 1_000_000_000, true);
            assertEquals(share, worked / (worked + (double) parkedNs), 0.02, "share " + share);
            assertEquals(parkedNs, pace.pausedNs());
            // What has begun before is seen once more.
            work(pace, readers, 1_000_000, false);
            final long before = parks;
            work(pace, readers, 1_000_000_000, false);
            assertEquals(before, parks);
        }
    }

    @Test
    void shouldGiveWayToAReadThatBeganLongAgo() {
        final SaidReaders readers = new SaidReaders();
        readers.isReading = true;
        final SharePace pace = new SharePace(readers, clock, this::park, 0.5);
        final long worked = work(pace, readers, 100_000_000, false);
        assertEquals(0.5, (double) worked / (double) (worked + parkedNs), 0.02);
    }

    @Test
    void shouldNotMakeUpForATimeInWhichItDidNotRun() {
        final SaidReaders readers = new SaidReaders();
        final SharePace pace = new SharePace(readers, clock, this::park, 0.25);
        pace.onRows(1);
        clock.advance(60_000_000_000L);
        readers.entered++;
        pace.onRows(1);
        assertTrue(parkedNs < 100_000_000, parkedNs + " ns");
    }

    @Test
    void shouldEndTheBuildWhenItIsToldTo() {
        final SaidReaders readers = new SaidReaders();
        readers.isReading = true;
        final boolean[] isCancelled = {false};
        final SharePace pace = new SharePace(readers, clock, this::park, 0.25).cancelWhen(() -> isCancelled[0]);
        work(pace, readers, 10_000_000, false);
        isCancelled[0] = true;
        assertThrows(BuildCancelledException.class, () -> work(pace, readers, 1_000_000, false));
        assertThrows(IllegalArgumentException.class, () -> new SharePace(readers, clock, this::park, 0));
    }

    @Test
    void shouldEndAPauseWhenItIsToldToAndBeginAnew() {
        final SaidReaders readers = new SaidReaders();
        readers.isReading = true;
        final boolean[] isCancelled = {false};
        final SharePace pace = new SharePace(
                        readers,
                        clock,
                        ns -> {
                            clock.advance(1_000);
                            parks++;
                            isCancelled[0] = parks == 3;
                        },
                        0.25)
                .cancelWhen(() -> isCancelled[0]);
        pace.onRows(1);
        clock.advance(1_000_000);
        pace.onRows(1);
        assertEquals(3, parks);
        assertEquals(3_000, pace.pausedNs());
        clock.advance(1_000_000);
        assertThrows(BuildCancelledException.class, () -> pace.onRows(1));
        isCancelled[0] = false;
        clock.advance(1_000_000);
        pace.onRows(1);
        assertEquals(3, parks, "what passed between two builds is no slice of either");
    }

    @Test
    void shouldSeeTheReadsOfASlave() {
        final Slave slave = new Slave(SlaveSettings.of(0, 1), clock, MemoryLedger.unlimited("test"));
        final ReadSlot slot = slave.stamps().newSlot();
        final SharePace pace = new SharePace(slave, clock, this::park, 0.25);
        pace.onRows(1);
        clock.advance(1_000_000);
        pace.onRows(1);
        assertEquals(0, parks);
        slot.enter();
        clock.advance(1_000_000);
        pace.onRows(1);
        assertTrue(parks > 0);
        final long whileReading = parks;
        slot.leave();
        clock.advance(1_000_000);
        pace.onRows(1);
        assertEquals(whileReading, parks);
        slot.enter();
        slot.leave();
        clock.advance(1_000_000);
        pace.onRows(1);
        assertTrue(parks > whileReading, "what began and ended meanwhile");
        slot.enter();
        slot.park(Long.MAX_VALUE);
        clock.advance(1_000_000);
        pace.onRows(1);
        final long whileParked = parks;
        clock.advance(1_000_000);
        pace.onRows(1);
        assertEquals(whileParked, parks, "a parked read waits for its farmer");
        slave.close();
    }
}
