package io.keyfarm.key.advice;

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

    public double keyedNs(Estimate estimate) {
        return estimate.seeks() * seekNs + estimate.rows() * keyedRowNs;
    }

    public double scanNs(double rows) {
        return rows * scanRowNs;
    }
}
