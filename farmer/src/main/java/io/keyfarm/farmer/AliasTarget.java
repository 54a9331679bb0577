package io.keyfarm.farmer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one name points, and where it pointed before. Read by any thread without a lock; changed under the registry's.
 *
 * <pre>
 *   repoint to C     now B   before A, …      ─►   now C   before B, A, …     the last {@value #HISTORY} of them
 *   roll back        now C   before B, A, …   ─►   now B   before A, …
 * </pre>
 */
final class AliasTarget {
    static final int HISTORY = 16;

    final RunCounters counters = new RunCounters();
    private volatile State state;

    private record State(@Nullable Alias now, List<Alias> before) {}

    AliasTarget(Alias first) {
        state = new State(first, List.of());
    }

    /** Null: the name is gone, and whoever holds this looks it up again. */
    @Nullable
    Alias now() {
        return state.now();
    }

    /** The latest first. */
    List<Alias> before() {
        return state.before();
    }

    void repoint(Alias next) {
        final Alias now = state.now();
        if (next.equals(now)) {
            return;
        }
        final List<Alias> before = new ArrayList<>(state.before());
        if (now != null) {
            before.add(0, now);
        }
        state = new State(next, List.copyOf(before.subList(0, Math.min(before.size(), HISTORY))));
    }

    /** Makes the latest of {@link #before} what the name means. */
    Alias rollBack() {
        final List<Alias> before = state.before();
        final Alias now = before.get(0);
        state = new State(now, before.subList(1, before.size()));
        return now;
    }

    void remove() {
        state = new State(null, List.of());
    }
}
