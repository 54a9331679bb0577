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

    /** Of keys that are there, so many are tried two at a time. */
    private static final int MAX_GOERS = 12;
    /** Where a choice is among more ways than this, no two keys go at once. */
    private static final int MAX_WIDE_WAYS = 100_000;

    private static final double BETTER = 1 + 1e-9;

    private final WorkloadCost costs;
    private final GreedyFill fill;
    private final boolean[] isPinned;
    private final Selection trial;
    private final Selection without;
    private final BestPair pairs;

    SwapSearch(WorkloadCost costs, GreedyFill fill, boolean[] isPinned) {
        this.costs = costs;
        this.fill = fill;
        this.isPinned = isPinned;
        trial = fill.newSelection();
        without = fill.newSelection();
        pairs = new BestPair(costs, fill);
    }

    void improve(Selection selection) {
        int swaps = 0;
        while (swaps++ < MAX_SWAPS && (dropOne(selection) || addOne(selection))) {
            assert fill.fits(selection);
        }
    }

    /** The same, and where that ends, two go at once: for the two that save most together, or for whatever fits. */
    void improveWidely(Selection selection) {
        improve(selection);
        if (costs.wayCount() <= MAX_WIDE_WAYS) {
            for (int swaps = 0; swaps < MAX_SWAPS && (replaceTwo(selection) || dropTwo(selection)); swaps++) {
                improve(selection);
            }
        }
    }

    private boolean replaceTwo(Selection selection) {
        final int[] goers = goers(selection);
        for (int i = 0; i < goers.length; i++) {
            for (int j = i; j < goers.length; j++) {
                without.copyFrom(selection);
                without.remove(goers[i]);
                if (i < j) {
                    without.remove(goers[j]);
                }
                final int[] pair = pairs.of(without, goers[i], goers[j], selection.saved() * BETTER - without.saved());
                if (pair != null) {
                    trial.copyFrom(without);
                    trial.add(pair[0]);
                    trial.add(pair[1]);
                    fill.fill(trial, Measure.DENSITY, -1);
                    if (takeIfBetter(selection)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean dropTwo(Selection selection) {
        final int[] goers = goers(selection);
        for (final int spared : goers) {
            for (final int other : goers) {
                for (final Measure measure : Measure.values()) {
                    if (spared == other) {
                        continue;
                    }
                    trial.copyFrom(selection);
                    trial.remove(spared);
                    trial.remove(other);
                    fill.fill(trial, measure, spared);
                    if (takeIfBetter(selection)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Those that lose least for the room they make, most of them where there are few. */
    private int[] goers(Selection selection) {
        final double[] bytesPerLoss = new double[costs.keyCount()];
        for (final int key : selection.keys()) {
            bytesPerLoss[key] = isPinned[key]
                    ? 0
                    : Math.max(1, costs.bytes(key)) / Math.max(Double.MIN_NORMAL, selection.loss(key));
        }
        return Ranked.descending(bytesPerLoss, MAX_GOERS);
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
        for (final int comer : comers(selection, MAX_COMERS)) {
            trial.copyFrom(selection);
            if (add(comer)) {
                fill.fill(trial, Measure.DENSITY, -1);
                if (takeIfBetter(selection)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** To the trial; those that lose least make room. False if they cannot. */
    private boolean add(int comer) {
        trial.add(comer);
        while (!fill.fits(trial)) {
            final int goer = cheapest(trial, comer);
            if (goer < 0) {
                return false;
            }
            trial.remove(goer);
        }
        return true;
    }

    private int[] comers(Selection selection, int most) {
        final double[] gains = new double[costs.keyCount()];
        for (int key = 0; key < gains.length; key++) {
            gains[key] = fill.isBanned(key) ? 0 : selection.gain(key);
        }
        return Ranked.descending(gains, most);
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
