package io.keyfarm;

import io.keyfarm.farmer.Coordinator;
import io.keyfarm.farmer.CoordinatorListener;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.build.BuildCancelledException;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.slave.Slave;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * The turns in which keys grow: one step after the other, each until it is in force or has failed.
 *
 * <pre>
 *   build     slaves build what is proposed, one key at a time, at their pace         without a lock
 *   agree     the coordinator asks, and tells all to change                           under the tables' lock
 *   settle    what became of the step is noted                                        under this one's
 *   decide    what was asked is counted; the next step, if one is due, is proposed
 * </pre>
 *
 * One thread turns it; others ask and change settings meanwhile, and wait for a look at most. Whoever holds this one's lock does
 * not take the tables'.
 */
final class GrowthCycle {
    private static final long DRAIN_NS = 5_000_000;
    private static final long SAVE_NS = 60_000_000_000L;
    /** After something unforeseen. */
    private static final long REST_NS = 1_000_000_000L;

    private final Grower grower;
    private final GrowthClock growthClock;
    private final KeyHistory history;
    private final Tables tables;
    private final List<Slave> slaves;
    private final Coordinator coordinator;
    private final NanoClock clock;
    private final Supplier<Instant> calendar;
    private final List<? extends BuildPace> paces;
    private final boolean isByHand;

    private GrowthMode mode;
    /** The step under way. */
    private Grower.@Nullable Step step;

    private @Nullable Ending ending;
    private long stepCount;
    private long nextDrainNs;
    private long nextSaveNs;
    /** Null where nothing outlives the process. */
    private @Nullable GrowthMemory memory;

    private boolean isRestored;
    private boolean hasNews;

    private volatile boolean isStopped;

    /** @param failure null if all went well */
    private record Ending(@Nullable String failure) {}

    /**
     * @param coordinator by whom it is told what becomes of its proposals
     * @param paces for each slave, how fast it builds
     */
    GrowthCycle(
            GrowthSettings settings,
            Grower grower,
            KeyHistory history,
            Tables tables,
            List<Slave> slaves,
            Function<CoordinatorListener, Coordinator> coordinator,
            NanoClock clock,
            Supplier<Instant> calendar,
            List<? extends BuildPace> paces) {
        this.grower = grower;
        this.history = history;
        this.tables = tables;
        this.slaves = slaves;
        this.coordinator = coordinator.apply(new Outcome());
        this.clock = clock;
        this.calendar = calendar;
        this.paces = List.copyOf(paces);
        isByHand = settings.isByHand();
        mode = settings.mode();
        growthClock = new GrowthClock(settings.every().toNanos(), clock.nanoTime());
    }

    boolean isByHand() {
        return isByHand;
    }

    synchronized GrowthMode mode() {
        return mode;
    }

    synchronized void mode(GrowthMode when) {
        if (mode == GrowthMode.OFF && when != GrowthMode.OFF) {
            grower.lookAgain();
        }
        mode = when;
        growthClock.restart(clock.nanoTime());
    }

    synchronized void every(Duration period) {
        growthClock.every(period.toNanos(), clock.nanoTime());
        mode = GrowthMode.BY_CLOCK;
    }

    synchronized boolean isUnderWay() {
        return step != null || grower.isWanting();
    }

    synchronized boolean isInStep() {
        return step != null;
    }

    /** How many steps were made so far. */
    synchronized long stepCount() {
        return stepCount;
    }

    /** Goes on with what is remembered, at the next turn or question, as that may take a second; and remembers from now on. */
    synchronized void remember(GrowthMemory known) {
        memory = known;
        isRestored = false;
        nextSaveNs = clock.nanoTime() + SAVE_NS;
    }

    /** What is remembered is known from now on. Under the lock. */
    void restore() {
        final GrowthMemory known = memory;
        if (known != null && !isRestored) {
            isRestored = true;
            known.restore();
        }
    }

    /** There is something new to remember. */
    synchronized void onNews() {
        hasNews = true;
    }

    /** Remembers for the last time, if there is anything new; when nothing grows any more. */
    synchronized void close() {
        final GrowthMemory known = memory;
        if (known != null) {
            hasNews |= grower.drain() > 0;
            save(known);
            known.close();
            memory = null;
        }
    }

    private void save(GrowthMemory known) {
        if (hasNews) {
            restore(); // Or what was remembered would be lost.
            hasNews = false;
            known.save();
        }
    }

    /** A build under way ends at its next look, and nothing is begun any more; from any thread. */
    void stop() {
        isStopped = true;
    }

    /** Something unforeseen happened: it would happen again at once. */
    synchronized void rest() {
        nextDrainNs = clock.nanoTime() + REST_NS;
    }

    /** One duty cycle: of a build one key at most, of all else a bounded piece. On one thread. */
    int doWork() {
        int workCount = 0;
        for (int i = 0; i < slaves.size() && !isStopped; i++) {
            final BuildPace pace = paces.get(i);
            workCount += slaves.get(i).buildTurn(rows -> onRows(pace, rows));
        }
        if (step != null) {
            // Who else changes keys waits while all slaves are told.
            synchronized (tables) {
                workCount += coordinator.doWork();
            }
        }
        synchronized (this) {
            return workCount + settle() + decide();
        }
    }

    private void onRows(BuildPace pace, int rows) {
        if (isStopped) {
            throw new BuildCancelledException("this Keyfarm is closing");
        }
        pace.onRows(rows);
    }

    private int settle() {
        final Grower.Step made = step;
        final Ending ending = this.ending;
        if (made == null || ending == null) {
            return 0;
        }
        step = null;
        this.ending = null;
        hasNews = true;
        final KeyCandidate built = made.built();
        if (ending.failure() != null) {
            grower.onFailed(made);
            note(made, "failed", built == null ? made.leaving().get(0) : built, ending.failure());
            return 1;
        }
        stepCount++;
        grower.onStepped(made);
        if (built != null) {
            note(made, "built", built, made.why());
        }
        for (final KeyCandidate goer : made.leaving()) {
            note(made, "dropped", goer, built == null ? made.why() : "it made room for " + built);
        }
        return 1;
    }

    private void note(Grower.Step made, String what, KeyCandidate key, String why) {
        history.add(new KeyEvent(calendar.get(), made.table(), what, key.toString(), why));
    }

    private int decide() {
        final long nowNs = clock.nanoTime();
        if (isStopped || step != null || (!isByHand && nowNs - nextDrainNs < 0)) {
            return 0;
        }
        nextDrainNs = nowNs + DRAIN_NS;
        restore();
        final GrowthMemory known = memory;
        if (known != null && nowNs - nextSaveNs >= 0) {
            nextSaveNs = nowNs + SAVE_NS;
            save(known);
        }
        int workCount = grower.drain();
        hasNews |= workCount > 0;
        if (mode == GrowthMode.BY_CLOCK && growthClock.isDue(nowNs)) {
            grower.wantNow();
        }
        Grower.Step next = grower.forbidden();
        final boolean isByRent = mode == GrowthMode.BY_RENT;
        if (next == null && (grower.isWanting() || grower.isToLookAgain() || (isByRent && grower.isLookDue()))) {
            next = grower.look(isByRent);
        }
        if (next != null) {
            begin(next);
            workCount++;
        }
        return workCount;
    }

    private void begin(Grower.Step next) {
        try {
            coordinator.propose(next.table(), next.keys());
            step = next;
        } catch (BadValueException e) {
            // The table went, or lost a field, since it was looked at.
            grower.onFailed(next);
        }
    }

    /** What becomes of a proposal, told within the coordinator's turn. */
    private final class Outcome implements CoordinatorListener {
        @Override
        public void onReady(String table, long epoch, List<KeyCandidate> keys, List<Long> bytes) {
            tables.beforeGrown(table, keys);
        }

        @Override
        public void onActive(String table, long epoch, List<KeyCandidate> keys) {
            tables.onGrown(table, keys);
            ending = new Ending(null);
        }

        @Override
        public void onGivenUp(String table, long epoch, String why) {
            ending = new Ending(why);
        }
    }
}
