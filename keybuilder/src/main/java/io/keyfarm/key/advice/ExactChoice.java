package io.keyfarm.key.advice;

import java.util.PriorityQueue;

/**
 * The best keys there are, by branch and bound over {@link SavingBound}, the branch that may save most first.
 *
 * <p>At each branch the prices of its parent are bettered by a few steps. A key whose other state alone would bring the bound
 * below the best choice known is fixed in its state; of those left the one that earns most is put in, and later out.
 */
final class ExactChoice {
    private record Branch(byte[] states, double[] prices, double most, int number) {}

    private static final int STEPS = 30;
    /** Differences below this part are roundings. */
    private static final double CLOSE = 1e-9;

    /** Begun anew behind the root, without what that puts out. */
    private SavingBound bound;

    private final Selection best;
    private final Selection trial;
    private final GreedyFill fill;

    /** The one that may save most first, so that what is open falls with every branch. */
    private final PriorityQueue<Branch> branches =
            new PriorityQueue<>((a, b) -> a.most != b.most ? Double.compare(b.most, a.most) : a.number - b.number);

    private int made;
    private boolean isRoot = true;

    /**
     * @param bound as it was bettered
     * @param prices that it was bettered with
     * @param states without the keys that others replace
     * @param best a choice to better, in place
     */
    ExactChoice(
            WorkloadCost costs, KeyBudget budget, SavingBound bound, double[] prices, byte[] states, Selection best) {
        this.best = best;
        this.bound = bound;
        fill = new GreedyFill(costs, budget);
        trial = fill.newSelection();
        branches.add(new Branch(states.clone(), prices.clone(), Double.POSITIVE_INFINITY, made++));
    }

    /** Answers what no choice exceeds: what the best saves, if there were branches enough. */
    double search(int maxNodes) {
        for (int nodes = 0; nodes < maxNodes && !branches.isEmpty(); nodes++) {
            final Branch branch = branches.remove();
            visit(branch.states, branch.prices, branch.most, STEPS);
        }
        return branches.isEmpty() ? best.saved() : Math.max(best.saved(), branches.element().most);
    }

    private void visit(byte[] state, double[] price, double parent, int steps) {
        if (isClosed(parent) || !putOutWhatNoTableTakes(state)) {
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
        tryFilled();
        int leader = -1;
        for (int key = 0; key < state.length; key++) {
            if (state[key] != SavingBound.FREE) {
                continue;
            }
            if (isClosed(here - bound.regret(key))) {
                state[key] = bound.wants(key) ? SavingBound.IN : SavingBound.OUT;
            } else if (leader < 0 || bound.doubt(key) > bound.doubt(leader)) {
                leader = key;
            }
        }
        if (leader < 0) {
            tryIn(state);
            return;
        }
        if (isRoot) {
            bound = bound.without(state);
            isRoot = false;
        }
        push(state, price, here, leader, SavingBound.OUT);
        push(state, price, here, leader, SavingBound.IN);
    }

    /** False if a table is over its limit already: the bound knows only of the limits of all together. */
    private boolean putOutWhatNoTableTakes(byte[] state) {
        trial.clear();
        for (int key = 0; key < state.length; key++) {
            if (state[key] == SavingBound.IN) {
                trial.add(key);
            }
        }
        for (int key = 0; key < state.length; key++) {
            if (state[key] == SavingBound.FREE && !trial.isWithinTables(key)) {
                state[key] = SavingBound.OUT;
            }
        }
        return trial.isWithinTables();
    }

    private boolean isClosed(double most) {
        return most <= best.saved() * (1 + CLOSE);
    }

    private void push(byte[] state, double[] price, double most, int key, byte to) {
        final byte[] states = state.clone();
        states[key] = to;
        branches.add(new Branch(states, price.clone(), most, made++));
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

    /** What the bound takes, and in what room that leaves what saves most for its bytes. */
    private void tryFilled() {
        trial.clear();
        for (int key = 0; key < trial.costs.keyCount(); key++) {
            if (bound.share(key) == 1) {
                trial.add(key);
            }
        }
        if (fill.fits(trial)) {
            fill.fill(trial, GreedyFill.Measure.DENSITY, -1);
            keepTrial();
        }
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
