package io.keyfarm.farmer;

import java.util.Locale;

/**
 * What a query's last run took, all channels together.
 *
 * @param path the key the slaves took, as {@code state.zip}, or {@code bitmaps of state & colour}, or
 *     {@code full scan}; what the first channel took where they differ
 * @param seeks searches for a lower bound
 * @param rowsExamined rows read to find those that match
 * @param rowsOut rows handed over so far
 * @param slaveNs the slaves' working time
 */
public record RunReport(String path, long seeks, long rowsExamined, long rowsOut, long slaveNs) {
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "read by %s: %,d seeks, %,d rows examined, %,d rows out, %,.1f µs",
                path,
                seeks,
                rowsExamined,
                rowsOut,
                slaveNs / 1e3);
    }
}
