package io.keyfarm.key.build;

import io.keyfarm.key.BuildTurns;

/**
 * Lets a build take its turns beside queries: it is told of every stretch of work and may hold the build up, or end it.
 *
 * <pre>
 *   build   ──16 Ki rows──┤ onRows ├──16 Ki rows──┤ onRows, waits …        ├──16 Ki rows──
 * </pre>
 *
 * Called on the building thread.
 */
@FunctionalInterface
public interface BuildPace {
    /** A stretch is about so many rows, handled once: a fraction of a millisecond. */
    int STRETCH_ROWS = BuildTurns.STRETCH_ROWS;

    /** As fast as it goes. */
    BuildPace FULL = rows -> {};

    /**
     * So many rows were handled since the last call; a build handles each row several times.
     *
     * @throws BuildCancelledException if the key is not wanted any more; what was built of it is freed
     */
    void onRows(int rows);
}
