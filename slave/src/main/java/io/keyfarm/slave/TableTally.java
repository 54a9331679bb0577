package io.keyfarm.slave;

import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.rows.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions count of one table.
 *
 * <pre>
 *   session a ─► its tally ─┐
 *   session b ─► its tally ─┼─► drain
 *   session c, closed ─► left ─┘      its own is forgotten
 * </pre>
 *
 * Sessions open and count without waiting for who drains; who closes one may wait for that.
 */
final class TableTally {
    private final TableSchema schema;
    private final Tallies all;
    private final SplittableRandom seeds;
    private final List<SessionTally> sessions = new CopyOnWriteArrayList<>();

    /** By those that have closed. */
    private QueryTally left;

    private final Map<Object, UseCount> leftUses = new HashMap<>();

    TableTally(Tallies all, TableSchema schema) {
        this.all = all;
        this.schema = schema;
        seeds = new SplittableRandom(schema.hashCode());
        left = nothing();
    }

    private QueryTally nothing() {
        return new QueryTally(Double.POSITIVE_INFINITY, new SplittableRandom(schema.hashCode()));
    }

    /** For one more session. */
    SessionTally open() {
        final long seed;
        synchronized (seeds) {
            seed = seeds.nextLong();
        }
        final SessionTally fresh = new SessionTally(this, schema, seed);
        sessions.add(fresh);
        return fresh;
    }

    /** By a session that counts no more. */
    synchronized void close(SessionTally tally) {
        if (sessions.remove(tally)) {
            // What an earlier drain had to leave behind, and what was counted since.
            tally.drain(left);
            tally.drain(left);
            tally.uses().forEach(this::keep);
        }
    }

    private void keep(Object key, UseCount use) {
        leftUses.computeIfAbsent(key, it -> new UseCount()).add(use.uses(), use.rows());
    }

    /** Moves all that was counted into the tally, but what a session is about to count. */
    synchronized void drain(QueryTally tally) {
        for (final SessionTally session : sessions) {
            session.drain(tally);
        }
        if (!left.shapes().isEmpty()) {
            tally.merge(left);
            left = nothing();
        }
    }

    synchronized KeyUse use(String name, Object key) {
        long uses = 0;
        long rows = 0;
        for (final SessionTally session : sessions) {
            final UseCount use = session.use(key);
            uses += use == null ? 0 : use.uses();
            rows += use == null ? 0 : use.rows();
        }
        final @Nullable UseCount gone = leftUses.get(key);
        return new KeyUse(name, uses + (gone == null ? 0 : gone.uses()), rows + (gone == null ? 0 : gone.rows()));
    }

    /** The key is gone, and no read is open that took it. */
    synchronized void forget(Object key) {
        leftUses.remove(key);
        for (final SessionTally session : sessions) {
            session.forget(key);
        }
    }

    boolean isOn() {
        return all.isOn();
    }
}
