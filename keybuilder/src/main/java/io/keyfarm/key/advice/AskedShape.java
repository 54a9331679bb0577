package io.keyfarm.key.advice;

import io.keyfarm.segmonitor.ValueSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A shape with what it was asked with, as ranks of a sample, and what it was found to cost: good until it is asked with
 * other things.
 */
final class AskedShape {
    /** Costs of more keys than this are forgotten all at once. */
    private static final int MOST_COSTS = 8_192;

    private static final int STAND_INS = 8;
    private static final int RANGE_PARTS = 10;

    private final RowSample sample;
    private final Shape shape;
    private final List<ValueSet[]> kept;
    private final double seen;
    private final List<int[][]> predicates;
    /** By fields of a sorted key: cold and hot. */
    private final Map<List<String>, double[]> exact = new HashMap<>();

    private final Map<List<String>, double[]> rough = new HashMap<>();

    AskedShape(RowSample sample, Shape shape, List<ValueSet[]> kept, double seen) {
        this.sample = sample;
        this.shape = shape;
        this.kept = kept;
        this.seen = seen;
        predicates =
                kept.isEmpty() ? standIns() : kept.stream().map(this::ranks).toList();
    }

    Shape shape() {
        return shape;
    }

    List<int[][]> predicates() {
        return predicates;
    }

    /** Costs by the whole sample, or by a part of it. */
    Map<List<String>, double[]> costs(boolean isRough) {
        final Map<List<String>, double[]> costs = isRough ? rough : exact;
        if (costs.size() > MOST_COSTS) {
            costs.clear();
        }
        return costs;
    }

    /** Whether the tally has seen less than twice as much of it, and most of what it was asked with then is still there. */
    boolean isStillWhat(QueryTally tally) {
        final List<ValueSet[]> now = tally.predicates(shape);
        return tally.seen(shape) <= 2 * seen && 2 * common(now) >= Math.max(now.size(), kept.size());
    }

    private int common(List<ValueSet[]> now) {
        int same = 0;
        for (final ValueSet[] one : now) {
            for (final ValueSet[] other : kept) {
                if (one == other) {
                    same++;
                    break;
                }
            }
        }
        // A tally that came over the wire has the same predicates as other objects.
        return 2 * same >= Math.max(now.size(), kept.size()) ? same : commonRanks(now);
    }

    private int commonRanks(List<ValueSet[]> now) {
        int same = 0;
        for (final ValueSet[] one : now) {
            final int[][] ranks = ranks(one);
            same += predicates.stream().anyMatch(other -> Arrays.deepEquals(ranks, other)) ? 1 : 0;
        }
        return same;
    }

    private int[][] ranks(ValueSet[] sets) {
        final int[][] ranks = new int[shape.fieldCount()][];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = sample.ranks(field(i), sets[i]);
        }
        return ranks;
    }

    private int field(int index) {
        return sample.schema().indexOf(shape.fields().get(index));
    }

    /** Where no predicate was kept: what some rows of the sample have is asked for. */
    private List<int[][]> standIns() {
        final int[][][] some = new int[sample.rowCount() == 0 ? 0 : STAND_INS][shape.fieldCount()][];
        for (int i = 0; i < some.length; i++) {
            final int row = (int) ((long) i * sample.rowCount() / STAND_INS);
            for (int at = 0; at < shape.fieldCount(); at++) {
                some[i][at] = standIn(field(at), shape.use(at), row);
            }
        }
        return List.of(some);
    }

    private int[] standIn(int field, FieldUse use, int row) {
        final int count = sample.rankCount(field);
        if (use.isRange()) {
            final int values = Math.max(1, count / RANGE_PARTS);
            final int from = Math.min(sample.rank(field, row), count - values);
            return new int[] {from, from + values};
        }
        final int[] points = new int[use.values()];
        Arrays.setAll(points, at -> sample.rank(field, (int) ((row + (long) at * 7919) % sample.rowCount())));
        final int[] sorted = Arrays.stream(points).sorted().distinct().toArray();
        final int[] ranges = new int[sorted.length * 2];
        for (int at = 0; at < sorted.length; at++) {
            ranges[2 * at] = sorted[at];
            ranges[2 * at + 1] = sorted[at] + 1;
        }
        return ranges;
    }
}
