package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.segmonitor.ValueSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What queries would cost with a key that does not exist: a sample of the rows is sorted in its order, and the predicates
 * that were really asked are sought in it, skips included.
 *
 * <pre>
 *   state.make.year    make = FORD, year = 1998      stop at make:  states × 1 seeks, all FORDs
 *                                                    stop at year:  states × 1 × 1 seeks, fewer rows
 * </pre>
 *
 * The seek loop may stop narrowing at any field, so the cheapest stop counts; and the full scan, if that is cheaper.
 *
 * <p>How wrong it can be: rows are counted among real rows, so correlated fields are seen as they are as long as the sample
 * holds matching rows. Where it holds none, each further field is taken to be independent, capped at half a sampled row:
 * with 4 million rows and 64 Ki sampled that is 30 rows, about the cost of one seek. Groups that the sample did not draw
 * are guessed, within a factor of the root of table over sample, 8 there; that bounds the error of skips over fields
 * of very many values, which are dear in any case. Bitmap keys are costed as if fields were independent.
 */
public final class WhatIf {
    private static final int STAND_INS = 8;
    private static final int RANGE_PARTS = 10;

    private final RowSample sample;
    private final CostModel costs;
    private final double scale;

    public WhatIf(RowSample sample, CostModel costs) {
        this.sample = sample;
        this.costs = costs;
        scale = sample.rowCount() == 0 ? 0 : (double) sample.tableRows() / sample.rowCount();
    }

    /** How many values a field has, as far as the sample tells. */
    public double distinctValues(String field) {
        return sample.rowCount() == 0 ? 0 : order(KeySpec.of(field)).tableGroups(1);
    }

    /** What the candidate would take. */
    public long bytes(KeyCandidate key) {
        final double rows = sample.tableRows();
        if (key.kind() != Kind.BITMAP) {
            return KeyCandidate.sortedBytes(key.kind(), rows);
        }
        return BitmapWhatIf.bytes(
                sample, sample.schema().indexOf(key.spec().fields().get(0)), scale);
    }

    /** The tally's shapes with each candidate; bitmap keys alone and two at a time. */
    public WorkloadCost costs(QueryTally tally, List<KeyCandidate> candidates) {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        candidates.forEach(key -> it.key(key.toString(), bytes(key)));
        final Map<Shape, List<int[][]>> predicates = new LinkedHashMap<>();
        for (final Shape shape : tally.shapes()) {
            it.query(shape.toString(), tally.count(shape), costs.scanNs((double) sample.tableRows()));
            predicates.put(shape, predicates(tally, shape));
        }
        final Map<KeySpec, List<KeyCandidate>> bySpec = new LinkedHashMap<>();
        candidates.forEach(key ->
                bySpec.computeIfAbsent(key.spec(), spec -> new ArrayList<>()).add(key));
        bySpec.forEach((spec, kinds) -> addSorted(it, spec, kinds, predicates));
        new BitmapWhatIf(sample, costs).add(it, candidates, predicates);
        return it.build();
    }

    private void addSorted(
            WorkloadCost.Builder it, KeySpec spec, List<KeyCandidate> kinds, Map<Shape, List<int[][]>> predicates) {
        if (kinds.stream().allMatch(key -> key.kind() == Kind.BITMAP)) {
            return;
        }
        final SampleWalk walk = new SampleWalk(sample, order(spec), scale);
        int query = 0;
        for (final Map.Entry<Shape, List<int[][]>> each : predicates.entrySet()) {
            for (final KeyCandidate key : kinds) {
                if (key.kind() != Kind.BITMAP) {
                    it.way(query, costNs(walk, each.getKey(), each.getValue(), key.kind()), it.key(key.toString()));
                }
            }
            query++;
        }
    }

    /** The mean over these predicates of a shape, in nanoseconds, by a sorted key or by the scan if that costs less. */
    public double costNs(Shape shape, List<ValueSet[]> asked, KeyCandidate key) {
        final List<int[][]> predicates = new ArrayList<>();
        asked.forEach(sets -> predicates.add(ranks(shape, sets)));
        return costNs(new SampleWalk(sample, order(key.spec()), scale), shape, predicates, key.kind());
    }

    private double costNs(SampleWalk walk, Shape shape, List<int[][]> predicates, Kind kind) {
        final double seekNs = kind == Kind.HOT ? costs.hotSeekNs() : costs.seekNs();
        final double scanNs = costs.scanNs((double) sample.tableRows());
        double sum = 0;
        for (final int[][] predicate : predicates) {
            sum += Math.min(scanNs, walk.costNs(shape, predicate, seekNs, costs.keyedRowNs()));
        }
        return predicates.isEmpty() ? scanNs : sum / predicates.size();
    }

    private SampleOrder order(KeySpec spec) {
        return new SampleOrder(sample, spec.indexes(sample.schema()));
    }

    private List<int[][]> predicates(QueryTally tally, Shape shape) {
        final List<int[][]> predicates = new ArrayList<>();
        tally.predicates(shape).forEach(sets -> predicates.add(ranks(shape, sets)));
        if (predicates.isEmpty()) {
            for (int i = 0; i < STAND_INS && sample.rowCount() > 0; i++) {
                predicates.add(standIn(shape, (int) ((long) i * sample.rowCount() / STAND_INS)));
            }
        }
        return predicates;
    }

    private int[][] ranks(Shape shape, ValueSet[] sets) {
        final int[][] ranks = new int[shape.fieldCount()][];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = sample.ranks(sample.schema().indexOf(shape.fields().get(i)), sets[i]);
        }
        return ranks;
    }

    /** Where no predicate was kept: what a row of the sample has is asked for. */
    private int[][] standIn(Shape shape, int row) {
        final int[][] ranks = new int[shape.fieldCount()][];
        for (int i = 0; i < ranks.length; i++) {
            final int field = sample.schema().indexOf(shape.fields().get(i));
            final int count = sample.rankCount(field);
            if (shape.use(i).isRange()) {
                final int from = Math.min(sample.rank(field, row), count - Math.max(1, count / RANGE_PARTS));
                ranks[i] = new int[] {from, from + Math.max(1, count / RANGE_PARTS)};
                continue;
            }
            final int values = shape.use(i).values();
            final int[] points = new int[values];
            Arrays.setAll(points, at -> sample.rank(field, (int) ((row + (long) at * 7919) % sample.rowCount())));
            final int[] sorted = Arrays.stream(points).sorted().distinct().toArray();
            ranks[i] = new int[sorted.length * 2];
            for (int at = 0; at < sorted.length; at++) {
                ranks[i][2 * at] = sorted[at];
                ranks[i][2 * at + 1] = sorted[at] + 1;
            }
        }
        return ranks;
    }
}
