package io.keyfarm;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The seeds of a random test: the first so many, or the one that {@code -Dkeyfarm.test.seed=N} names. */
final class Seeds {
    private static final @Nullable Long ONLY = Long.getLong("keyfarm.test.seed");

    private Seeds() {}

    /** Whether one seed is replayed, so that what all of them should have met need not come up. */
    static boolean isReplay() {
        return ONLY != null;
    }

    /** What fails says how to replay it. */
    static void each(int runs, LongConsumer run) {
        for (long seed = ONLY == null ? 0 : ONLY; seed < (ONLY == null ? runs : ONLY + 1); seed++) {
            try {
                run.accept(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dkeyfarm.test.seed=" + seed, e);
            }
        }
    }
}
