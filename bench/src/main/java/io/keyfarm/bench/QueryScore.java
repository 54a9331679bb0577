package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * A field scores its requests times its bytes, a query the sum of its fields. The query with the greatest score gets a key,
 * fields by score; then these fields score nothing, and so on, until all queries do.
 */
final class QueryScore implements KeyHeuristic {
    private final ToLongFunction<String> fieldBytes;

    QueryScore(ToLongFunction<String> fieldBytes) {
        this.fieldBytes = fieldBytes;
    }

    @Override
    public List<KeySpec> propose(List<ShapeHits> workload, int keyCount) {
        final Map<String, Long> scores = new HashMap<>();
        for (final ShapeHits each : workload) {
            for (final String field : each.shape().fields()) {
                scores.merge(field, each.hits() * fieldBytes.applyAsLong(field), Long::sum);
            }
        }
        final List<KeySpec> keys = new ArrayList<>();
        while (keys.size() < keyCount) {
            List<String> best = List.of();
            long most = 0;
            for (final ShapeHits each : workload) {
                final long score = each.shape().fields().stream()
                        .mapToLong(field -> scores.getOrDefault(field, 0L))
                        .sum();
                if (score > most) {
                    most = score;
                    best = each.shape().fields();
                }
            }
            if (best.isEmpty()) {
                break;
            }
            keys.add(KeySpec.of(best.stream()
                    .sorted(Comparator.comparingLong((String field) -> -scores.getOrDefault(field, 0L))
                            .thenComparing(Comparator.naturalOrder()))
                    .toArray(String[]::new)));
            best.forEach(field -> scores.put(field, 0L));
        }
        return keys;
    }
}
