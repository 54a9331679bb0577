package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.CandidateKeys;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.FieldUse;
import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.key.advice.WorkloadCost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A workload of one seed: 12 to 18 fields of 2 to a million values, pairs of which one nearly tells the other, 10 to 60
 * shapes with Zipf weights over fields that are not equally popular. Rows are a model: a key's seeks and rows follow from how
 * many values a field has behind those before it, so that choices can be scored without any error of estimating.
 */
final class ChoiceWorkload {
    static final double ROWS = 4e6;
    static final long COLD_BYTES = (long) (4.4 * ROWS);
    static final long HOT_BYTES = (long) (12.4 * ROWS);

    private static final int MOST_CANDIDATES = 500;
    private static final int BITMAP_VALUES = 64;
    private static final CostModel COSTS = CostModel.typical();

    private final Draws draws;
    private final List<String> fields = new ArrayList<>();
    private final Map<String, Double> values = new HashMap<>();
    /** A field's partner, and how many values the field has where the partner's is known. */
    private final Map<String, String> partners = new HashMap<>();

    private final Map<String, Double> valuesWithPartner = new HashMap<>();
    private final Map<Shape, Double> shapes = new LinkedHashMap<>();

    ChoiceWorkload(long seed) {
        draws = new Draws(seed);
        final int fieldCount = 12 + draws.below(7);
        for (int i = 0; i < fieldCount; i++) {
            fields.add("f" + (char) ('a' + i));
            values.put(fields.get(i), Math.rint(Math.exp(Math.log(2) + draws.unit() * Math.log(5e5))));
        }
        final int pairs = 2 + draws.below(3);
        for (int i = 0; i < pairs; i++) {
            pair(fields.get(2 * i), fields.get(2 * i + 1));
        }
        final int shapeCount = 10 + draws.below(51);
        for (int rank = 1; shapes.size() < shapeCount; rank++) {
            shapes.putIfAbsent(shape(), Math.max(1, Math.rint(10_000.0 / rank)));
        }
    }

    private void pair(String one, String other) {
        partners.put(one, other);
        partners.put(other, one);
        final double both = Math.max(of(one), of(other)) * (1 + draws.below(4));
        valuesWithPartner.put(one, Math.max(1, both / of(other)));
        valuesWithPartner.put(other, Math.max(1, both / of(one)));
    }

    private Shape shape() {
        final Map<String, FieldUse> uses = new TreeMap<>();
        final int fieldCount = 1 + draws.below(5);
        while (uses.size() < fieldCount) {
            final int kind = draws.below(20);
            final FieldUse use =
                    kind < 14 ? FieldUse.EQUAL : kind < 17 ? FieldUse.set(2 + draws.below(15)) : FieldUse.RANGE;
            uses.put(fields.get(draws.zipf(fields.size())), use);
        }
        return Shape.of(uses);
    }

    private double of(String field) {
        return values.getOrDefault(field, 1.0);
    }

    List<ShapeHits> hits() {
        return shapes.entrySet().stream()
                .map(it -> new ShapeHits(it.getKey(), it.getValue().longValue()))
                .toList();
    }

    /** The budgets: room for 2, 4 and 8 cold keys. */
    static List<KeyBudget> budgets() {
        return List.of(2, 4, 8).stream()
                .map(keys -> KeyBudget.ofBytes(keys * COLD_BYTES))
                .toList();
    }

    /** Candidates cold and hot, and bitmap keys of fields of few values, alone and two at a time. */
    WorkloadCost costs(List<KeySpec> more) {
        final Set<KeySpec> candidates = new LinkedHashSet<>(more);
        candidates.addAll(CandidateKeys.of(shapes, this::of, MOST_CANDIDATES));
        final WorkloadCost.Builder it = WorkloadCost.builder();
        for (final KeySpec key : candidates) {
            it.key(key.toString(), COLD_BYTES);
            it.key(key + " hot", HOT_BYTES);
        }
        for (final String field : fields) {
            if (of(field) <= BITMAP_VALUES) {
                it.key("bitmap " + field, (long) (ROWS / 8 * Math.min(of(field), 16)));
            }
        }
        shapes.forEach((shape, weight) -> {
            final int query = it.query(shape.toString(), weight, COSTS.scanNs(ROWS));
            for (final KeySpec key : candidates) {
                it.way(query, cost(shape, key, COSTS.seekNs()), it.key(key.toString()));
                it.way(query, cost(shape, key, COSTS.hotSeekNs()), it.key(key + " hot"));
            }
            addBitmaps(it, query, shape);
        });
        return it.build();
    }

    private void addBitmaps(WorkloadCost.Builder it, int query, Shape shape) {
        for (final String one : shape.fields()) {
            for (final String other : shape.fields()) {
                if (one.compareTo(other) <= 0 && of(one) <= BITMAP_VALUES && of(other) <= BITMAP_VALUES) {
                    final double rows = one.equals(other)
                            ? ROWS * share(shape.use(one), of(one))
                            : ROWS
                                    * share(shape.use(one), of(one))
                                    * share(shape.use(other), behind(other, List.of(one)));
                    final double words = ROWS / Long.SIZE / 4;
                    final double cost = (one.equals(other) ? 1 : 2) * words + rows * COSTS.keyedRowNs();
                    if (one.equals(other)) {
                        it.way(query, cost, it.key("bitmap " + one));
                    } else {
                        it.way(query, cost, it.key("bitmap " + one), it.key("bitmap " + other));
                    }
                }
            }
        }
    }

    /** How many values a field has among rows that agree in these fields. */
    private double behind(String field, List<String> before) {
        final String partner = partners.get(field);
        return partner != null && before.contains(partner)
                ? Math.min(of(field), valuesWithPartner.getOrDefault(field, 1.0))
                : of(field);
    }

    private static double share(@Nullable FieldUse use, double values) {
        if (use == null) {
            return 1;
        }
        return use.isRange() ? 0.1 : Math.min(1, use.values() / values);
    }

    /** The cheapest stop along the key: seeks among what is admitted so far, and the rows they lead to. */
    double cost(Shape shape, KeySpec key, double seekNs) {
        double cheapest = COSTS.scanNs(ROWS);
        double rows = ROWS;
        double groups = 1;
        double runs = 1;
        final List<String> before = new ArrayList<>();
        for (final String field : key.fields()) {
            final FieldUse use = shape.use(field);
            final double children = Math.max(1, Math.min(behind(field, before), ROWS / groups));
            groups = Math.min(ROWS, groups * children);
            final double share = share(use, children);
            rows *= share;
            final double seeks = use == null ? runs : use.isRange() ? runs : runs * Math.min(use.values(), children);
            if (use != null) {
                cheapest = Math.min(cheapest, seeks * seekNs + rows * COSTS.keyedRowNs());
            }
            // Behind a field that is not asked for, or a range, each admitted value is a place to seek in.
            runs *= Math.max(1, share * children);
            before.add(field);
        }
        return cheapest;
    }
}
