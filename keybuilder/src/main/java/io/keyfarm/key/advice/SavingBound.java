package io.keyfarm.key.advice;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * No choice of keys within the budget saves more than this: the certificate's other side.
 *
 * <p>Give each query a price u for being served. Each key then earns, over all queries, what its ways save above u, and the
 * best fractional filling of the budget by earnings, plus all prices, bounds every choice. With the prices that a choice S
 * really pays, this is the submodular bound f(S) + the gains that fit (Nemhauser, Wolsey, Fisher, 1978); prices bettered by
 * subgradient steps (Held and Karp, 1971) come close to the linear program's. The saving of a way of several keys is divided
 * among them, which keeps it a bound: no way is open without all of its keys. Between two, the parts are bettered as well.
 *
 * <pre>
 *   bound = Σ u(q) + λ · bytes + μ · keys + Σ over keys of (earning − λ · key's bytes − μ), where that is above 0
 * </pre>
 *
 * holds for any λ and μ not below 0, so that no rounding of how keys were ranked can make it wrong.
 */
final class SavingBound {
    static final byte FREE = 0;
    static final byte IN = 1;
    static final byte OUT = 2;

    private static final int PATIENCE = 20;
    private static final double TILT = 0.02;
    /** How much of a step's direction the next one keeps. */
    private static final double MOMENTUM = 0.8;
    /** The weight of the last step in a mean over steps. */
    private static final double FRESH = 0.1;

    private final WorkloadCost costs;
    private final KeyBudget budget;
    private final double[] earnings;
    private final double[] densities;
    private final double[] shares;
    /** Over the last steps: between 0 and 1 where the bound takes a key now and then. */
    private final double[] meanShares;

    private final double[] slack;
    /** What a query could save at most: prices move in steps of this size. */
    private final double[] scales;

    /** By way of two keys: the part of its saving that the first key earns, the second the rest. */
    private final double[] firstParts;

    /** Those that are not out for good, and the ways that stay possible. */
    private final int[] keys;

    private final int[] ways;

    private double lambda;
    private double mu;

    /** @param states what is out here stays out */
    SavingBound(WorkloadCost costs, KeyBudget budget, byte[] states) {
        this.costs = costs;
        keys = IntStream.range(0, costs.keyCount())
                .filter(key -> states[key] != OUT)
                .toArray();
        ways = IntStream.range(0, costs.wayCount())
                .filter(way -> isPossible(way, states))
                .toArray();
        this.budget = budget;
        earnings = new double[costs.keyCount()];
        densities = new double[costs.keyCount()];
        shares = new double[costs.keyCount()];
        meanShares = new double[costs.keyCount()];
        slack = new double[costs.queryCount()];
        scales = new double[costs.queryCount()];
        firstParts = new double[costs.wayCount()];
        for (final int way : ways) {
            firstParts[way] = 1.0 / costs.keysOf(way).length;
            final int query = costs.queryOf(way);
            scales[query] = Math.max(scales[query], costs.saving(way));
        }
    }

    /** The same, from where it has come to, but for what is out here for good. */
    SavingBound without(byte[] states) {
        final SavingBound narrowed = new SavingBound(costs, budget, states);
        System.arraycopy(firstParts, 0, narrowed.firstParts, 0, firstParts.length);
        return narrowed;
    }

    /** How much of the key the last evaluation took, 0 to 1. */
    double share(int key) {
        return shares[key];
    }

    double earning(int key) {
        return earnings[key];
    }

    /** How undecided the bound is about the key, in what it earns. */
    double doubt(int key) {
        return Math.min(meanShares[key], 1 - meanShares[key]) * earnings[key];
    }

    /** Whether the key earns more than its bytes and its place cost. */
    boolean wants(int key) {
        return earnings[key] > lambda * costs.bytes(key) + mu;
    }

    /** How far the bound falls if the key does what the last evaluation did not. */
    double regret(int key) {
        return Math.abs(earnings[key] - lambda * costs.bytes(key) - mu);
    }

    /** −∞ if what is in takes more than there is. */
    double evaluate(double[] prices, byte[] states) {
        earn(prices, states);
        double fixed = 0;
        for (final double price : prices) {
            fixed += price;
        }
        long bytes = budget.maxBytes();
        int places = budget.maxKeys();
        for (final int key : keys) {
            shares[key] = states[key] == IN ? 1 : 0;
            if (states[key] == IN) {
                fixed += earnings[key];
                bytes -= costs.bytes(key);
                places--;
            }
        }
        return bytes < 0 || places < 0 ? Double.NEGATIVE_INFINITY : fixed + fill(bytes, places, states);
    }

    private void earn(double[] prices, byte[] states) {
        Arrays.fill(earnings, 0);
        for (final int way : ways) {
            final double above = costs.saving(way) - prices[costs.queryOf(way)];
            if (above > 0 && isPossible(way, states)) {
                final int[] needed = costs.keysOf(way);
                for (int i = 0; i < needed.length; i++) {
                    earnings[needed[i]] += above * part(way, i);
                }
            }
        }
    }

    private double part(int way, int index) {
        return index == 0 || costs.keysOf(way).length > 2 ? firstParts[way] : 1 - firstParts[way];
    }

    private boolean isPossible(int way, byte[] states) {
        for (final int key : costs.keysOf(way)) {
            if (states[key] == OUT) {
                return false;
            }
        }
        return true;
    }

    private double fill(long bytes, int places, byte[] states) {
        for (final int key : keys) {
            densities[key] = states[key] == FREE ? earnings[key] / Math.max(1, costs.bytes(key)) : 0;
        }
        final int[] byDensity = Ranked.descending(densities, densities.length);
        long left = bytes;
        int fitting = 0;
        while (fitting < byDensity.length && costs.bytes(byDensity[fitting]) <= left) {
            left -= costs.bytes(byDensity[fitting++]);
        }
        final double bytePrice = fitting == byDensity.length ? 0 : densities[byDensity[fitting]];
        final double byBytes = above(bytePrice, 0, bytes, places, states);
        for (final int key : keys) {
            densities[key] = states[key] == FREE ? earnings[key] : 0;
        }
        final int[] byEarning = Ranked.descending(densities, densities.length);
        final double keyPrice = byEarning.length <= places ? 0 : densities[byEarning[places]];
        final double byKeys = above(0, keyPrice, bytes, places, states);
        if (byKeys < byBytes) {
            take(byEarning, Math.min(places, byEarning.length));
            lambda = 0;
            mu = keyPrice;
            return byKeys;
        }
        take(byDensity, fitting);
        if (fitting < byDensity.length) {
            shares[byDensity[fitting]] = (double) left / Math.max(1, costs.bytes(byDensity[fitting]));
        }
        lambda = bytePrice;
        mu = 0;
        return byBytes;
    }

    private void take(int[] ranked, int count) {
        for (int i = 0; i < count; i++) {
            shares[ranked[i]] = 1;
        }
    }

    private double above(double bytePrice, double keyPrice, long bytes, int places, byte[] states) {
        double sum = (bytePrice == 0 ? 0 : bytePrice * bytes) + (keyPrice == 0 ? 0 : keyPrice * places);
        for (final int key : keys) {
            if (states[key] == FREE) {
                sum += Math.max(0, earnings[key] - bytePrice * costs.bytes(key) - keyPrice);
            }
        }
        return sum;
    }

    /**
     * Betters the prices in place by Newton's method, and answers their bound.
     *
     * @param first how roughly to begin, in savings
     * @param last how roughly to end
     */
    double smooth(double[] prices, byte[] states, double first, double last) {
        final double before = evaluate(prices, states);
        if (prices.length > SmoothPrices.MOST_QUERIES || before == Double.NEGATIVE_INFINITY || !(last > 0)) {
            return before;
        }
        final double[] parts = firstParts.clone();
        final double[] smoothed = prices.clone();
        new SmoothPrices(costs, budget, states, firstParts).better(smoothed, first, last);
        final double after = evaluate(smoothed, states);
        if (after < before) {
            System.arraycopy(smoothed, 0, prices, 0, prices.length);
            return after;
        }
        System.arraycopy(parts, 0, firstParts, 0, parts.length);
        return evaluate(prices, states);
    }

    /** Is shown what each step took, which is often a good choice in itself. */
    interface OnStep {
        /** Answers what the best choice known saves. */
        double lower(double bound);
    }

    /** Betters the prices in place, leaves the best ones there, and answers their bound. */
    double tighten(double[] prices, byte[] states, int steps, OnStep onStep) {
        final double[] best = prices.clone();
        double bound = evaluate(prices, states);
        double least = bound;
        System.arraycopy(shares, 0, meanShares, 0, shares.length);
        Arrays.fill(slack, 0);
        double pace = 1;
        int idle = 0;
        for (int step = 0; step < steps && bound > Double.NEGATIVE_INFINITY; step++) {
            final double lower = onStep.lower(least);
            if (least <= lower * (1 + 1e-9) || !step(prices, states, pace * Math.max(0, bound - lower))) {
                break;
            }
            bound = evaluate(prices, states);
            for (final int key : keys) {
                meanShares[key] += (shares[key] - meanShares[key]) * FRESH;
            }
            if (bound < least * (1 - 1e-7)) {
                idle = 0;
            } else if (++idle == PATIENCE) {
                pace /= 2;
                idle = 0;
            }
            if (bound < least) {
                least = bound;
                System.arraycopy(prices, 0, best, 0, prices.length);
            }
        }
        System.arraycopy(best, 0, prices, 0, prices.length);
        return least;
    }

    /** Prices of queries served more than once rise, of those not served fall. */
    private boolean step(double[] prices, byte[] states, double distance) {
        for (int query = 0; query < slack.length; query++) {
            slack[query] = 1 + MOMENTUM * slack[query];
        }
        for (final int way : ways) {
            final int query = costs.queryOf(way);
            if (costs.saving(way) > prices[query] && isPossible(way, states)) {
                final int[] needed = costs.keysOf(way);
                double taken = 0;
                for (int i = 0; i < needed.length; i++) {
                    taken += shares[needed[i]] * part(way, i);
                }
                slack[query] -= taken;
                if (needed.length == 2) {
                    // Whoever is taken without the other earns less of what they save together.
                    final double tilt = (shares[needed[0]] - shares[needed[1]]) * TILT;
                    firstParts[way] = Math.min(1, Math.max(0, firstParts[way] - tilt));
                }
            }
        }
        double norm = 0;
        for (int query = 0; query < slack.length; query++) {
            if (slack[query] > 0 && prices[query] == 0) {
                slack[query] = 0;
            }
            final double scaled = slack[query] * scales[query];
            norm += scaled * scaled;
        }
        if (norm == 0) {
            return false;
        }
        for (int query = 0; query < slack.length; query++) {
            final double move = distance / norm * slack[query] * scales[query] * scales[query];
            prices[query] = Math.min(scales[query], Math.max(0, prices[query] - move));
        }
        return true;
    }
}
