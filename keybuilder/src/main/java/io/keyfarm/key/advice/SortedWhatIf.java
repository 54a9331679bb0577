package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import java.util.List;
import java.util.Map;

/** What shapes cost by sorted keys that do not exist, walked in a sample once and then remembered. For one thread. */
final class SortedWhatIf {
    static final int COLD = 0;
    static final int HOT = 1;

    private final SampleOrders orders;
    private final CostModel costs;
    private final boolean isRough;
    private final int mostPredicates;

    /**
     * @param mostOrders so many are remembered
     * @param mostPredicates of a shape
     */
    SortedWhatIf(RowSample sample, CostModel costs, boolean isRough, int mostOrders, int mostPredicates) {
        this.costs = costs;
        this.isRough = isRough;
        this.mostPredicates = mostPredicates;
        orders = new SampleOrders(sample, mostOrders);
    }

    SampleOrders orders() {
        return orders;
    }

    /** Of cold and hot, in nanoseconds. */
    double[] costs(AskedShape asked, KeySpec spec) {
        final Map<List<String>, double[]> known = asked.costs(isRough);
        final double[] remembered = known.get(spec.fields());
        if (remembered != null) {
            return remembered;
        }
        // What stands behind the last field that is asked for changes nothing.
        final List<String> fields = spec.fields().subList(0, askedFields(asked.shape(), spec));
        double[] found = known.get(fields);
        if (found == null) {
            found = fields.isEmpty() ? scan() : mean(asked, fields);
            known.put(fields, found);
        }
        known.put(spec.fields(), found);
        return found;
    }

    private static int askedFields(Shape shape, KeySpec spec) {
        int count = spec.fields().size();
        while (count > 0 && !shape.fields().contains(spec.fields().get(count - 1))) {
            count--;
        }
        return count;
    }

    private double[] scan() {
        final double scanNs = costs.scanNs((double) orders.sample().tableRows());
        return new double[] {scanNs, scanNs};
    }

    private double[] mean(AskedShape asked, List<String> fields) {
        final int count = Math.min(asked.predicates().size(), mostPredicates);
        if (count == 0) {
            return scan();
        }
        final int[] indexes =
                fields.stream().mapToInt(orders.sample().schema()::indexOf).toArray();
        final SampleWalk walk = new SampleWalk(orders, indexes, costs);
        walk.begin(asked.shape());
        double cold = 0;
        double hot = 0;
        for (int i = 0; i < count; i++) {
            walk.walk(asked.predicates().get(i));
            cold += walk.coldNs();
            hot += walk.hotNs();
        }
        return new double[] {cold / count, hot / count};
    }
}
