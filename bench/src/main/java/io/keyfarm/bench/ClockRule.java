package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import java.util.Collection;
import java.util.List;

/**
 * The notes' way: a rule of thumb builds its keys by the clock, at first after a short while and then ever more seldom, and
 * what was asked for longer ago counts half at each turn.
 */
final class ClockRule implements KeyPolicy {
    static final int FIRST = 100;
    static final int LAST = 4_000;

    private final AskPool pool;
    private final KeyHeuristic rule;
    private final int[] hits;
    private List<KeySpec> keys = List.of();
    private int left = FIRST;
    private int period = FIRST;

    ClockRule(AskPool pool, KeyHeuristic rule) {
        this.pool = pool;
        this.rule = rule;
        hits = new int[pool.templateCount()];
    }

    @Override
    public Collection<KeySpec> keys() {
        return keys;
    }

    @Override
    public void onQuery(int place) {
        hits[AskPool.templateOf(place)] += 2;
        if (--left == 0) {
            keys = rule.propose(pool.hits(hits), AskPool.KEPT);
            period = Math.min(LAST, 2 * period);
            left = period;
            for (int i = 0; i < hits.length; i++) {
                hits[i] /= 2;
            }
        }
    }
}
