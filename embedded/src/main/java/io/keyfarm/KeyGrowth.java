package io.keyfarm;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.rows.BadValueException;
import java.time.Duration;
import java.util.List;

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
    private final GrowthCycle cycle;
    private final Grower grower;
    private final KeyWishes wishes;
    private final KeyHistory history;
    private final KeyReports reports;
    private final Tables tables;

    KeyGrowth(
            GrowthCycle cycle, Grower grower, KeyWishes wishes, KeyHistory history, KeyReports reports, Tables tables) {
        this.cycle = cycle;
        this.grower = grower;
        this.wishes = wishes;
        this.history = history;
        this.reports = reports;
        this.tables = tables;
    }

    /** What was asked, which keys there are and why, and which may come. */
    public KeyReport report() {
        synchronized (cycle) {
            cycle.restore();
            grower.drain();
            return reports.of(cycle.mode(), grower, history.events());
        }
    }

    /** The last keys that came and went, the latest last. */
    public List<KeyEvent> history() {
        synchronized (cycle) {
            cycle.restore();
            return history.events();
        }
    }

    /** From now on keys grow so; by the clock, as far apart as the settings said. */
    public void mode(GrowthMode when) {
        cycle.mode(when);
    }

    /** By the clock from now on, this far apart at last. */
    public void every(Duration period) {
        cycle.every(period);
    }

    /** Builds and drops at once what the advisor would, in any mode; returns when it has been told, not when it is done. */
    public void now() {
        synchronized (cycle) {
            cycle.restore();
            grower.drain();
            grower.wantNow();
        }
    }

    /** Whether keys are being built, or are to be built at once. */
    public boolean isUnderWay() {
        return cycle.isUnderWay();
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
        wish(() -> wishes.forbid(table, unwanted));
    }

    /** Takes back what was said of the key: it may come and go as it pays. Answers whether anything had been said. */
    public boolean release(String table, String key) {
        final KeyCandidate said = KeyCandidate.parse(key);
        final boolean wasPinned = tables.pin(table, said, false);
        synchronized (cycle) {
            cycle.restore();
            cycle.onNews();
            return wishes.allow(table, said) || wasPinned;
        }
    }

    /** For the keys of all tables; 0: half of what their rows take. */
    public void budgetBytes(long bytes) {
        requireBudget(bytes);
        wish(() -> wishes.budgetBytes(bytes));
    }

    /** For the keys of one table, out of what there is for all. */
    public void budgetBytes(String table, long bytes) {
        requireBudget(bytes);
        tables.schema(table);
        wish(() -> wishes.budgetBytes(table, bytes));
    }

    /** So many keys of all tables at most. */
    public void maxKeys(int keys) {
        requireBudget(keys);
        wish(() -> wishes.maxKeys(keys));
    }

    /** So many keys of one table at most. */
    public void maxKeys(String table, int keys) {
        requireBudget(keys);
        tables.schema(table);
        wish(() -> wishes.maxKeys(table, keys));
    }

    private void wish(Runnable wish) {
        synchronized (cycle) {
            cycle.restore();
            wish.run();
            cycle.onNews();
            grower.lookAgain();
        }
    }

    private static void requireBudget(long amount) {
        if (amount < 0) {
            throw new BadValueException("a budget is 0 or more, not " + amount);
        }
    }

    /**
     * One turn by the caller's thread: takes what was asked since the last, and if a change is due builds it at once, all of it. The
     * same queries and turns yield the same keys.
     *
     * @return how many changes of keys were made
     * @throws IllegalStateException if keys grow on a thread of their own
     */
    public int turn() {
        if (!cycle.isByHand()) {
            throw new IllegalStateException(
                    "keys grow on a thread of their own here; with GrowthSettings.byHand() they grow by turns");
        }
        final long before = cycle.stepCount();
        do {
            cycle.doWork();
        } while (cycle.isInStep());
        return (int) (cycle.stepCount() - before);
    }
}
