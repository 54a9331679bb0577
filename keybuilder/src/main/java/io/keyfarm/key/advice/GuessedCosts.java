package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What shapes would cost where nothing is known of a table but what is asked of it: a million rows, fields that leave one row
 * in a hundred, ranges that leave one in ten, keys of one byte. Enough to tell which orders serve which shapes.
 */
final class GuessedCosts {
    private static final double ROWS = 1e6;
    private static final double VALUES = 100;
    private static final double RANGE = 0.1;
    private static final int MOST_CANDIDATES = 2000;

    private GuessedCosts() {}

    static WorkloadCost of(QueryTally tally, CostModel costs) {
        final Map<Shape, Double> shapes = new LinkedHashMap<>();
        tally.shapes().forEach(shape -> shapes.put(shape, tally.count(shape)));
        final List<KeySpec> candidates = CandidateKeys.of(shapes, field -> VALUES, MOST_CANDIDATES);
        final WorkloadCost.Builder it = WorkloadCost.builder();
        candidates.forEach(key -> it.key(key.toString(), 1));
        shapes.forEach((shape, weight) -> {
            final int query = it.query(shape.toString(), weight, costs.scanNs(ROWS));
            for (int key = 0; key < candidates.size(); key++) {
                it.way(query, cost(shape, candidates.get(key), costs), key);
            }
        });
        return it.build();
    }

    private static double cost(Shape shape, KeySpec key, CostModel costs) {
        double rows = ROWS;
        double seeks = 1;
        for (final String field : key.fields()) {
            final FieldUse use = shape.use(field);
            if (use == null) {
                break;
            }
            rows *= use.isRange() ? RANGE : Math.min(1, use.values() / VALUES);
            seeks *= use.values();
            if (use.isRange()) {
                break;
            }
        }
        return costs.keyedNs(new Estimate(rows, seeks));
    }
}
