package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A list of up to so many keys that would have been perfect matches: 10 for each query that matches one, −1 for each that does
 * not. A new match takes the place of the lowest once that is below 0, and starts anew.
 *
 * <p>Fields stand in the order in which they have been asked for most.
 */
final class TenForAUse implements KeyHeuristic {
    static final int USE = 10;
    static final int OTHER_USE = -1;

    private static final int QUERIES = 4_000;
    private static final int LISTED_PER_KEY = 2;

    private final long seed;
    private final Map<List<String>, Integer> scores = new LinkedHashMap<>();
    private final Map<String, Long> requests = new TreeMap<>();
    private int mostListed = Integer.MAX_VALUE;

    /** @param seed of the order in which the queries come */
    TenForAUse(long seed) {
        this.seed = seed;
    }

    @Override
    public List<KeySpec> propose(List<ShapeHits> workload, int keyCount) {
        scores.clear();
        requests.clear();
        mostListed = Math.max(1, keyCount * LISTED_PER_KEY);
        final SplittableRandom random = new SplittableRandom(seed);
        final long all = workload.stream().mapToLong(ShapeHits::hits).sum();
        for (int i = 0; i < QUERIES && all > 0; i++) {
            long drawn = random.nextLong(all);
            int at = 0;
            while (drawn >= workload.get(at).hits()) {
                drawn -= workload.get(at++).hits();
            }
            onQuery(workload.get(at).shape().fields());
        }
        return best(keyCount);
    }

    void onQuery(List<String> fields) {
        fields.forEach(field -> requests.merge(field, 1L, Long::sum));
        final List<String> match = fields.stream().sorted().toList();
        final boolean isListed = scores.containsKey(match);
        scores.replaceAll((key, score) -> score + (key.equals(match) ? USE : OTHER_USE));
        if (isListed || match.isEmpty()) {
            return;
        }
        if (scores.size() == mostListed) {
            final Map.Entry<List<String>, Integer> lowest =
                    scores.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
            if (lowest.getValue() >= 0) {
                return;
            }
            scores.remove(lowest.getKey());
        }
        scores.put(match, USE);
    }

    int score(String... fields) {
        return scores.getOrDefault(List.of(fields), 0);
    }

    List<KeySpec> best(int keyCount) {
        return scores.entrySet().stream()
                .sorted(Map.Entry.<List<String>, Integer>comparingByValue().reversed())
                .limit(keyCount)
                .map(it -> KeySpec.of(it.getKey().stream()
                        .sorted(Comparator.comparingLong((String field) -> -requests.getOrDefault(field, 0L))
                                .thenComparing(Comparator.naturalOrder()))
                        .toArray(String[]::new)))
                .toList();
    }
}
