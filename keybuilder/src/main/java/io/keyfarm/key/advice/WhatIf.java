package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.segmonitor.ValueSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What queries would cost with a key that does not exist: a sample of the rows is sorted in its order, and the predicates
 * that were really asked are sought in it, skips included.
 *
 * <pre>
 *   state.make.year    make = FORD, year = 1998      states × 1 × 1 seeks, and the rows found
 * </pre>
 *
 * Where seeks would be closer together than they pay, the seek loop walks over what is between, and no walk is dearer than
 * that; the full scan counts, if it is cheaper.
 *
 * <p>How wrong it can be: rows are counted among real rows, so correlated fields are seen as they are as long as the sample
 * holds matching rows. Where it holds none, each further field is taken to be independent, capped at half a sampled row:
 * with 4 million rows and 64 Ki sampled that is 30 rows, about the cost of one seek. Groups that the sample did not draw
 * are guessed, within a factor of the root of table over sample, 8 there; that bounds the error of skips over fields
 * of very many values, which are dear in any case. Bitmap keys and column copies are costed as if fields were independent.
 *
 * <p>It is made for being asked again and again while a tally changes: orders of the sample and costs are remembered as long as a
 * shape is asked with about the same values. For one thread.
 */
public final class WhatIf {
    /** So many orders of {@link #candidates} are costed in full, by an engine that grows its keys. */
    public static final int MOST_ORDERS = 64;

    private static final int MOST_GENERATED = 2_000;
    private static final int ROUGH_ROWS = 1 << 12;
    private static final int ROUGH_PREDICATES = 8;
    /** Remembered orders: 16 MB of 64 Ki rows. */
    private static final int EXACT_ORDERS = 64;

    private static final int ROUGH_ORDERS = 512;
    /** Weights that moved by less do not change which orders are worth a look. */
    private static final double DRIFT = 1.5;

    private final RowSample sample;
    private final CostModel costs;
    private final SortedWhatIf exact;
    private final SortedWhatIf rough;
    private final BitmapWhatIf bitmaps;
    private final ColumnWhatIf columns;
    private final Map<Shape, AskedShape> asked = new HashMap<>();
    private final Map<KeyCandidate, Long> bytes = new HashMap<>();

    /** What the last screening was of, and what it took. */
    private final Map<AskedShape, Double> screened = new LinkedHashMap<>();

    private List<KeySpec> screenedOrders = List.of();
    private int screenedMost;

    public WhatIf(RowSample sample, CostModel costs) {
        this.sample = sample;
        this.costs = costs;
        exact = new SortedWhatIf(sample, costs, false, EXACT_ORDERS, QueryTally.MAX_PREDICATES);
        rough = new SortedWhatIf(sample.thinned(ROUGH_ROWS), costs, true, ROUGH_ORDERS, ROUGH_PREDICATES);
        bitmaps = new BitmapWhatIf(exact.orders(), costs);
        columns = new ColumnWhatIf(exact.orders(), costs);
    }

    /** How many values a field has, as far as the sample tells. */
    public double distinctValues(String field) {
        return sample.rowCount() == 0
                ? 0
                : exact.orders().alone(sample.schema().indexOf(field)).tableGroups(1);
    }

    /** What the candidate would take. */
    public long bytes(KeyCandidate key) {
        return bytes.computeIfAbsent(
                key,
                it -> it.kind().isSorted()
                        ? KeyCandidate.sortedBytes(it.kind(), (double) sample.tableRows())
                        : bytesOfField(
                                it.kind(),
                                sample.schema().indexOf(it.spec().fields().get(0))));
    }

    private long bytesOfField(Kind kind, int field) {
        return kind == Kind.BITMAP ? bitmaps.bytes(field) : columns.bytes(field);
    }

    /** The keys worth costing for these shapes: sorted ones cold and hot, bitmaps and column copies. */
    public List<KeyCandidate> candidates(QueryTally tally) {
        return candidates(tally, MOST_ORDERS, List.of());
    }

    /**
     * @param mostOrders so many orders of fields at most, each cold and hot
     * @param always keys that are candidates in any case, say those that are there
     */
    public List<KeyCandidate> candidates(QueryTally tally, int mostOrders, Collection<KeyCandidate> always) {
        refresh(tally);
        final Set<KeyCandidate> keys = new LinkedHashSet<>(always);
        keys.addAll(CandidateKinds.of(orders(tally, mostOrders), tally.shapes(), this::distinctValues));
        return List.copyOf(keys);
    }

    private List<KeySpec> orders(QueryTally tally, int mostOrders) {
        final Map<Shape, Double> weights = new LinkedHashMap<>();
        tally.shapes().forEach(shape -> weights.put(shape, tally.count(shape)));
        final Map<AskedShape, Double> now = new LinkedHashMap<>();
        weights.forEach((shape, weight) -> now.put(asked(tally, shape), weight));
        if (mostOrders != screenedMost || !isScreened(now)) {
            final List<KeySpec> all = CandidateKeys.of(weights, this::distinctValues, MOST_GENERATED);
            final List<AskedShape> shapes = List.copyOf(now.keySet());
            final double[][] roughCosts = new double[all.size()][shapes.size()];
            for (int order = 0; order < roughCosts.length; order++) {
                for (int shape = 0; shape < shapes.size(); shape++) {
                    roughCosts[order][shape] = rough.costs(shapes.get(shape), all.get(order))[SortedWhatIf.COLD];
                }
            }
            screenedOrders = new CandidateScreen(
                            roughCosts,
                            now.values().stream()
                                    .mapToDouble(Double::doubleValue)
                                    .toArray(),
                            costs.scanNs((double) sample.tableRows()))
                    .take(mostOrders).stream().map(all::get).toList();
            screened.clear();
            screened.putAll(now);
            screenedMost = mostOrders;
        }
        return screenedOrders;
    }

    private boolean isScreened(Map<AskedShape, Double> now) {
        return now.keySet().equals(screened.keySet())
                && now.entrySet().stream().allMatch(it -> {
                    final double before = screened.getOrDefault(it.getKey(), 0.0);
                    return it.getValue() <= before * DRIFT && before <= it.getValue() * DRIFT;
                });
    }

    /** The tally's shapes with each candidate, in nanoseconds; bitmap keys alone and two at a time. */
    public WorkloadCost costs(QueryTally tally, List<KeyCandidate> candidates) {
        refresh(tally);
        final WorkloadCost.Builder it = WorkloadCost.builder().inNanoseconds();
        final int[] numbers = candidates.stream()
                .mapToInt(key -> it.key(key.toString(), bytes(key)))
                .toArray();
        final List<AskedShape> shapes = new ArrayList<>();
        for (final Shape shape : tally.shapes()) {
            it.query(shape.toString(), tally.count(shape), costs.scanNs((double) sample.tableRows()));
            shapes.add(asked(tally, shape));
        }
        // Keys that begin alike one behind the other, as they share orders of the sample.
        candidates.stream()
                .filter(key -> key.kind().isSorted())
                .map(KeyCandidate::spec)
                .sorted(Comparator.comparing(KeySpec::toString))
                .forEach(spec -> shapes.forEach(shape -> exact.costs(shape, spec)));
        for (int i = 0; i < numbers.length; i++) {
            final KeyCandidate key = candidates.get(i);
            for (int query = 0; query < shapes.size() && key.kind().isSorted(); query++) {
                it.way(query, exact.costs(shapes.get(query), key.spec())[column(key)], numbers[i]);
            }
        }
        bitmaps.add(it, candidates, shapes);
        columns.add(it, candidates, shapes);
        return it.build();
    }

    private static int column(KeyCandidate key) {
        return key.kind() == Kind.HOT ? SortedWhatIf.HOT : SortedWhatIf.COLD;
    }

    /** The mean over these predicates of a shape, in nanoseconds, by a sorted key or by the scan if that costs less. */
    public double costNs(Shape shape, List<ValueSet[]> predicates, KeyCandidate key) {
        if (predicates.isEmpty()) {
            return costs.scanNs((double) sample.tableRows());
        }
        return exact.costs(new AskedShape(sample, shape, predicates, 0), key.spec())[column(key)];
    }

    /** What was remembered of shapes that are asked otherwise now, or no more, is forgotten. */
    private void refresh(QueryTally tally) {
        final Set<Shape> shapes = new LinkedHashSet<>(tally.shapes());
        asked.entrySet()
                .removeIf(it -> !shapes.contains(it.getKey()) || !it.getValue().isStillWhat(tally));
        shapes.forEach(shape -> asked(tally, shape));
    }

    private AskedShape asked(QueryTally tally, Shape shape) {
        return asked.computeIfAbsent(shape, it -> new AskedShape(sample, it, tally.predicates(it), tally.seen(it)));
    }
}
