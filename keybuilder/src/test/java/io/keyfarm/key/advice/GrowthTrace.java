package io.keyfarm.key.advice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * Queries of twelve kinds, one after another, and what each costs by each of twelve keys of which four may be kept. Work is
 * counted, in nanoseconds: a table of four million rows is scanned in 8 ms, a key over it is built in 240.
 */
final class GrowthTrace {
    static final int KEPT = 4;
    static final double SCAN = 8e6;
    static final double BUILD = 240e6;

    private static final int KEYS = 12;
    private static final int QUERIES = 20_000;
    private static final int PERIOD = 100;
    private static final double[] SPANS = {1, 4, 16, 64};
    private static final double[] LAST = {100, 400};
    private static final int LOOKS_A_BUILD = 50;

    /** What a query of each kind costs by each key, or by the scan. */
    private final double[][] costs = new double[KEYS][KEYS];
    /** All sets of keys that may be kept, as bits; and what a query of each kind costs by each. */
    private final List<Integer> sets = new ArrayList<>();

    private final List<double[]> setCosts = new ArrayList<>();
    /** Of which kind each query is. */
    private final int[] wants = new int[QUERIES];

    record Outcome(double work, int builds) {}

    /** @param spread how many kinds of query a phase has */
    GrowthTrace(String kind, int spread, long seed) {
        final Random random = new Random(seed);
        for (int query = 0; query < KEYS; query++) {
            for (int key = 0; key < KEYS; key++) {
                // Every key is made for one kind of query, and helps one in five others a little.
                costs[query][key] = query == key
                        ? 20e3 * Math.pow(10, random.nextDouble())
                        : random.nextInt(5) == 0 ? SCAN * (0.1 + 0.8 * random.nextDouble()) : SCAN;
            }
        }
        for (int set = 0; set < 1 << KEYS; set++) {
            if (Integer.bitCount(set) <= KEPT) {
                sets.add(set);
                setCosts.add(costsBy(set));
            }
        }
        Arrays.setAll(wants, i -> want(kind, spread, i, random));
    }

    private double[] costsBy(int set) {
        final double[] by = new double[KEYS];
        for (int query = 0; query < KEYS; query++) {
            by[query] = SCAN;
            for (int key = 0; key < KEYS; key++) {
                by[query] = (set >>> key & 1) == 0 ? by[query] : Math.min(by[query], costs[query][key]);
            }
        }
        return by;
    }

    private static int want(String kind, int spread, int i, Random random) {
        final DoubleUnaryOperator zipf = at -> 1 / (at + 1);
        return switch (kind) {
            case "steady" -> draw(random, spread, zipf);
            case "shift" -> (i / (QUERIES / 3) * KEPT + draw(random, spread, zipf)) % KEYS;
            case "flap" -> (i / PERIOD % 2 * KEPT + draw(random, spread, zipf)) % KEYS;
            default -> draw(random, KEYS, key -> nearness(key, (double) i / QUERIES * KEYS));
        };
    }

    private static double nearness(double key, double centre) {
        final double distance = Math.abs(key - centre);
        return Math.exp(-Math.pow(Math.min(distance, KEYS - distance), 2) / 2);
    }

    private static int draw(Random random, int count, DoubleUnaryOperator weight) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weight.applyAsDouble(i);
        }
        double left = random.nextDouble() * sum;
        int drawn = 0;
        while (drawn < count - 1 && left >= weight.applyAsDouble(drawn)) {
            left -= weight.applyAsDouble(drawn++);
        }
        return drawn;
    }

    /** As the policy would have it. */
    Outcome grow(RentTerms terms) {
        final GrowthPolicy policy = new GrowthPolicy(terms);
        final Set<String> kept = new LinkedHashSet<>();
        double work = 0;
        double workSinceLook = 0;
        int builds = 0;
        for (final int want : wants) {
            double cost = SCAN;
            for (final String key : kept) {
                cost = Math.min(cost, costs[want][Integer.parseInt(key)]);
            }
            work += cost;
            workSinceLook += cost;
            policy.onAsked(kept, Map.of("q" + want, 1.0), cost, BUILD);
            if (workSinceLook >= BUILD / LOOKS_A_BUILD) {
                workSinceLook = 0;
                final List<KeyChange> changes = changes(policy, kept);
                if (!changes.isEmpty() && changes.get(0).isDue()) {
                    final Set<String> before = Set.copyOf(kept);
                    kept.removeAll(changes.get(0).leaving());
                    kept.add(changes.get(0).key());
                    policy.onChanged(workload(policy.asked(Double.POSITIVE_INFINITY)), before, kept, BUILD);
                    work += BUILD;
                    builds++;
                }
            }
        }
        return new Outcome(work, builds);
    }

    private List<KeyChange> changes(GrowthPolicy policy, Set<String> kept) {
        final List<WantedKeys> wanted = new ArrayList<>();
        for (final double span : SPANS) {
            wanted.add(wanted(policy.asked(span * BUILD)));
        }
        for (final double queries : LAST) {
            wanted.add(wanted(policy.last(queries)));
        }
        final WorkloadCost all = workload(policy.asked(Double.POSITIVE_INFINITY));
        return policy.changes(all, KeyBudget.ofKeys(KEPT), kept, wanted, key -> BUILD);
    }

    private WantedKeys wanted(Map<String, Double> counts) {
        return new WantedKeys(best(counts), workload(counts));
    }

    /** The set that costs least; of equals the smallest. */
    private Set<String> best(Map<String, Double> counts) {
        final double[] weights = new double[KEYS];
        counts.forEach((query, count) -> weights[Integer.parseInt(query.substring(1))] = count);
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < sets.size(); i++) {
            double cost = Integer.bitCount(sets.get(i));
            for (int query = 0; query < KEYS && cost < least; query++) {
                cost += weights[query] * setCosts.get(i)[query];
            }
            if (cost < least) {
                least = cost;
                best = sets.get(i);
            }
        }
        final Set<String> keys = new LinkedHashSet<>();
        for (int key = 0; key < KEYS; key++) {
            if ((best >>> key & 1) != 0) {
                keys.add(String.valueOf(key));
            }
        }
        return keys;
    }

    /** @param counts by kind, as {@code q3} */
    WorkloadCost workload(Map<String, Double> counts) {
        final WorkloadCost.Builder it = WorkloadCost.builder();
        for (int key = 0; key < KEYS; key++) {
            it.key(String.valueOf(key), 1);
        }
        counts.forEach((name, count) -> {
            final int query = it.query(name, count, SCAN);
            for (int key = 0; key < KEYS; key++) {
                it.way(query, costs[Integer.parseInt(name.substring(1))][key], key);
            }
        });
        return it.build();
    }

    /** The work of the best schedule in hindsight, that may change keys every 100 queries: dynamic programming over all sets. */
    double hindsight() {
        double[] best = new double[sets.size()];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        best[0] = 0;
        for (int start = 0; start < QUERIES; start += PERIOD) {
            final int[] asked = new int[KEYS];
            for (int i = start; i < start + PERIOD; i++) {
                asked[wants[i]]++;
            }
            final double[] next = new double[best.length];
            for (int to = 0; to < next.length; to++) {
                double least = Double.POSITIVE_INFINITY;
                for (int from = 0; from < next.length; from++) {
                    if (best[from] < least) {
                        least = Math.min(least, best[from] + BUILD * Integer.bitCount(sets.get(to) & ~sets.get(from)));
                    }
                }
                for (int query = 0; query < KEYS; query++) {
                    least += asked[query] * setCosts.get(to)[query];
                }
                next[to] = least;
            }
            best = next;
        }
        return Arrays.stream(best).min().orElseThrow();
    }
}
