package io.keyfarm.key.advice;

import io.keyfarm.key.KeyTier;

/**
 * What the elementary steps cost, in nanoseconds.
 *
 * @param seekNs one search for a lower bound in a cold key
 * @param hotSeekNs the same in a hot key
 * @param keyedRowNs one row found through a key and touched
 * @param scanRowNs one row looked at by a full scan
 * @param codeNs one code looked at on a walk through a hot key
 */
public record CostModel(double seekNs, double hotSeekNs, double keyedRowNs, double scanRowNs, double codeNs) {
    /**
     * A code that a walk looks at costs {@link #codeNs} where it is passed over with its neighbours, and over ten times as
     * much where it is another group, after which the walk must find what to look for next. Counters do not tell them apart:
     * so many times is between.
     */
    private static final double CODE_STEPS = 4;

    public CostModel {
        if (!(seekNs > 0 && hotSeekNs > 0 && keyedRowNs > 0 && scanRowNs > 0 && codeNs > 0)) {
            throw new IllegalArgumentException("a cost is above zero, but not all of these are: seek " + seekNs
                    + ", hot seek " + hotSeekNs + ", keyed row " + keyedRowNs + ", scanned row " + scanRowNs + ", code "
                    + codeNs);
        }
    }

    /** As measured on a server of 2024 with a few million rows of 48 bytes. */
    public static CostModel typical() {
        return new CostModel(400, 250, 12, 2, 1);
    }

    /** One search for a lower bound in a key of this tier. */
    public double seekNs(KeyTier tier) {
        return tier == KeyTier.HOT ? hotSeekNs : seekNs;
    }

    /** One look at an entry on a walk through a key of this tier; a cold one's codes are in the rows. */
    public double stepNs(KeyTier tier) {
        return tier == KeyTier.HOT ? CODE_STEPS * codeNs : keyedRowNs;
    }

    /** Reading through a cold key. */
    public double keyedNs(Estimate estimate) {
        return keyedNs(estimate, KeyTier.COLD);
    }

    /** Reading through a key of this tier. Codes of a cold one are in the rows, and most of those are rows that it leads to. */
    public double keyedNs(Estimate estimate, KeyTier tier) {
        final double seeksNs = estimate.seeks() * seekNs(tier);
        return tier == KeyTier.HOT
                ? seeksNs + estimate.examined() * stepNs(tier) + estimate.rows() * keyedRowNs
                : seeksNs + Math.max(estimate.rows(), estimate.examined()) * keyedRowNs;
    }

    public double scanNs(double rows) {
        return rows * scanRowNs;
    }
}
