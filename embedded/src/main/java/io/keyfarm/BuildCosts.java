package io.keyfarm;

import io.keyfarm.key.advice.KeyCandidate;
import java.util.EnumMap;
import java.util.Map;

/** What building a key costs, in nanoseconds: so much a row for each kind, learnt from the builds that were. */
final class BuildCosts {
    private static final double SORTED_ROW_NS = 60;
    private static final double OTHER_ROW_NS = 12;
    /** Of what is known, so much gives way to the latest build. */
    private static final double LEARNING = 0.3;

    private static final double FACTOR = 10;

    private final Map<KeyCandidate.Kind, Double> rowNs = new EnumMap<>(KeyCandidate.Kind.class);

    double ns(KeyCandidate key, long rows) {
        return rows * rowNs(key.kind());
    }

    double sortedNs(long rows) {
        return rows * rowNs(KeyCandidate.Kind.HOT);
    }

    private double rowNs(KeyCandidate.Kind kind) {
        return rowNs.getOrDefault(kind, typical(kind));
    }

    private static double typical(KeyCandidate.Kind kind) {
        return kind == KeyCandidate.Kind.COLD || kind == KeyCandidate.Kind.HOT ? SORTED_ROW_NS : OTHER_ROW_NS;
    }

    /** A build took so long; what cannot be, as on a machine that stood still, is taken for the nearest that can. */
    void onBuilt(KeyCandidate key, long rows, double ns) {
        final double typical = typical(key.kind());
        final double took = Math.min(typical * FACTOR, Math.max(typical / FACTOR, ns / Math.max(1, rows)));
        rowNs.put(key.kind(), rowNs(key.kind()) * (1 - LEARNING) + took * LEARNING);
    }
}
