package io.keyfarm.key.advice;

import io.keyfarm.key.advice.KeyCandidate.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** What bitmap keys that do not exist would take and cost: by how many sampled rows hold each value, fields independent. */
final class BitmapWhatIf {
    private static final double DENSE = 1.0 / 16;
    private static final double ROWS_PER_WINDOW = 1 << 16;
    private static final double ROW_BYTES = 2;
    private static final double VALUE_BYTES = 4;

    private final SampleOrders orders;
    private final RowSample sample;
    private final BitmapPlan plan;
    private final double scale;
    /** By shape: what it costs by the fields' bitmaps, as long as it is asked with the same values. */
    private final Map<AskedShape, Map<List<String>, Double>> known = new WeakHashMap<>();

    BitmapWhatIf(SampleOrders orders, CostModel costs) {
        this.orders = orders;
        sample = orders.sample();
        plan = new BitmapPlan(costs);
        scale = (double) sample.tableRows() / Math.max(1, sample.rowCount());
    }

    /** A bit a row for each value that many rows hold, 2 bytes a row for others, 4 for each value and window. */
    long bytes(int field) {
        double bytes = 0;
        for (int rank = 0; rank < sample.rankCount(field); rank++) {
            final double count = orders.rowsBetween(field, rank, rank + 1);
            bytes += count > sample.rowCount() * DENSE ? sample.tableRows() / 8.0 : count * scale * ROW_BYTES;
        }
        final double windows = Math.ceil(sample.tableRows() / ROWS_PER_WINDOW);
        return (long) Math.ceil(bytes + orders.alone(field).tableGroups(1) * windows * VALUE_BYTES);
    }

    void add(WorkloadCost.Builder it, List<KeyCandidate> candidates, List<AskedShape> shapes) {
        final List<KeyCandidate> bitmaps =
                candidates.stream().filter(key -> key.kind() == Kind.BITMAP).toList();
        for (int query = 0; query < shapes.size(); query++) {
            final AskedShape asked = shapes.get(query);
            final List<KeyCandidate> helpful = bitmaps.stream()
                    .filter(key -> asked.shape().fields().containsAll(key.spec().fields()))
                    .toList();
            for (int i = 0; i < helpful.size() && !asked.predicates().isEmpty(); i++) {
                final String first = field(helpful.get(i));
                final int one = it.key(helpful.get(i).toString());
                it.way(query, costNs(asked, List.of(first)), one);
                for (int j = i + 1; j < helpful.size(); j++) {
                    final int other = it.key(helpful.get(j).toString());
                    it.way(query, costNs(asked, List.of(first, field(helpful.get(j)))), one, other);
                }
            }
        }
    }

    private static String field(KeyCandidate bitmap) {
        return bitmap.spec().fields().get(0);
    }

    private double costNs(AskedShape asked, List<String> fields) {
        return known.computeIfAbsent(asked, it -> new HashMap<>())
                .computeIfAbsent(fields, it -> meanNs(asked.shape(), asked.predicates(), it));
    }

    private double meanNs(Shape shape, List<int[][]> predicates, List<String> fields) {
        double sum = 0;
        for (final int[][] predicate : predicates) {
            plan.begin((double) sample.tableRows());
            for (int key = 0; key < fields.size(); key++) {
                final int field = sample.schema().indexOf(fields.get(key));
                final int[] ranks = predicate[shape.fields().indexOf(fields.get(key))];
                double values = 0;
                double rows = 0;
                for (int i = 0; i < ranks.length; i += 2) {
                    values += ranks[i + 1] - ranks[i];
                    rows += orders.rowsBetween(field, ranks[i], ranks[i + 1]);
                }
                plan.add(key, rows * scale, values, sample.rankCount(field), ranks.length / 2.0);
            }
            plan.end();
            sum += plan.readNs(Double.POSITIVE_INFINITY);
        }
        return sum / predicates.size();
    }
}
