package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each query costs without any key, and with each key that would help it: all that choosing keys needs to know.
 *
 * <pre>
 *   query         weight   without   ways
 *   state zip        190      8000   state.zip 10 | state 900 | bitmap state + bitmap zip 60
 *   name              40      8000   name 12
 * </pre>
 *
 * A <em>way</em> is a key, or some keys that must all be there, with what the query costs by it. A query takes its cheapest
 * way. Costs are in any unit, weights are any counts. Immutable.
 */
public final class WorkloadCost {
    public static final int MAX_KEYS = 20_000;
    public static final int MAX_QUERIES = 200_000;
    public static final int MAX_WAYS = 2_000_000;
    public static final int MAX_KEYS_OF_A_WAY = 8;
    public static final long MAX_KEY_BYTES = 1L << 50;
    /** So that sums of products stay numbers. */
    public static final double MAX_NUMBER = 1e60;

    private final List<String> keys;
    private final Map<String, Integer> keyNumbers;
    private final Map<String, Integer> queryNumbers = new HashMap<>();
    private final boolean isInNanoseconds;
    private final long[] keyBytes;
    private final List<String> queries;
    private final double[] weights;
    private final double[] bases;

    /** The ways of query q are {@code wayStarts[q]} to {@code wayStarts[q + 1]}, the one that saves most first. */
    private final int[] wayStarts;

    private final int[] wayQueries;
    private final double[] savings;
    private final int[][] wayKeys;
    /** By key: the ways it is in, in the order of their queries. */
    private final int[][] waysOfKeys;

    private WorkloadCost(Builder it) {
        keys = List.copyOf(it.keys.keySet());
        keyNumbers = Map.copyOf(it.keys);
        isInNanoseconds = it.isInNanoseconds;
        keyBytes = it.keyBytes.stream().mapToLong(Long::longValue).toArray();
        queries = List.copyOf(it.queries);
        for (int query = 0; query < queries.size(); query++) {
            queryNumbers.put(queries.get(query), query);
        }
        weights = it.weights.stream().mapToDouble(Double::doubleValue).toArray();
        bases = it.bases.stream().mapToDouble(Double::doubleValue).toArray();
        final List<Way> ways = new ArrayList<>(it.ways);
        ways.sort(Comparator.comparingInt(Way::query).thenComparingDouble(way -> -saving(way)));
        wayStarts = new int[bases.length + 1];
        wayQueries = ways.stream().mapToInt(Way::query).toArray();
        savings = ways.stream().mapToDouble(this::saving).toArray();
        wayKeys = ways.stream().map(Way::keys).toArray(int[][]::new);
        for (final int query : wayQueries) {
            wayStarts[query + 1]++;
        }
        Arrays.parallelPrefix(wayStarts, Integer::sum);
        waysOfKeys = invert(wayKeys, keys.size());
    }

    private double saving(Way way) {
        return weights[way.query] * (bases[way.query] - way.cost);
    }

    private static int[][] invert(int[][] wayKeys, int keyCount) {
        final int[] counts = new int[keyCount];
        for (final int[] some : wayKeys) {
            for (final int key : some) {
                counts[key]++;
            }
        }
        final int[][] ways = new int[keyCount][];
        Arrays.setAll(ways, key -> new int[counts[key]]);
        for (int way = wayKeys.length - 1; way >= 0; way--) {
            for (final int key : wayKeys[way]) {
                ways[key][--counts[key]] = way;
            }
        }
        return ways;
    }

    public static Builder builder() {
        return new Builder();
    }

    public int keyCount() {
        return keyBytes.length;
    }

    public String key(int key) {
        return keys.get(key);
    }

    /** The key called so, or −1. */
    public int find(String key) {
        return keyNumbers.getOrDefault(key, -1);
    }

    /** The query called so, or −1; of several the last. */
    public int findQuery(String query) {
        return queryNumbers.getOrDefault(query, -1);
    }

    public long bytes(int key) {
        return keyBytes[key];
    }

    public int queryCount() {
        return bases.length;
    }

    public String query(int query) {
        return queries.get(query);
    }

    public double weight(int query) {
        return weights[query];
    }

    /** What the query costs by the way, or without one if that is less than 0. */
    public double cost(int query, int way) {
        return way < 0 || weights[query] == 0 ? bases[query] : bases[query] - savings[way] / weights[query];
    }

    /** What one run of each query costs with these keys; keys that the workload does not know help none. */
    public Map<String, Double> costsWith(Collection<String> keptKeys) {
        final Selection kept = Selection.of(this, keptKeys);
        final Map<String, Double> costs = new HashMap<>();
        for (int query = 0; query < bases.length; query++) {
            costs.put(queries.get(query), kept.cost(query));
        }
        return costs;
    }

    /** The same keys and costs for queries that are asked so often, by name; those not named are not asked. */
    public WorkloadCost weighted(Map<String, Double> counts) {
        final Builder it = builder();
        it.isInNanoseconds = isInNanoseconds;
        for (int key = 0; key < keyBytes.length; key++) {
            it.key(keys.get(key), keyBytes[key]);
        }
        for (int query = 0; query < bases.length; query++) {
            final Double count = counts.get(queries.get(query));
            if (count != null) {
                final int mine = it.query(queries.get(query), count, bases[query]);
                for (int way = wayStarts[query]; way < wayStarts[query + 1]; way++) {
                    it.way(mine, cost(query, way), wayKeys[way]);
                }
            }
        }
        return it.build();
    }

    /** What all queries cost without a key. */
    public double costWithout() {
        double cost = 0;
        for (int i = 0; i < bases.length; i++) {
            cost += weights[i] * bases[i];
        }
        return cost;
    }

    /** A cost as people read it: a time, if costs are in nanoseconds. */
    String inWords(double cost) {
        return isInNanoseconds ? KeyProposal.time(cost) : KeyProposal.number(cost);
    }

    public int wayCount() {
        return savings.length;
    }

    /** The first way of a query; that of the query behind it is the end. */
    public int wayStart(int query) {
        return wayStarts[query];
    }

    public int queryOf(int way) {
        return wayQueries[way];
    }

    /** What taking the way saves over all runs of its query, more than 0. */
    public double saving(int way) {
        return savings[way];
    }

    int[] keysOf(int way) {
        return wayKeys[way];
    }

    int[] waysOf(int key) {
        return waysOfKeys[key];
    }

    private record Way(int query, int[] keys, double cost) {}

    /** Keys first, then queries, each with its ways. */
    public static final class Builder {
        private final Map<String, Integer> keys = new LinkedHashMap<>();
        private final List<Long> keyBytes = new ArrayList<>();
        private final List<String> queries = new ArrayList<>();
        private final List<Double> weights = new ArrayList<>();
        private final List<Double> bases = new ArrayList<>();
        private final List<Way> ways = new ArrayList<>();
        private boolean isInNanoseconds;

        /** Costs are printed as times. */
        public Builder inNanoseconds() {
            isInNanoseconds = true;
            return this;
        }

        /**
         * All keys and queries of another workload, in whose names its table comes first: {@code vehicles: make.year hot}.
         * What {@link TableKey} reads.
         */
        public Builder add(String table, WorkloadCost other) {
            isInNanoseconds |= other.isInNanoseconds;
            final int[] numbers = new int[other.keyCount()];
            Arrays.setAll(numbers, key -> key(TableKey.name(table, other.key(key)), other.bytes(key)));
            for (int query = 0; query < other.queryCount(); query++) {
                final int mine =
                        query(TableKey.name(table, other.query(query)), other.weight(query), other.cost(query, -1));
                for (int way = other.wayStart(query); way < other.wayStart(query + 1); way++) {
                    way(
                            mine,
                            other.cost(query, way),
                            Arrays.stream(other.keysOf(way))
                                    .map(key -> numbers[key])
                                    .toArray());
                }
            }
            return this;
        }

        private Builder() {}

        /** A key that could be built; answers its number, counted from 0. */
        public int key(String name, long bytes) {
            requireWithin("bytes of key " + name, (double) bytes, (double) MAX_KEY_BYTES);
            require(keys.size() < MAX_KEYS, "there are more than " + MAX_KEYS + " keys");
            require(keys.putIfAbsent(name, keys.size()) == null, "key " + name + " is there twice");
            keyBytes.add(bytes);
            return keys.size() - 1;
        }

        /** The number of a key that is there. */
        public int key(String name) {
            final Integer key = keys.get(name);
            require(key != null, "there is no key " + name);
            return key == null ? -1 : key;
        }

        /** A query; answers its number, counted from 0. */
        public int query(String name, double weight, double costWithout) {
            requireWithin("weight of query " + name, weight, MAX_NUMBER);
            requireWithin("cost of query " + name, costWithout, MAX_NUMBER);
            require(queries.size() < MAX_QUERIES, "there are more than " + MAX_QUERIES + " queries");
            queries.add(name);
            weights.add(weight);
            bases.add(costWithout);
            return queries.size() - 1;
        }

        /** What the query costs if all these keys are there. A way that saves nothing is forgotten. */
        public Builder way(int query, double cost, int... wayKeys) {
            requireWithin("cost of query " + queries.get(query), cost, MAX_NUMBER);
            final int[] sorted = Arrays.stream(wayKeys).sorted().distinct().toArray();
            require(
                    sorted.length == wayKeys.length && sorted.length > 0 && sorted.length <= MAX_KEYS_OF_A_WAY,
                    "a way has 1 to " + MAX_KEYS_OF_A_WAY + " keys, none of them twice");
            if (weights.get(query) * (bases.get(query) - cost) > 0) {
                require(ways.size() < MAX_WAYS, "there are more than " + MAX_WAYS + " costs");
                ways.add(new Way(query, sorted, cost));
            }
            return this;
        }

        public WorkloadCost build() {
            return new WorkloadCost(this);
        }

        private static void requireWithin(String what, double amount, double limit) {
            require(amount >= 0 && amount <= limit, "%s: 0 to %.3g, not %s".formatted(what, limit, amount));
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new BadValueException(otherwise);
            }
        }
    }
}
