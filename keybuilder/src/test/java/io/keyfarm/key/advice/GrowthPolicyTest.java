package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Keys that come and go over long traces, beside the best schedule in hindsight. Work is counted, in nanoseconds: a table of
 * four million rows is scanned in 8 ms, a key over it is built in 240.
 */
final class GrowthPolicyTest {
    private static final int KEYS = 12;
    private static final int KEPT = 4;
    private static final double SCAN = 8e6;
    private static final double BUILD = 240e6;
    private static final int QUERIES = 20_000;
    private static final int PERIOD = 100;

    /** What a query of each kind costs by each key, or by the scan. */
    private static double[][] costs(Random random) {
        final double[][] costs = new double[KEYS][KEYS];
        for (int query = 0; query < KEYS; query++) {
            for (int key = 0; key < KEYS; key++) {
                // Every key is made for one kind of query, and helps one in five others a little.
                costs[query][key] = query == key
                        ? 20e3 * Math.pow(10, random.nextDouble())
                        : random.nextInt(5) == 0 ? SCAN * (0.1 + 0.8 * random.nextDouble()) : SCAN;
            }
        }
        return costs;
    }

    /** @param spread how many kinds of query a phase has */
    private static int[] trace(String kind, int spread, Random random) {
        final int[] wants = new int[QUERIES];
        final double[] zipf = new double[spread];
        Arrays.setAll(zipf, i -> 1 / (i + 1.0));
        for (int i = 0; i < QUERIES; i++) {
            final int first = switch (kind) {
                case "steady" -> 0;
                case "shift" -> i / (QUERIES / 3) * KEPT;
                case "flap" -> i / PERIOD % 2 * KEPT;
                default -> 0;
            };
            if (kind.equals("drift")) {
                final double centre = (double) i / QUERIES * KEYS;
                wants[i] = draw(random, KEYS, key -> {
                    final double distance = Math.abs(key - centre);
                    return Math.exp(-Math.pow(Math.min(distance, KEYS - distance), 2) / 2);
                });
            } else {
                wants[i] = (first + draw(random, spread, key -> zipf[(int) key])) % KEYS;
            }
        }
        return wants;
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

    private record Outcome(double work, int builds) {}

    private static Outcome grow(int[] wants, double[][] costs, RentTerms terms) {
        final GrowthPolicy policy = new GrowthPolicy(terms);
        final Set<String> kept = new LinkedHashSet<>();
        final KeyBudget budget = KeyBudget.ofKeys(KEPT);
        double work = 0;
        int builds = 0;
        double sinceLook = 0;
        for (final int want : wants) {
            double cost = SCAN;
            for (final String key : kept) {
                cost = Math.min(cost, costs[want][Integer.parseInt(key)]);
            }
            work += cost;
            sinceLook += cost;
            policy.onAsked(kept, Map.of("q" + want, 1.0), cost, BUILD);
            if (sinceLook >= BUILD / 50) {
                sinceLook = 0;
                final WorkloadCost all = workload(costs, policy.asked(WINDOWS.get(WINDOWS.size() - 1) * BUILD));
                final List<KeyChange> changes = policy.changes(
                        all,
                        budget,
                        kept,
                        WINDOWS.stream()
                                .map(w -> best(costs, policy.asked(w * BUILD)))
                                .toList(),
                        key -> BUILD);
                if (!changes.isEmpty() && changes.get(0).isDue()) {
                    final KeyChange change = changes.get(0);
                    kept.removeAll(change.leaving());
                    kept.add(change.key());
                    policy.onBuilt(change.key(), BUILD);
                    work += BUILD;
                    builds++;
                }
            }
        }
        return new Outcome(work, builds);
    }

    static List<Double> WINDOWS = List.of();

    private static List<String> best(double[][] costs, Map<String, Double> counts) {
        double[] weights = new double[KEYS];
        counts.forEach((q, c) -> weights[Integer.parseInt(q.substring(1))] = c);
        int bestSet = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int set = 0; set < 1 << KEYS; set++) {
            if (Integer.bitCount(set) <= KEPT) {
                double cost = Integer.bitCount(set);
                for (int query = 0; query < KEYS && cost < least; query++) {
                    double c = SCAN;
                    for (int key = 0; key < KEYS; key++) {
                        if ((set >>> key & 1) != 0) {
                            c = Math.min(c, costs[query][key]);
                        }
                    }
                    cost += weights[query] * c;
                }
                if (cost < least) {
                    least = cost;
                    bestSet = set;
                }
            }
        }
        final List<String> keys = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            if ((bestSet >>> key & 1) != 0) {
                keys.add(String.valueOf(key));
            }
        }
        return keys;
    }

    private static WorkloadCost workload(double[][] costs, Map<String, Double> counts) {
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

    /** The best schedule in hindsight, that may change keys every 100 queries, by dynamic programming over all sets. */
    private static double hindsight(int[] wants, double[][] costs) {
        final List<Integer> sets = new ArrayList<>();
        for (int set = 0; set < 1 << KEYS; set++) {
            if (Integer.bitCount(set) <= KEPT) {
                sets.add(set);
            }
        }
        double[] best = new double[sets.size()];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        best[0] = 0;
        final double[][] costOf = new double[sets.size()][KEYS];
        for (int i = 0; i < sets.size(); i++) {
            for (int query = 0; query < KEYS; query++) {
                costOf[i][query] = SCAN;
                for (int key = 0; key < KEYS; key++) {
                    if ((sets.get(i) >>> key & 1) != 0) {
                        costOf[i][query] = Math.min(costOf[i][query], costs[query][key]);
                    }
                }
            }
        }
        for (int start = 0; start < wants.length; start += PERIOD) {
            final int[] asked = new int[KEYS];
            for (int i = start; i < start + PERIOD; i++) {
                asked[wants[i]]++;
            }
            final double[] next = new double[sets.size()];
            for (int to = 0; to < next.length; to++) {
                double least = Double.POSITIVE_INFINITY;
                for (int from = 0; from < next.length; from++) {
                    final int built = sets.get(to) & ~sets.get(from);
                    least = built == 0 || best[from] < least
                            ? Math.min(least, best[from] + BUILD * Integer.bitCount(built))
                            : least;
                }
                for (int query = 0; query < KEYS; query++) {
                    least += asked[query] * costOf[to][query];
                }
                next[to] = least;
            }
            best = next;
        }
        return Arrays.stream(best).min().orElseThrow();
    }

    @Test
    void shouldComeCloseToTheBestScheduleInHindsight() {
        final double[][] grid = System.getProperty("grid") == null
                ? new double[][] {{0.05, 4, 0.25, 50, 6, 1000, 0.5, 2, 8, 32}}
                : grid(System.getProperty("grid"));
        final int seeds = Integer.getInteger("seeds", 4);
        for (final int spread : new int[] {4, 8}) {
            for (final String kind : new String[] {"steady", "shift", "flap", "drift"}) {
                final double[] worst = new double[grid.length];
                final double[] mean = new double[grid.length];
                final int[] builds = new int[grid.length];
                for (long seed = 0; seed < seeds; seed++) {
                    final Random random = new Random(seed);
                    final double[][] costs = costs(random);
                    final int[] wants = trace(kind, spread, random);
                    final double best = hindsight(wants, costs);
                    for (int g = 0; g < grid.length; g++) {
                        WINDOWS = Arrays.stream(grid[g], 6, grid[g].length)
                                .boxed()
                                .toList();
                        final Outcome outcome = grow(
                                wants,
                                costs,
                                new RentTerms(grid[g][0], grid[g][1], grid[g][2], grid[g][3], grid[g][4], grid[g][5]));
                        worst[g] = Math.max(worst[g], outcome.work / best);
                        mean[g] += outcome.work / best / seeds;
                        builds[g] = Math.max(builds[g], outcome.builds);
                    }
                }
                for (int g = 0; g < grid.length; g++) {
                    System.out.printf(
                            "%d %-7s worst %.3f mean %.3f builds %d  %s%n",
                            spread, kind, worst[g], mean[g], builds[g], Arrays.toString(grid[g]));
                }
            }
        }
        assertTrue(true);
    }

    private static double[][] grid(String text) {
        return Arrays.stream(text.split(";"))
                .map(row -> Arrays.stream(row.split(","))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toArray(double[][]::new);
    }
}
