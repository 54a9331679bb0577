package io.keyfarm;

import io.keyfarm.key.advice.KeyCandidate;

/** What building a key costs, in nanoseconds: so much a row for each kind as measured on a few million rows. */
final class BuildCosts {
    private static final double SORTED_ROW_NS = 30;
    private static final double OTHER_ROW_NS = 12;

    private BuildCosts() {}

    static double ns(KeyCandidate key, long rows) {
        return rows * rowNs(key.kind());
    }

    static double sortedNs(long rows) {
        return rows * rowNs(KeyCandidate.Kind.HOT);
    }

    private static double rowNs(KeyCandidate.Kind kind) {
        return kind == KeyCandidate.Kind.COLD || kind == KeyCandidate.Kind.HOT ? SORTED_ROW_NS : OTHER_ROW_NS;
    }
}
