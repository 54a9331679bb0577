package io.keyfarm.key.advice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Adds what saves most until nothing more fits: the lazy greedy of Minoux (1978). What a key would save only falls as others
 * come, so a key that still leads after it was looked at anew is the best one, and the others need no look.
 *
 * <p>That is not so of keys which help only together. Such a group is a move of its own, and when one of its keys has come,
 * the others are looked at anew.
 */
final class GreedyFill {
    /** By what a move saves, or by what it saves for each byte. */
    enum Measure {
        SAVING,
        DENSITY
    }

    private record Offer(double worth, int move) {}

    private final WorkloadCost costs;
    private final KeyBudget budget;
    /** First each key alone, then the groups. */
    private final int[][] moves;
    /** By key: the moves to look at anew once it is there. */
    private final List<List<Integer>> awakened = new ArrayList<>();

    private final boolean[] isBanned;
    private final TableLimits limits;

    GreedyFill(WorkloadCost costs, KeyBudget budget) {
        this.costs = costs;
        this.budget = budget;
        isBanned = new boolean[costs.keyCount()];
        limits = new TableLimits(costs, budget);
        final Map<String, int[]> groups = new LinkedHashMap<>();
        for (int key = 0; key < isBanned.length; key++) {
            isBanned[key] =
                    budget.isForbidden(costs.key(key)) || !limits.admits(limits.tableOf(key), costs.bytes(key), 1);
            awakened.add(new ArrayList<>());
        }
        for (int way = 0; way < costs.wayCount(); way++) {
            if (costs.keysOf(way).length > 1) {
                groups.putIfAbsent(Arrays.toString(costs.keysOf(way)), costs.keysOf(way));
            }
        }
        moves = new int[isBanned.length + groups.size()][];
        Arrays.setAll(moves, key -> new int[] {key});
        int at = isBanned.length;
        for (final int[] group : groups.values()) {
            for (final int key : group) {
                awakened.get(key).add(at);
                for (final int other : group) {
                    awakened.get(key).add(other);
                }
            }
            moves[at++] = group;
        }
    }

    boolean isBanned(int key) {
        return isBanned[key];
    }

    Selection newSelection() {
        return new Selection(costs, limits);
    }

    TableLimits limits() {
        return limits;
    }

    boolean fits(Selection selection) {
        return budget.admits(selection);
    }

    /** Whether both may come, none of which is there. */
    boolean hasRoomFor(Selection selection, int key, int other) {
        return costs.bytes(key) + costs.bytes(other) <= budget.maxBytes() - selection.bytes()
                && selection.count() + 2 <= budget.maxKeys()
                && selection.isWithinTables(key, other);
    }

    boolean relieves(Selection selection, int key) {
        return budget.isRelievedBy(selection, key);
    }

    /** @param spared a key that does not come, or −1 */
    void fill(Selection selection, Measure measure, int spared) {
        final PriorityQueue<Offer> offers =
                new PriorityQueue<>((a, b) -> a.worth != b.worth ? Double.compare(b.worth, a.worth) : a.move - b.move);
        for (int move = 0; move < moves.length; move++) {
            offer(offers, selection, move, measure, spared);
        }
        while (!offers.isEmpty()) {
            final Offer first = offers.remove();
            final double worth = worth(selection, first.move, measure, spared);
            if (worth <= 0) {
                continue;
            }
            final Offer next = offers.peek();
            if (next != null && worth < next.worth) {
                offers.add(new Offer(worth, first.move));
                continue;
            }
            for (final int key : moves[first.move]) {
                selection.add(key);
            }
            for (final int key : moves[first.move]) {
                for (final int move : awakened.get(key)) {
                    offer(offers, selection, move, measure, spared);
                }
            }
        }
    }

    private void offer(PriorityQueue<Offer> offers, Selection selection, int move, Measure measure, int spared) {
        final double worth = worth(selection, move, measure, spared);
        if (worth > 0) {
            offers.add(new Offer(worth, move));
        }
    }

    /** 0 if the move is forbidden, done, or does not fit. */
    private double worth(Selection selection, int move, Measure measure, int spared) {
        long bytes = 0;
        int count = 0;
        for (final int key : moves[move]) {
            if (isBanned[key] || key == spared) {
                return 0;
            }
            if (!selection.has(key)) {
                bytes += costs.bytes(key);
                count++;
            }
        }
        if (count == 0
                || bytes > budget.maxBytes() - selection.bytes()
                || count > budget.maxKeys() - selection.count()
                || !selection.isWithinTables(moves[move])) {
            return 0;
        }
        final double gain = selection.gain(moves[move]);
        // Roundings of a sum are no reason for a key.
        if (gain <= selection.saved() * 1e-12) {
            return 0;
        }
        return measure == Measure.SAVING ? gain : gain / Math.max(1, bytes);
    }
}
