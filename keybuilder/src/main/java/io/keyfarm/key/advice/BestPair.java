package io.keyfarm.key.advice;

import org.jspecify.annotations.Nullable;

/**
 * The two keys that together save most beside those that are there, of all pairs among those that save most alone.
 *
 * <pre>
 *   alone    a 9   b 7   c 6                     a is what a greedy choice begins with
 *   both     a b 11   a c 10   b c 13            what b and c save, they save for different queries
 * </pre>
 *
 * No pair saves more than both alone do, so few of them are added up.
 */
final class BestPair {
    private static final int MOST_COMERS = 96;
    /** Comers times queries: what is looked at takes no more memory. */
    private static final int MOST_GAINS = 1 << 20;

    private final GreedyFill fill;
    private final double[][] gains;
    private final double[] sums;

    BestPair(WorkloadCost costs, GreedyFill fill) {
        this.fill = fill;
        gains = new double[Math.min(MOST_COMERS, MOST_GAINS / Math.max(1, costs.queryCount()))][costs.queryCount()];
        sums = new double[costs.keyCount()];
    }

    /**
     * @param spared a key that does not come, nor does the other
     * @param least what they must save beyond
     * @return two keys that fit, or null if none save so much
     */
    int @Nullable [] of(Selection selection, int spared, int other, double least) {
        for (int key = 0; key < sums.length; key++) {
            sums[key] = fill.isBanned(key) ? 0 : selection.gain(key);
        }
        sums[spared] = 0;
        sums[other] = 0;
        final int[] comers = Ranked.descending(sums, gains.length);
        for (int i = 0; i < comers.length; i++) {
            selection.gains(comers[i], gains[i]);
        }
        int[] best = null;
        double most = least;
        for (int i = 0; i < comers.length && 2 * sums[comers[i]] > most; i++) {
            for (int j = i + 1; j < comers.length && sums[comers[i]] + sums[comers[j]] > most; j++) {
                final double both = both(gains[i], gains[j]);
                if (both > most && fill.hasRoomFor(selection, comers[i], comers[j])) {
                    most = both;
                    best = new int[] {comers[i], comers[j]};
                }
            }
        }
        return best;
    }

    private static double both(double[] one, double[] other) {
        double both = 0;
        for (int query = 0; query < one.length; query++) {
            both += Math.max(one[query], other[query]);
        }
        return both;
    }
}
