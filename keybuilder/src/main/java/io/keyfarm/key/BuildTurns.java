package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import java.util.function.IntConsumer;

/**
 * Counts the rows that a build handles, and tells of them in stretches: so that loops over few rows, of which there may be
 * many, need not ask themselves whether it is time.
 *
 * <pre>
 *   loops     3 rows | 40 | 16,384 | 16,384 | 7 | …
 *   told               16,427      | 16,384 | …
 * </pre>
 *
 * One thread.
 */
public final class BuildTurns {
    /** Handled once, these take a fraction of a millisecond. */
    public static final int STRETCH_ROWS = 1 << 14;

    private final IntConsumer pace;
    private int rows;

    /** @param pace is told how many rows were handled since the last time; what it throws ends the build */
    public BuildTurns(IntConsumer pace) {
        this.pace = pace;
    }

    /** Turns that nobody wants. */
    static BuildTurns none() {
        return new BuildTurns(rows -> {});
    }

    /** So many rows more were handled; one that took as long as several counts as so many. */
    public void onRows(int more) {
        rows += more;
        if (rows >= STRETCH_ROWS) {
            tell();
        }
    }

    private void tell() {
        final int told = rows;
        rows = 0;
        pace.accept(told);
    }

    /** Where the stretch ends that begins here: at {@code limit} at the latest. */
    public static int end(int from, int limit) {
        return limit - from <= STRETCH_ROWS ? limit : from + STRETCH_ROWS;
    }

    /** Copies so many things, stretch by stretch. */
    public void copy(long from, long to, int count, int bytesEach) {
        for (int start = 0; start < count; start = end(start, count)) {
            final int rowsNow = end(start, count) - start;
            Memory.copy(from + (long) bytesEach * start, to + (long) bytesEach * start, (long) bytesEach * rowsNow);
            onRows(rowsNow);
        }
    }

    /** The first index from {@code from} on whose long is that of the next; at least {@code to} if there is none before. */
    public static int nextTie(long longs, int from, int to, int count) {
        final int end = Math.min(to, count - 1);
        int i = from;
        while (i < end && Memory.getLong(longs + 8L * i) != Memory.getLong(longs + 8L * (i + 1))) {
            i++;
        }
        return i < end ? i : Math.max(from, to);
    }

    /** The end of the run of longs that are equal to the one at {@code start}; at most {@code limit}. */
    public int runEnd(long longs, int start, int limit) {
        final long it = Memory.getLong(longs + 8L * start);
        int end = start + 1;
        while (end < limit) {
            final int stretch = end(end, limit);
            while (end < stretch && Memory.getLong(longs + 8L * end) == it) {
                end++;
            }
            if (end < stretch) {
                return end;
            }
            onRows(STRETCH_ROWS);
        }
        return end;
    }
}
