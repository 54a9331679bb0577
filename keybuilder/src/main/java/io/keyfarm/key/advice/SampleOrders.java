package io.keyfarm.key.advice;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The orders of a sample that were asked for lately, each made from the longest one known that begins it. Of 64 Ki rows an
 * order takes 256 KB on top of those it was made from. For one thread.
 */
final class SampleOrders {
    private final RowSample sample;
    private final int most;
    private final SampleOrder unordered;
    /** By field: the order by it alone, which is never dropped. */
    private final @Nullable SampleOrder[] alone;

    private final char[][] byField;
    /** By field: how many sampled rows have a smaller rank, for each rank and behind the last. */
    private final int[][] below;

    /** By fields; the one asked for longest ago first. */
    private final Map<List<Integer>, SampleOrder> orders = new LinkedHashMap<>(64, 0.75f, true);

    SampleOrders(RowSample sample, int most) {
        this.sample = sample;
        this.most = most;
        unordered = new SampleOrder(sample);
        alone = new SampleOrder[sample.schema().fieldCount()];
        byField = new char[alone.length][];
        below = new int[alone.length][];
    }

    RowSample sample() {
        return sample;
    }

    SampleOrder alone(int field) {
        SampleOrder order = alone[field];
        if (order == null) {
            order = new SampleOrder(unordered, field, byField(field));
            alone[field] = order;
        }
        return order;
    }

    SampleOrder of(int[] fields) {
        if (fields.length == 1) {
            return alone(fields[0]);
        }
        final List<Integer> name = Arrays.stream(fields).boxed().toList();
        final SampleOrder known = orders.get(name);
        if (known != null) {
            return known;
        }
        final int last = fields.length - 1;
        final SampleOrder order = new SampleOrder(of(Arrays.copyOf(fields, last)), fields[last], byField(fields[last]));
        orders.put(name, order);
        final Iterator<List<Integer>> oldest = orders.keySet().iterator();
        while (orders.size() > most) {
            oldest.next();
            oldest.remove();
        }
        return order;
    }

    /** How many sampled rows have a rank of the field between these. */
    int rowsBetween(int field, int fromRank, int toRank) {
        return below(field)[toRank] - below(field)[fromRank];
    }

    private int[] below(int field) {
        if (below[field] == null) {
            final int[] counts = new int[sample.rankCount(field) + 1];
            for (int row = 0; row < sample.rowCount(); row++) {
                counts[sample.rank(field, row) + 1]++;
            }
            for (int rank = 1; rank < counts.length; rank++) {
                counts[rank] += counts[rank - 1];
            }
            below[field] = counts;
        }
        return below[field];
    }

    private char[] byField(int field) {
        if (byField[field] == null) {
            final int[] next = below(field).clone();
            final char[] rows = new char[sample.rowCount()];
            for (int row = 0; row < rows.length; row++) {
                rows[next[sample.rank(field, row)]++] = (char) row;
            }
            byField[field] = rows;
        }
        return byField[field];
    }
}
