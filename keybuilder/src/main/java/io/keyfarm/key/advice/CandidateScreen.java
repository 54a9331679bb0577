package io.keyfarm.key.advice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Of many orders the few that a choice may need, by what they roughly save.
 *
 * <pre>
 *   choices of 1, 2, 3, 4, 6 and 8   greedy and swaps, and what could stand in for each of them
 *   round 1                          the greedy choice, until each shape is about as cheap as it gets
 *   round 2                          the same without those
 * </pre>
 *
 * In the rounds, an order that saves for no shape more than one taken before waits until there are no others: sorted keys are
 * of one size.
 */
final class CandidateScreen {
    /** Roughly the same. */
    private static final double ALIKE = 1.02;
    /** A round ends where an order saves less than this part of what all cost. */
    private static final double LITTLE = 1e-5;

    private static final int[] CHOICES = {1, 2, 3, 4, 6, 8};
    private static final int STAND_INS = 3;
    private static final int MOST_SWAPS = 20;

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

    /** The indexes of up to so many orders. */
    List<Integer> take(int most) {
        for (final int size : CHOICES) {
            takeAround(choice(Math.min(size, most)), most);
        }
        Arrays.fill(isOut, false);
        taken.forEach(this::putOutAlike);
        takeRounds(most);
        return taken;
    }

    private List<Integer> choice(int size) {
        final List<Integer> chosen = new ArrayList<>();
        while (chosen.size() < size) {
            final int next = mostSaving(bestWith(chosen, -1));
            if (next < 0) {
                break;
            }
            chosen.add(next);
        }
        int swaps = 0;
        for (int place = 0; place < chosen.size() && swaps < MOST_SWAPS; place++) {
            final double[] others = bestWith(chosen, place);
            final int better = mostSaving(others);
            if (better >= 0 && saving(better, others) > saving(chosen.get(place), others) * (1 + 1e-9)) {
                chosen.set(place, better);
                place = -1;
                swaps++;
            }
        }
        return chosen;
    }

    private void takeAround(List<Integer> chosen, int most) {
        chosen.forEach(order -> take(order, most));
        for (int place = 0; place < chosen.size(); place++) {
            final double[] others = bestWith(chosen, place);
            Arrays.fill(isOut, false);
            putOutAlike(chosen.get(place));
            for (int i = 0; i < STAND_INS; i++) {
                final int next = mostSaving(others);
                if (next >= 0) {
                    take(next, most);
                    putOutAlike(next);
                }
            }
        }
        Arrays.fill(isOut, false);
    }

    private void take(int order, int most) {
        if (taken.size() < most && !taken.contains(order)) {
            taken.add(order);
        }
    }

    /** By shape: what it costs with these orders but the one at a place. */
    private double[] bestWith(List<Integer> orders, int without) {
        final double[] best = new double[weights.length];
        Arrays.fill(best, scan);
        for (int i = 0; i < orders.size(); i++) {
            for (int shape = 0; shape < best.length && i != without; shape++) {
                best[shape] = Math.min(best[shape], costs[orders.get(i)][shape]);
            }
        }
        return best;
    }

    private void takeRounds(int most) {
        final double little = Arrays.stream(weights).sum() * scan * LITTLE;
        final List<Integer> round = new ArrayList<>();
        while (taken.size() < most) {
            final double[] best = bestWith(round, -1);
            final int next = mostSaving(best);
            if (next >= 0 && saving(next, best) > (round.isEmpty() ? 0 : little)) {
                round.add(next);
                taken.add(next);
                putOutAlike(next);
            } else if (!round.isEmpty()) {
                round.clear();
            } else if (!letInAlike()) {
                break;
            }
        }
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
