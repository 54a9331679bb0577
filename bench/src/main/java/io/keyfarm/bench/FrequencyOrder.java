package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keys over the requested fields, the most requested first.
 *
 * <pre>
 *   a 100 times, b 10, c 2, d 0:   a.b.c.d   then b.c.d   then c.a.d
 * </pre>
 *
 * Each field leads one key, in the order of requests, and the others follow in that order. The notes give this example and no
 * rule; ours is that a field is left out behind one that follows it at the head of an earlier key: a and b have a.b.c.d.
 */
final class FrequencyOrder implements KeyHeuristic {
    @Override
    public List<KeySpec> propose(List<ShapeHits> workload, int keyCount) {
        final Map<String, Long> requests = new TreeMap<>();
        for (final ShapeHits each : workload) {
            for (final String field : each.shape().fields()) {
                requests.merge(field, each.hits(), Long::sum);
            }
        }
        return propose(requests, keyCount);
    }

    static List<KeySpec> propose(Map<String, Long> requests, int keyCount) {
        final List<String> ranked = requests.keySet().stream()
                .sorted(Comparator.comparingLong((String field) -> -requests.getOrDefault(field, 0L))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(KeySpec.MAX_FIELDS)
                .toList();
        final List<List<String>> keys = new ArrayList<>();
        for (final String lead : ranked) {
            if (keys.size() == keyCount || requests.getOrDefault(lead, 0L) == 0) {
                break;
            }
            final List<String> key = new ArrayList<>(List.of(lead));
            for (final String field : ranked) {
                if (!field.equals(lead) && keys.stream().noneMatch(it -> begins(it, field, lead))) {
                    key.add(field);
                }
            }
            keys.add(key);
        }
        return keys.stream().map(it -> KeySpec.of(it.toArray(String[]::new))).toList();
    }

    private static boolean begins(List<String> key, String first, String second) {
        return key.size() > 1 && key.get(0).equals(first) && key.get(1).equals(second);
    }
}
