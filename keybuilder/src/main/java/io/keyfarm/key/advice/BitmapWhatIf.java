package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What bitmap keys that do not exist would take and cost: by how many sampled rows hold each value, fields independent. */
final class BitmapWhatIf {
    private static final double DENSE = 1.0 / 16;
    private static final double ROWS_PER_WINDOW = 1 << 16;
    private static final double ROW_BYTES = 2;
    private static final double VALUE_BYTES = 4;

    private final RowSample sample;
    private final BitmapPlan plan;

    BitmapWhatIf(RowSample sample, CostModel costs) {
        this.sample = sample;
        plan = new BitmapPlan(costs);
    }

    /** A bit a row for each value that many rows hold, 2 bytes a row for others, 4 for each value and window. */
    static long bytes(RowSample sample, int field, double scale) {
        final int[] counts = new int[sample.rankCount(field)];
        for (int row = 0; row < sample.rowCount(); row++) {
            counts[sample.rank(field, row)]++;
        }
        double bytes = 0;
        for (final int count : counts) {
            bytes += count > sample.rowCount() * DENSE ? sample.tableRows() / 8.0 : count * scale * ROW_BYTES;
        }
        final double windows = Math.ceil(sample.tableRows() / ROWS_PER_WINDOW);
        final double values = new SampleOrder(sample, new int[] {field}).tableGroups(1);
        return (long) Math.ceil(bytes + values * windows * VALUE_BYTES);
    }

    void add(WorkloadCost.Builder it, List<KeyCandidate> candidates, Map<Shape, List<int[][]>> predicates) {
        int query = 0;
        for (final Map.Entry<Shape, List<int[][]>> each : predicates.entrySet()) {
            final Shape shape = each.getKey();
            final List<KeyCandidate> helpful = new ArrayList<>();
            for (final KeyCandidate key : candidates) {
                if (key.kind() == Kind.BITMAP
                        && shape.fields().containsAll(key.spec().fields())) {
                    helpful.add(key);
                }
            }
            for (int i = 0; i < helpful.size() && !each.getValue().isEmpty(); i++) {
                final int one = it.key(helpful.get(i).toString());
                it.way(
                        query,
                        costNs(shape, each.getValue(), List.of(helpful.get(i).spec())),
                        one);
                for (int j = i + 1; j < helpful.size(); j++) {
                    final List<KeySpec> both =
                            List.of(helpful.get(i).spec(), helpful.get(j).spec());
                    it.way(
                            query,
                            costNs(shape, each.getValue(), both),
                            one,
                            it.key(helpful.get(j).toString()));
                }
            }
            query++;
        }
    }

    private double costNs(Shape shape, List<int[][]> predicates, List<KeySpec> keys) {
        double sum = 0;
        for (final int[][] predicate : predicates) {
            plan.begin((double) sample.tableRows());
            for (int key = 0; key < keys.size(); key++) {
                final String name = keys.get(key).fields().get(0);
                final int field = sample.schema().indexOf(name);
                final int[] ranks = predicate[shape.fields().indexOf(name)];
                double values = 0;
                for (int i = 0; i < ranks.length; i += 2) {
                    values += ranks[i + 1] - ranks[i];
                }
                plan.add(key, rows(field, ranks), values, sample.rankCount(field), ranks.length / 2.0);
            }
            plan.end();
            sum += plan.readNs(Double.POSITIVE_INFINITY);
        }
        return sum / predicates.size();
    }

    private double rows(int field, int[] ranks) {
        double rows = 0;
        for (int row = 0; row < sample.rowCount(); row++) {
            final int rank = sample.rank(field, row);
            for (int i = 0; i < ranks.length; i += 2) {
                rows += rank >= ranks[i] && rank < ranks[i + 1] ? 1 : 0;
            }
        }
        return rows * (double) sample.tableRows() / Math.max(1, sample.rowCount());
    }
}
