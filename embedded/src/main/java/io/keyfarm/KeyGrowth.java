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
 * How the keys of a {@link Keyfarm} grow, for whoever wants to see it, or to have a say.
 *
 * <pre>{@code
 * farm.growth().pin("orders", "o_custkey");              is kept, whatever is asked
 * farm.growth().forbid("orders", "o_comment");           never comes
 * farm.growth().budgetBytes(500_000_000);
 * System.out.println(farm.growth().report());
 * }</pre>
 *
 * Thread-safe. Keys are built on a thread of their own, one at a time, while queries go on.
 */
public final class KeyGrowth {
    private static final long DRAIN_NS = 5_000_000;
    private static final long SAVE_NS = 60_000_000_000L;

    private final Grower grower;
    private final GrowthClock growthClock;
    private final KeyWishes wishes;
    private final KeyHistory history;
    private final KeyReports reports;
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
    private long nextDrainNs;
    private long nextSaveNs;
    /** Null where nothing outlives the process. */
    private @Nullable GrowthMemory memory;

    private volatile boolean isStopped;

    /**
     * @param coordinator by whom it is told what becomes of its proposals
     * @param paces for each slave, how fast it builds
     */
    KeyGrowth(
            GrowthSettings settings,
            Grower grower,
            KeyWishes wishes,
            KeyHistory history,
            KeyReports reports,
            Tables tables,
            List<Slave> slaves,
            Function<CoordinatorListener, Coordinator> coordinator,
            NanoClock clock,
            Supplier<Instant> calendar,
            List<? extends BuildPace> paces) {
        this.grower = grower;
        this.wishes = wishes;
        this.history = history;
        this.reports = reports;
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

    /** What was asked, which keys there are and why, and which may come. */
    public synchronized KeyReport report() {
        grower.drain();
        return reports.of(mode, grower, history.events());
    }

    /** The last keys that came and went, the latest last. */
    public synchronized List<KeyEvent> history() {
        return history.events();
    }

    /** From now on keys grow so; by the clock, as far apart as the settings said. */
    public synchronized void mode(GrowthMode when) {
        if (mode == GrowthMode.OFF && when != GrowthMode.OFF) {
            grower.lookAgain();
        }
        mode = when;
        growthClock.restart(clock.nanoTime());
    }

    /** By the clock from now on, this far apart at last. */
    public synchronized void every(Duration period) {
        growthClock.every(period.toNanos(), clock.nanoTime());
        mode = GrowthMode.BY_CLOCK;
    }

    /** Builds and drops at once what the advisor would, in any mode; returns when it has been told, not when it is done. */
    public synchronized void now() {
        grower.drain();
        grower.wantNow();
    }

    /** Whether keys are being built, or are to be built at once. */
    public synchronized boolean isUnderWay() {
        return step != null || grower.isWanting();
    }

    /**
     * Keeps the key, whatever is asked; builds it if it is not there.
     *
     * @param key as lists of keys print it: {@code state.zip hot}, {@code state bitmap}; without a word behind it a cold one
     * @throws BadValueException if there is no such table, or it lacks a field
     */
    public void pin(String table, String key) {
        final KeyCandidate wanted = KeyCandidate.parse(key);
        if (!tables.pin(table, wanted, true)) {
            tables.putKey(table, KeyEntries.pinned(KeyEntries.grown(wanted), true));
        }
    }

    /**
     * Never builds the key by itself, in no tier; drops it if it has grown. One that was declared stays.
     *
     * @param key as {@code state.zip}, or {@code state bitmap}
     * @throws BadValueException if there is no such table
     */
    public void forbid(String table, String key) {
        final KeyCandidate unwanted = KeyCandidate.parse(key);
        unwanted.spec().indexes(tables.schema(table));
        synchronized (this) {
            wishes.forbid(table, unwanted);
        }
    }

    /** Takes back what was said of the key: it may come and go as it pays. Answers whether anything had been said. */
    public boolean release(String table, String key) {
        final KeyCandidate said = KeyCandidate.parse(key);
        final boolean wasPinned = tables.pin(table, said, false);
        synchronized (this) {
            return wishes.allow(table, said) || wasPinned;
        }
    }

    /** For the keys of all tables; 0: half of what their rows take. */
    public synchronized void budgetBytes(long bytes) {
        requireBudget(bytes);
        wishes.budgetBytes(bytes);
        grower.lookAgain();
    }

    /** For the keys of one table, out of what there is for all. */
    public synchronized void budgetBytes(String table, long bytes) {
        requireBudget(bytes);
        tables.schema(table);
        wishes.budgetBytes(table, bytes);
        grower.lookAgain();
    }

    /** So many keys of all tables at most. */
    public synchronized void maxKeys(int keys) {
        requireBudget(keys);
        wishes.maxKeys(keys);
        grower.lookAgain();
    }

    /** So many keys of one table at most. */
    public synchronized void maxKeys(String table, int keys) {
        requireBudget(keys);
        tables.schema(table);
        wishes.maxKeys(table, keys);
        grower.lookAgain();
    }

    private static void requireBudget(long amount) {
        if (amount < 0) {
            throw new BadValueException("a budget is 0 or more, not " + amount);
        }
    }

    /**
     * One turn by the caller's thread: takes what was asked since the last, and builds at once what is due, all of it. The same queries
     * and turns yield the same keys.
     *
     * @return how many changes of keys were made
     * @throws IllegalStateException if keys grow on a thread of their own
     */
    public int turn() {
        if (!isByHand) {
            throw new IllegalStateException(
                    "keys grow on a thread of their own here; with GrowthSettings.byHand() they grow by turns");
        }
        int changeCount = 0;
        do {
            changeCount += doWork() > 0 && step == null ? 1 : 0;
        } while (step != null);
        return changeCount;
    }

    /** Goes on with what is remembered, and remembers from now on. Before anything grows. */
    synchronized void remember(GrowthMemory known) {
        known.restore();
        memory = known;
        nextSaveNs = clock.nanoTime() + SAVE_NS;
    }

    /** Remembers for the last time; when nothing grows any more. */
    synchronized void close() {
        if (memory != null) {
            grower.drain();
            memory.save();
            memory.close();
            memory = null;
        }
    }

    /** A build under way ends at its next look, and nothing is begun any more; from any thread. */
    void stop() {
        isStopped = true;
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
        final KeyCandidate built = made.built();
        if (ending.failure() != null) {
            grower.onFailed(made);
            note(made, "failed", built == null ? made.leaving().get(0) : built, ending.failure());
            return 1;
        }
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
        if (memory != null && nowNs - nextSaveNs >= 0) {
            nextSaveNs = nowNs + SAVE_NS;
            memory.save();
        }
        int workCount = grower.drain();
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

    /** @param failure null if all went well */
    private record Ending(@Nullable String failure) {}

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
