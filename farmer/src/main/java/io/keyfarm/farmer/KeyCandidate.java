package io.keyfarm.farmer;

import java.util.List;
import java.util.Locale;

/**
 * One way to read a query's rows, as the farmer sees it beforehand.
 *
 * @param name the key, as {@code state.zip}, or {@code bitmaps of state & colour}, or {@code full scan}
 * @param hint what a packet says to name it
 * @param seeks expected number of seeks, on one channel
 * @param rows expected number of rows to be read, on one channel
 * @param costNs expected time, on one channel
 */
public record KeyCandidate(String name, int hint, double seeks, double rows, double costNs) {
    /** The fields that it narrows by. */
    List<String> fields() {
        return List.of(name.replaceFirst("^bitmaps? of ", "").split("\\.| & "));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%-40s %,12.0f seeks %,14.0f rows %,14.3f ms", name, seeks, rows, costNs / 1e6);
    }
}
