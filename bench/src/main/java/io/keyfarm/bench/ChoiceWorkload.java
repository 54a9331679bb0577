package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.CandidateKeys;
import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.key.advice.WorkloadCost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** 10 to 60 of a table's shapes with Zipf weights, of one seed, and what they cost by the keys worth a look. */
final class ChoiceWorkload {
    private static final int MOST_WEIGHT = 10_000;
    private static final int LEAST_SHAPES = 10;
    private static final int MOST_SHAPES = 60;

    /** Where costs are taken from. */
    record Source(OfKey ofKey, OfBitmaps ofBitmaps) {
        static final Source EXECUTED = new Source(ChoiceTable::executed, ChoiceTable::executed);
        static final Source GUESSED = new Source(ChoiceTable::guessed, ChoiceTable::guessed);
        static final Source GUESSED_BY_PREFIX = new Source(ChoiceTable::guessedByPrefix, ChoiceTable::guessed);

        double ns(ChoiceTable table, KeySpec key, Shape shape, Kind kind) {
            return ofKey.costs(table, key, shape).ns(kind);
        }

        double bitmapsNs(ChoiceTable table, List<String> fields, Shape shape) {
            return ofBitmaps.ns(table, fields, shape);
        }
    }

    interface OfKey {
        ChoiceTable.Costs costs(ChoiceTable table, KeySpec key, Shape shape);
    }

    interface OfBitmaps {
        double ns(ChoiceTable table, List<String> fields, Shape shape);
    }

    private final ChoiceTable table;
    private final Map<Shape, Double> weights = new LinkedHashMap<>();

    ChoiceWorkload(ChoiceTable table, long seed) {
        this.table = table;
        final Draws draws = new Draws(seed);
        final int count = LEAST_SHAPES + draws.below(MOST_SHAPES - LEAST_SHAPES + 1);
        final List<Shape> left = new ArrayList<>(table.shapes());
        for (int rank = 1; rank <= count; rank++) {
            weights.put(left.remove(draws.below(left.size())), Math.rint((double) MOST_WEIGHT / rank));
        }
    }

    List<ShapeHits> hits() {
        return weights.entrySet().stream()
                .map(it -> new ShapeHits(it.getKey(), it.getValue().longValue()))
                .toList();
    }

    /** A budget that has room for so many cold keys. */
    KeyBudget budget(double coldKeys) {
        return KeyBudget.ofBytes((long) Math.ceil(coldKeys * table.coldBytes()));
    }

    /** Keys cold and hot, and bitmap keys of fields of few values, alone and two at a time. */
    WorkloadCost costs(Source source, Set<KeySpec> keys) {
        final List<String> bitmapFields = table.bitmapFields();
        final WorkloadCost.Builder it = WorkloadCost.builder();
        table.want(weights.keySet());
        for (final KeySpec key : keys) {
            addKey(it, new KeyCandidate(key, Kind.COLD));
            addKey(it, new KeyCandidate(key, Kind.HOT));
        }
        bitmapFields.forEach(field -> addKey(it, new KeyCandidate(KeySpec.of(field), Kind.BITMAP)));
        weights.forEach((shape, weight) -> {
            final int query = it.query(shape.toString(), weight, table.scanNs());
            for (final KeySpec key : keys) {
                it.way(query, source.ns(table, key, shape, Kind.COLD), it.key(name(key, Kind.COLD)));
                it.way(query, source.ns(table, key, shape, Kind.HOT), it.key(name(key, Kind.HOT)));
            }
            addBitmaps(
                    it,
                    query,
                    shape,
                    bitmapFields.stream().filter(shape.fields()::contains).toList(),
                    source);
        });
        return it.build();
    }

    private void addKey(WorkloadCost.Builder it, KeyCandidate key) {
        it.key(key.toString(), table.bytes(key));
    }

    private void addBitmaps(WorkloadCost.Builder it, int query, Shape shape, List<String> fields, Source source) {
        for (int i = 0; i < fields.size(); i++) {
            final int one = it.key(name(KeySpec.of(fields.get(i)), Kind.BITMAP));
            it.way(query, source.bitmapsNs(table, List.of(fields.get(i)), shape), one);
            for (int j = i + 1; j < fields.size(); j++) {
                it.way(
                        query,
                        source.bitmapsNs(table, List.of(fields.get(i), fields.get(j)), shape),
                        one,
                        it.key(name(KeySpec.of(fields.get(j)), Kind.BITMAP)));
            }
        }
    }

    /** What all queries cost with just these keys. */
    double cost(Source source, List<String> keys) {
        final List<KeyCandidate> parsed = keys.stream().map(KeyCandidate::parse).toList();
        final List<String> bitmapFields = bitmapFields(parsed);
        double sum = 0;
        table.want(weights.keySet());
        for (final Map.Entry<Shape, Double> each : weights.entrySet()) {
            final Shape shape = each.getKey();
            double least = table.scanNs();
            for (final KeyCandidate key : parsed) {
                if (key.kind() != Kind.BITMAP) {
                    least = Math.min(least, source.ns(table, key.spec(), shape, key.kind()));
                }
            }
            sum += each.getValue() * Math.min(least, leastByBitmaps(source, bitmapFields, shape));
        }
        return sum;
    }

    private static List<String> bitmapFields(List<KeyCandidate> keys) {
        return keys.stream()
                .filter(key -> key.kind() == Kind.BITMAP)
                .map(key -> key.spec().fields().get(0))
                .toList();
    }

    private double leastByBitmaps(Source source, List<String> bitmapFields, Shape shape) {
        double least = table.scanNs();
        final List<String> helpful =
                bitmapFields.stream().filter(shape.fields()::contains).sorted().toList();
        for (int i = 0; i < helpful.size(); i++) {
            least = Math.min(least, source.bitmapsNs(table, List.of(helpful.get(i)), shape));
            for (int j = i + 1; j < helpful.size(); j++) {
                least = Math.min(least, source.bitmapsNs(table, List.of(helpful.get(i), helpful.get(j)), shape));
            }
        }
        return least;
    }

    /** As {@link #cost} executed, but each question takes the key that is best for it, and no key is tried further than that. */
    double executed(List<String> keys) {
        final List<KeyCandidate> parsed = keys.stream().map(KeyCandidate::parse).toList();
        final List<String> bitmapFields = bitmapFields(parsed);
        double sum = 0;
        for (final Map.Entry<Shape, Double> each : weights.entrySet()) {
            final double byBitmaps = leastByBitmaps(Source.EXECUTED, bitmapFields, each.getKey());
            sum += each.getValue() * Math.min(byBitmaps, table.executedWith(parsed, each.getKey()));
        }
        return sum;
    }

    /** The keys that an engine would cost for these shapes. */
    Set<KeySpec> screened(int most) {
        return new LinkedHashSet<>(table.screened(weights, most));
    }

    /** The first that somebody might think of, whatever they save. */
    Set<KeySpec> thoughtOf(int most) {
        return new LinkedHashSet<>(CandidateKeys.of(weights, table::values, most));
    }

    private static String name(KeySpec key, Kind kind) {
        return new KeyCandidate(key, kind).toString();
    }
}
