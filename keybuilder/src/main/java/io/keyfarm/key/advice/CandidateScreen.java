package io.keyfarm.key.advice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Of many orders the few that a choice may need, by what they roughly save.
 *
 * <pre>
 *   round 1   the greedy choice, until each shape is about as cheap as it gets     state.make   zip   …
 *   round 2   the same without those                                               make.state   zip.city   …
 * </pre>
 *
 * An order that saves for no shape more than one taken before waits until there are no others: sorted keys are of one size.
 * So what serves many shapes comes first, then what serves single ones best, then what could stand in for them.
 */
final class CandidateScreen {
    /** Roughly the same. */
    private static final double ALIKE = 1.02;
    /** A round ends where an order saves less than this part of what all cost. */
    private static final double LITTLE = 1e-5;

    private final double[][] costs;
    private final double[] weights;
    private final double scan;
    private final boolean[] isOut;
    private final List<Integer> taken = new ArrayList<>();

    /**
     * @param costs by order and shape
     * @param weights by shape
     * @param scan what a shape costs without
     */
    CandidateScreen(double[][] costs, double[] weights, double scan) {
        this.costs = costs;
        this.weights = weights;
        this.scan = scan;
        isOut = new boolean[costs.length];
    }

    /** The indexes of up to so many orders, in the order of their worth. */
    List<Integer> take(int most) {
        final double little = Arrays.stream(weights).sum() * scan * LITTLE;
        final double[] best = new double[weights.length];
        boolean isNewRound = true;
        while (taken.size() < most) {
            if (isNewRound) {
                Arrays.fill(best, scan);
            }
            final int next = mostSaving(best);
            if (next < 0 || saving(next, best) <= (isNewRound ? 0 : little)) {
                if (isNewRound && !letInAlike()) {
                    break;
                }
                isNewRound = true;
                continue;
            }
            isNewRound = false;
            taken.add(next);
            for (int shape = 0; shape < best.length; shape++) {
                best[shape] = Math.min(best[shape], costs[next][shape]);
            }
            putOutAlike(next);
        }
        return taken;
    }

    private int mostSaving(double[] best) {
        int leader = -1;
        double most = 0;
        for (int order = 0; order < costs.length; order++) {
            final double saving = isOut[order] ? 0 : saving(order, best);
            if (saving > most) {
                leader = order;
                most = saving;
            }
        }
        return leader;
    }

    private double saving(int order, double[] best) {
        double saving = 0;
        for (int shape = 0; shape < best.length; shape++) {
            saving += weights[shape] * Math.max(0, best[shape] - costs[order][shape]);
        }
        return saving;
    }

    /** Rough costs may err about what is alike. */
    private boolean letInAlike() {
        boolean isAny = false;
        for (int order = 0; order < isOut.length; order++) {
            final boolean wasOut = isOut[order];
            isOut[order] = taken.contains(order);
            isAny |= wasOut && !isOut[order];
        }
        return isAny;
    }

    private void putOutAlike(int chosen) {
        for (int order = 0; order < costs.length; order++) {
            isOut[order] |= order == chosen || isAlike(chosen, order);
        }
    }

    private boolean isAlike(int chosen, int order) {
        for (int shape = 0; shape < weights.length; shape++) {
            if (costs[chosen][shape] > costs[order][shape] * ALIKE) {
                return false;
            }
        }
        return true;
    }
}
