package io.keyfarm.key.advice;

import java.util.Arrays;

/**
 * No choice of keys within the budget saves more than this: the certificate's other side.
 *
 * <p>Give each query a price u for being served. Each key then earns, over all queries, what its ways save above u, and the
 * best fractional filling of the budget by earnings, plus all prices, bounds every choice. With the prices that a choice S
 * really pays, this is the submodular bound f(S) + the gains that fit (Nemhauser, Wolsey, Fisher, 1978); prices bettered by
 * subgradient steps (Held and Karp, 1971) come close to the linear program's. The saving of a way of several keys is divided
 * among them, which keeps it a bound: no way is open without all of its keys.
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

    private static final int PATIENCE = 8;

    private final WorkloadCost costs;
    private final KeyBudget budget;
    private final double[] earnings;
    private final double[] densities;
    private final double[] shares;
    private final double[] slack;
    /** What a query could save at most: prices move in steps of this size. */
    private final double[] scales;

    private double lambda;
    private double mu;

    SavingBound(WorkloadCost costs, KeyBudget budget) {
        this.costs = costs;
        this.budget = budget;
        earnings = new double[costs.keyCount()];
        densities = new double[costs.keyCount()];
        shares = new double[costs.keyCount()];
        slack = new double[costs.queryCount()];
        scales = new double[costs.queryCount()];
        for (int way = 0; way < costs.wayCount(); way++) {
            final int query = costs.queryOf(way);
            scales[query] = Math.max(scales[query], costs.saving(way));
        }
    }

    /** How much of the key the last evaluation took, 0 to 1. */
    double share(int key) {
        return shares[key];
    }

    double earning(int key) {
        return earnings[key];
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
        int keys = budget.maxKeys();
        for (int key = 0; key < states.length; key++) {
            shares[key] = states[key] == IN ? 1 : 0;
            if (states[key] == IN) {
                fixed += earnings[key];
                bytes -= costs.bytes(key);
                keys--;
            }
        }
        return bytes < 0 || keys < 0 ? Double.NEGATIVE_INFINITY : fixed + fill(bytes, keys, states);
    }

    private void earn(double[] prices, byte[] states) {
        Arrays.fill(earnings, 0);
        for (int way = 0; way < costs.wayCount(); way++) {
            final double above = costs.saving(way) - prices[costs.queryOf(way)];
            if (above > 0 && isPossible(way, states)) {
                final int[] keys = costs.keysOf(way);
                for (final int key : keys) {
                    earnings[key] += above / keys.length;
                }
            }
        }
    }

    private boolean isPossible(int way, byte[] states) {
        for (final int key : costs.keysOf(way)) {
            if (states[key] == OUT) {
                return false;
            }
        }
        return true;
    }

    private double fill(long bytes, int keys, byte[] states) {
        for (int key = 0; key < states.length; key++) {
            densities[key] = states[key] == FREE ? earnings[key] / Math.max(1, costs.bytes(key)) : 0;
        }
        final int[] byDensity = Ranked.descending(densities, densities.length);
        long left = bytes;
        int fitting = 0;
        while (fitting < byDensity.length && costs.bytes(byDensity[fitting]) <= left) {
            left -= costs.bytes(byDensity[fitting++]);
        }
        final double bytePrice = fitting == byDensity.length ? 0 : densities[byDensity[fitting]];
        final double byBytes = above(bytePrice, 0, bytes, keys, states);
        for (int key = 0; key < states.length; key++) {
            densities[key] = states[key] == FREE ? earnings[key] : 0;
        }
        final int[] byEarning = Ranked.descending(densities, densities.length);
        final double keyPrice = byEarning.length <= keys ? 0 : densities[byEarning[keys]];
        final double byKeys = above(0, keyPrice, bytes, keys, states);
        if (byKeys < byBytes) {
            take(byEarning, Math.min(keys, byEarning.length));
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

    private double above(double bytePrice, double keyPrice, long bytes, int keys, byte[] states) {
        double sum = (bytePrice == 0 ? 0 : bytePrice * bytes) + (keyPrice == 0 ? 0 : keyPrice * keys);
        for (int key = 0; key < states.length; key++) {
            if (states[key] == FREE) {
                sum += Math.max(0, earnings[key] - bytePrice * costs.bytes(key) - keyPrice);
            }
        }
        return sum;
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
        double pace = 1;
        int idle = 0;
        for (int step = 0; step < steps && bound > Double.NEGATIVE_INFINITY; step++) {
            final double lower = onStep.lower(least);
            if (least <= lower * (1 + 1e-9) || !step(prices, states, pace * Math.max(0, bound - lower))) {
                break;
            }
            bound = evaluate(prices, states);
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
        Arrays.fill(slack, 1);
        for (int way = 0; way < costs.wayCount(); way++) {
            final int query = costs.queryOf(way);
            if (costs.saving(way) > prices[query] && isPossible(way, states)) {
                double taken = 0;
                for (final int key : costs.keysOf(way)) {
                    taken += shares[key];
                }
                slack[query] -= taken / costs.keysOf(way).length;
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
