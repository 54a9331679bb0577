package io.keyfarm.farmer;

import java.util.Locale;

/**
 * What runs came to that have ended. A run ends behind its last row, when its rows or its query are closed, or when the
 * query runs again.
 *
 * @param runs those that failed among them
 * @param rows handed over; of a query that counts, one
 * @param totalNs from each run's start to its end, the asker's own time between two rows included
 */
public record RunCounts(long runs, long failures, long rows, long totalNs) {
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%,d runs, %,d failed, %,d rows, %,.1f ms", runs, failures, rows, totalNs / 1e6);
    }
}
