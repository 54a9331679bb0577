package io.keyfarm.key.advice;

import java.util.Arrays;

/**
 * The best keys there are, by branch and bound over {@link SavingBound}, depth first, without recursion.
 *
 * <p>At each branch the prices of its parent are bettered by a few steps. A key whose other state alone would bring the bound
 * below the best choice known is fixed in its state; of those left the one that earns most is put in, and later out.
 */
final class ExactChoice {
    private static final int STEPS = 30;
    /** Differences below this part are roundings. */
    private static final double CLOSE = 1e-9;

    private final SavingBound bound;
    private final Selection best;
    private final Selection trial;
    private final GreedyFill fill;

    /** By depth: the states and prices a branch began with, and the key it will put out. */
    private byte[][] states;

    private double[][] prices;
    private double[] bounds;
    private int depth;

    /** @param best a choice to better, in place */
    ExactChoice(WorkloadCost costs, KeyBudget budget, byte[] states, Selection best) {
        this.best = best;
        bound = new SavingBound(costs, budget);
        trial = new Selection(costs);
        fill = new GreedyFill(costs, budget);
        final double[] first = new double[costs.queryCount()];
        Arrays.setAll(first, best::saved);
        final byte[] open = states.clone();
        Dominance.putOut(costs, open);
        this.states = new byte[][] {open};
        prices = new double[][] {first};
        bounds = new double[] {Double.POSITIVE_INFINITY};
        depth = 1;
    }

    /** Answers what no choice exceeds: what the best saves, if there were branches enough. */
    double search(int maxNodes) {
        int nodes = 0;
        while (depth > 0) {
            if (nodes++ == maxNodes) {
                double open = best.saved();
                for (int i = 0; i < depth; i++) {
                    open = Math.max(open, bounds[i]);
                }
                return open;
            }
            depth--;
            visit(states[depth], prices[depth], bounds[depth], nodes == 1 ? 8 * STEPS : STEPS);
        }
        return best.saved();
    }

    private void visit(byte[] state, double[] price, double parent, int steps) {
        if (isClosed(parent)) {
            return;
        }
        final double here = bound.tighten(price, state, steps, least -> {
            tryShares(state);
            return best.saved();
        });
        // The bound of the prices that were best, and with it the regrets.
        bound.evaluate(price, state);
        if (isClosed(here)) {
            return;
        }
        int leader = -1;
        for (int key = 0; key < state.length; key++) {
            if (state[key] != SavingBound.FREE) {
                continue;
            }
            if (isClosed(here - bound.regret(key))) {
                state[key] = bound.wants(key) ? SavingBound.IN : SavingBound.OUT;
            } else if (leader < 0 || bound.earning(key) > bound.earning(leader)) {
                leader = key;
            }
        }
        if (leader < 0) {
            tryIn(state);
            return;
        }
        push(state, price, here, leader, SavingBound.OUT);
        push(state, price, here, leader, SavingBound.IN);
    }

    private boolean isClosed(double most) {
        return most <= best.saved() * (1 + CLOSE);
    }

    private void push(byte[] state, double[] price, double most, int key, byte to) {
        if (depth == states.length) {
            states = Arrays.copyOf(states, depth * 2);
            prices = Arrays.copyOf(prices, depth * 2);
            bounds = Arrays.copyOf(bounds, depth * 2);
        }
        states[depth] = state.clone();
        states[depth][key] = to;
        prices[depth] = price.clone();
        bounds[depth++] = most;
    }

    private void tryShares(byte[] state) {
        trial.clear();
        for (int key = 0; key < state.length; key++) {
            if (bound.share(key) == 1) {
                trial.add(key);
            }
        }
        keepTrial();
    }

    private void tryIn(byte[] state) {
        trial.clear();
        for (int key = 0; key < state.length; key++) {
            if (state[key] == SavingBound.IN) {
                trial.add(key);
            }
        }
        keepTrial();
    }

    private void keepTrial() {
        if (fill.fits(trial) && trial.saved() > best.saved()) {
            best.copyFrom(trial);
        }
    }
}
