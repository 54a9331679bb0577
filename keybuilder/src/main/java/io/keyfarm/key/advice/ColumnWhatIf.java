package io.keyfarm.key.advice;

import io.keyfarm.key.advice.KeyCandidate.Kind;
import java.util.List;

/**
 * What column copies that do not exist would take and cost: all codes looked at, and of the rows those that the sample
 * says would be found.
 */
final class ColumnWhatIf {
    /** Of so few values each has a byte of its own. */
    private static final int BYTE_VALUES = 255;
    /** Of texts that are so few in a sample, and come twice there, each has a rank of two bytes. */
    private static final int RANKED_TEXTS = 1 << 15;

    private final SampleOrders orders;
    private final RowSample sample;
    private final ColumnPlan plan;
    private final double scale;

    ColumnWhatIf(SampleOrders orders, CostModel costs) {
        this.orders = orders;
        sample = orders.sample();
        scale = (double) sample.tableRows() / Math.max(1, sample.rowCount());
        plan = new ColumnPlan(costs);
    }

    long bytes(int field) {
        return sample.tableRows() * codeBytes(field);
    }

    /** As a column builder would choose, as far as the sample tells. */
    private int codeBytes(int field) {
        final double bits = bits(field);
        return bits <= Byte.SIZE || bits > Integer.SIZE ? 1 : bits <= Short.SIZE ? 2 : Integer.BYTES;
    }

    private double bits(int field) {
        final int values = sample.rankCount(field) - 1;
        if (values <= BYTE_VALUES) {
            return Byte.SIZE;
        }
        final boolean isRanked =
                sample.schema().field(field).type().isText() && values <= Math.min(RANKED_TEXTS, sample.rowCount() / 2);
        return isRanked ? Math.min(Short.SIZE, sample.codeBits(field)) : sample.codeBits(field);
    }

    /** Each of them alone: a second one saves little beside it. */
    void add(WorkloadCost.Builder it, List<KeyCandidate> candidates, List<AskedShape> shapes) {
        for (final KeyCandidate key : candidates) {
            if (key.kind() != Kind.COLUMN) {
                continue;
            }
            final String name = key.spec().fields().get(0);
            for (int query = 0; query < shapes.size(); query++) {
                final AskedShape shape = shapes.get(query);
                final int asked = shape.shape().fields().indexOf(name);
                if (asked >= 0 && !shape.predicates().isEmpty()) {
                    it.way(
                            query,
                            costNs(sample.schema().indexOf(name), asked, shape.predicates()),
                            it.key(key.toString()));
                }
            }
        }
    }

    /** The mean over these predicates, of which one field is asked so. */
    private double costNs(int field, int asked, List<int[][]> predicates) {
        final int codeBytes = codeBytes(field);
        final boolean isSketch = bits(field) > Integer.SIZE;
        double sum = 0;
        for (final int[][] predicate : predicates) {
            final int[] ranks = predicate[asked];
            // At each end of a range a sketch leads to rows that do not match.
            final double beside = isSketch ? ranks.length / 2.0 * sample.tableRows() / BYTE_VALUES : 0;
            plan.begin((double) sample.tableRows());
            double rows = 0;
            for (int i = 0; i < ranks.length; i += 2) {
                rows += orders.rowsBetween(field, ranks[i], ranks[i + 1]);
            }
            plan.add(0, rows * scale + beside, codeBytes);
            plan.end();
            sum += plan.readNs();
        }
        return sum / predicates.size();
    }
}
