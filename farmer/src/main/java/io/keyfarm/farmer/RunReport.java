package io.keyfarm.farmer;

import java.util.Locale;

/**
 * What a query's last run took, all channels together.
 *
 * @param path the key the slaves took, as {@code state.zip}, or {@code bitmaps of state & colour}, or
 *     {@code column of price}, or {@code full scan}; what the first channel took where they differ
 * @param seeks searches for a lower bound
 * @param rowsExamined rows read to find those that match
 * @param rowsOut rows handed over so far
 * @param slaveNs the slaves' working time
 * @param asked how many reads channels were asked for: one of each channel, and as many again whenever a join that passes
 *     over rows asks anew; of the lookups of a join, for each left row as many as channels were asked for its rows
 */
public record RunReport(String path, long seeks, long rowsExamined, long rowsOut, long slaveNs, long asked) {
    RunReport(String path, long seeks, long rowsExamined, long rowsOut, long slaveNs) {
        this(path, seeks, rowsExamined, rowsOut, slaveNs, 0);
    }

    RunReport withAsked(long reads) {
        return new RunReport(path, seeks, rowsExamined, rowsOut, slaveNs, reads);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "read by %s: %,d seeks, %,d rows examined, %,d rows out, %,.1f µs%s",
                path,
                seeks,
                rowsExamined,
                rowsOut,
                slaveNs / 1e3,
                asked <= 1 ? "" : String.format(Locale.ROOT, ", %,d reads", asked));
    }
}
