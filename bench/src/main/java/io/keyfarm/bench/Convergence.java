package io.keyfarm.bench;

import java.util.Arrays;

/** When what queries cost comes near what they could cost, and whether it stays there. */
final class Convergence {
    private Convergence() {}

    /**
     * After how many queries the next {@code window} together have this share of the best throughput; the number of queries
     * if they never do.
     *
     * @param bestNs what each query would cost at best
     * @param ns what it did cost
     */
    static int queriesTo(double share, double[] bestNs, double[] ns, int window) {
        for (int from = 0; from + window <= ns.length; from++) {
            if (share(bestNs, ns, from, from + window) >= share) {
                return from;
            }
        }
        return ns.length;
    }

    /** The throughput of some queries over the best. */
    static double share(double[] bestNs, double[] ns, int from, int to) {
        final double all = Arrays.stream(ns, from, to).sum();
        return all == 0 ? 1 : Arrays.stream(bestNs, from, to).sum() / all;
    }
}
