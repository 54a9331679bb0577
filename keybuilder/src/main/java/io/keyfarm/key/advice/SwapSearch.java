package io.keyfarm.key.advice;

import io.keyfarm.key.advice.GreedyFill.Measure;

/**
 * Betters a selection by one swap after another: a key goes and the greedy fills what that frees, or a key comes and those
 * that lose least make room. Ends where no swap helps, or after a set number of swaps.
 */
final class SwapSearch {
    private static final int MAX_SWAPS = 200;
    /** Of keys that are not there, so many with the greatest gains are tried. */
    private static final int MAX_COMERS = 128;

    private static final double BETTER = 1 + 1e-9;

    private final WorkloadCost costs;
    private final GreedyFill fill;
    private final boolean[] isPinned;
    private final Selection trial;

    SwapSearch(WorkloadCost costs, GreedyFill fill, boolean[] isPinned) {
        this.costs = costs;
        this.fill = fill;
        this.isPinned = isPinned;
        trial = fill.newSelection();
    }

    void improve(Selection selection) {
        int swaps = 0;
        while (swaps++ < MAX_SWAPS && (dropOne(selection) || addOne(selection))) {
            assert fill.fits(selection);
        }
    }

    private boolean dropOne(Selection selection) {
        for (final int key : selection.keys()) {
            for (final Measure measure : Measure.values()) {
                if (isPinned[key]) {
                    continue;
                }
                trial.copyFrom(selection);
                trial.remove(key);
                fill.fill(trial, measure, key);
                if (takeIfBetter(selection)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean addOne(Selection selection) {
        for (final int comer : comers(selection)) {
            trial.copyFrom(selection);
            trial.add(comer);
            while (!fill.fits(trial)) {
                final int goer = cheapest(trial, comer);
                if (goer < 0) {
                    break;
                }
                trial.remove(goer);
            }
            if (fill.fits(trial)) {
                fill.fill(trial, Measure.DENSITY, -1);
                if (takeIfBetter(selection)) {
                    return true;
                }
            }
        }
        return false;
    }

    private int[] comers(Selection selection) {
        final double[] gains = new double[costs.keyCount()];
        for (int key = 0; key < gains.length; key++) {
            gains[key] = fill.isBanned(key) ? 0 : selection.gain(key);
        }
        return Ranked.descending(gains, MAX_COMERS);
    }

    /** The key whose going loses least for the room it makes, or −1. */
    private int cheapest(Selection selection, int comer) {
        int cheapest = -1;
        double least = Double.POSITIVE_INFINITY;
        for (final int key : selection.keys()) {
            if (key == comer || isPinned[key] || !fill.relieves(selection, key)) {
                continue;
            }
            final double loss = selection.loss(key) / Math.max(1, costs.bytes(key));
            if (loss < least) {
                least = loss;
                cheapest = key;
            }
        }
        return cheapest;
    }

    private boolean takeIfBetter(Selection selection) {
        if (trial.saved() > selection.saved() * BETTER) {
            selection.copyFrom(trial);
            return true;
        }
        return false;
    }
}
