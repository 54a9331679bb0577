package io.keyfarm.key.advice;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was asked lately, turn by turn, and which keys were there: the older, the coarser.
 *
 * <pre>
 *   | 1600 queries |  800 |  400 | 200 | 100 | 50 | 50 | now |       neighbours among the older half are put together
 *   |     name, zip       |        name, make              |
 * </pre>
 *
 * An account of a change that nobody thought of before is filled from here, as if it had been kept all along. For one
 * thread.
 */
final class AskedHistory {
    static final int MAX_TURNS = 256;

    /**
     * @param kept the keys in force
     * @param counts how often each query was asked
     * @param work what these queries cost
     */
    record Turn(Set<String> kept, Map<String, Double> counts, double work) {
        Turn plus(Map<String, Double> more, double moreWork) {
            more.forEach((query, count) -> counts.merge(query, count, Double::sum));
            return new Turn(kept, counts, work + moreWork);
        }
    }

    private final List<Turn> turns = new ArrayList<>();

    /**
     * @param work what these queries cost
     * @param turnWork a turn is over when its queries have cost so much
     */
    void add(Set<String> kept, Map<String, Double> counts, double work, double turnWork) {
        final int last = turns.size() - 1;
        if (last >= 0 && turns.get(last).work < turnWork && turns.get(last).kept.equals(kept)) {
            turns.set(last, turns.get(last).plus(counts, work));
            return;
        }
        if (turns.size() == MAX_TURNS) {
            coarsen();
        }
        turns.add(new Turn(Set.copyOf(kept), new LinkedHashMap<>(counts), work));
    }

    private void coarsen() {
        final List<Turn> coarser = new ArrayList<>();
        for (int i = 0; i < MAX_TURNS; i++) {
            final Turn turn = turns.get(i);
            final Turn before = i % 2 == 0 || i >= MAX_TURNS / 2 ? null : coarser.get(coarser.size() - 1);
            if (before != null && before.kept.equals(turn.kept)) {
                coarser.set(coarser.size() - 1, before.plus(turn.counts, turn.work));
            } else {
                coarser.add(turn);
            }
        }
        if (coarser.size() == MAX_TURNS) {
            coarser.subList(0, MAX_TURNS / 4).clear(); // Keys that changed with every turn: the oldest are forgotten.
        }
        turns.clear();
        turns.addAll(coarser);
    }

    /** How often each query was asked while the last queries have cost so much: the oldest turn counts in part. */
    Map<String, Double> within(double work) {
        final Map<String, Double> within = new LinkedHashMap<>();
        double left = work;
        for (int i = turns.size() - 1; i >= 0 && left > 0; i--) {
            final Turn turn = turns.get(i);
            final double part = turn.work <= left ? 1 : left / turn.work;
            turn.counts.forEach((query, count) -> within.merge(query, count * part, Double::sum));
            left -= turn.work;
        }
        return within;
    }

    /** How often each query was asked among the last so many: the oldest turn counts in part. */
    Map<String, Double> last(double queries) {
        final Map<String, Double> last = new LinkedHashMap<>();
        double left = queries;
        for (int i = turns.size() - 1; i >= 0 && left > 0; i--) {
            final Turn turn = turns.get(i);
            final double count = turn.counts.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .sum();
            final double part = count <= left ? 1 : left / count;
            turn.counts.forEach((query, its) -> last.merge(query, its * part, Double::sum));
            left -= count;
        }
        return last;
    }

    /** The oldest first. */
    List<Turn> turns() {
        return turns;
    }
}
