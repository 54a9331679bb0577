package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Every so many queries the keys that would have been best for just those, by their true costs, whatever building them costs. */
final class PeriodicAdvice implements KeyPolicy {
    static final int PERIOD = 500;

    private final AskPool pool;
    private final List<KeySpec> candidates;
    private final int[] asked = new int[PERIOD];
    private int count;
    private List<KeySpec> keys = List.of();

    PeriodicAdvice(AskPool pool, List<KeySpec> candidates) {
        this.pool = pool;
        this.candidates = candidates;
    }

    @Override
    public Collection<KeySpec> keys() {
        return keys;
    }

    @Override
    public void onQuery(int place) {
        asked[count++] = place;
        if (count == PERIOD) {
            count = 0;
            keys = best(pool, candidates, asked, AskPool.KEPT);
        }
    }

    /** The most useful key, then the most useful one beside it, and so on. */
    static List<KeySpec> best(AskPool pool, List<KeySpec> candidates, int[] asked, int mostKeys) {
        final double[] least = pool.scanNs().clone();
        final List<KeySpec> chosen = new ArrayList<>();
        while (chosen.size() < mostKeys) {
            KeySpec best = null;
            double most = 0;
            for (final KeySpec key : candidates) {
                final double[] ns = pool.costs(key);
                double saved = 0;
                for (final int place : asked) {
                    saved += Math.max(0, least[place] - ns[place]);
                }
                if (saved > most) {
                    most = saved;
                    best = key;
                }
            }
            if (best == null) {
                break;
            }
            chosen.add(best);
            final double[] ns = pool.costs(best);
            for (int i = 0; i < least.length; i++) {
                least[i] = Math.min(least[i], ns[i]);
            }
        }
        return chosen;
    }
}
