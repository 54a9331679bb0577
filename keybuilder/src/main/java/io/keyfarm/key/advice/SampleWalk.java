package io.keyfarm.key.advice;

import io.keyfarm.key.KeyTier;
import java.util.Arrays;
import java.util.Map;

/**
 * Walks a sorted sample as the seek loop walks a key: at each field the runs that are left are narrowed, group by group.
 *
 * <pre>
 *   key a.b, a in 3..9, b = 5      groups of a that are large: a seek in each ─┐
 *                                  small ones: a step over each row ───────────┴─► and the rows that are left
 * </pre>
 */
final class SampleWalk {
    private static final double NEARLY = 1.5;
    /** A set of n values is counted as the next power of two. */
    private static final double MEAN_OF_A_CLASS = 0.75;
    /** Of about this many groups or more, evenly chosen ones stand for all. */
    private static final int MOST_GROUPS = 256;

    private final RowSample sample;
    private final SampleOrders orders;
    private final SampleOrder order;
    private final double scale;
    private final CostModel costs;
    /** By depth: groups of the whole table for each of the sample's. */
    private final double[] growth;

    /** By depth: whether the sample has about all values of the field. */
    private final boolean[] isComplete;

    /** By depth: which field of the shape it is, or −1. */
    private final int[] places;

    private Shape shape = Shape.of(Map.of());
    private int[] runs = new int[64];
    private int[] narrowed = new int[64];
    /** What each run that is left stands for. */
    private double runWeight;

    private final Steps cold;
    private final Steps hot;
    private double coldNs;
    private double hotNs;

    SampleWalk(SampleOrders orders, int[] fields, CostModel costs) {
        this.orders = orders;
        this.costs = costs;
        cold = new Steps(KeyTier.COLD, costs);
        hot = new Steps(KeyTier.HOT, costs);
        sample = orders.sample();
        order = orders.of(fields);
        scale = (double) sample.tableRows() / Math.max(1, sample.rowCount());
        growth = new double[order.depth() + 1];
        isComplete = new boolean[order.depth()];
        places = new int[order.depth()];
        for (int depth = 1; depth <= order.depth(); depth++) {
            growth[depth] = order.tableGroups(depth) / Math.max(1, order.groups(depth));
            final SampleOrder alone = orders.alone(order.field(depth - 1));
            isComplete[depth - 1] = alone.tableGroups(1) < alone.groups(1) * NEARLY;
        }
    }

    /** What the last walk came to in a cold key, or the full scan if that costs less. */
    double coldNs() {
        return coldNs;
    }

    /** The same of a hot key. */
    double hotNs() {
        return hotNs;
    }

    /** What the walks to come are of. */
    void begin(Shape ofShape) {
        shape = ofShape;
        Arrays.setAll(
                places,
                depth -> shape.fields()
                        .indexOf(sample.schema().field(order.field(depth)).name()));
    }

    /** @param predicate by field of the shape: ranges of ranks */
    void walk(int[][] predicate) {
        final double scanNs = costs.scanNs((double) sample.tableRows());
        cold.begin();
        hot.begin();
        double rows = sample.tableRows();
        // Prefixes to seek below, each in its own place; known exactly while only values were asked for.
        double visits = 1;
        double found = sample.rowCount();
        int runCount = 1;
        runWeight = 1;
        runs[0] = 0;
        runs[1] = sample.rowCount();
        for (int depth = 0; depth < order.depth() && hot.walkNs() < scanNs; depth++) {
            final int at = places[depth];
            final int[] ranks = at < 0 ? null : predicate[at];
            final double rowsBefore = rows;
            // Beyond as many values as a place has, nothing is sought in it.
            final double valuesOfAPlace = ranks == null ? 0 : groups(runCount, depth + 1) * growth[depth + 1] / visits;
            if (ranks != null) {
                runCount = narrow(runCount, depth, ranks);
                found = total(runCount);
                rows = found > 0 ? found * scale : Math.min(0.5 * scale, rows * share(depth, ranks));
            }
            final double groups = Math.max(1, groups(runCount, depth + 1) * growth[depth + 1]);
            if (ranks != null) {
                final double segments = segments(depth, ranks, shape.use(at));
                final double seeks = visits * (visits > 1 ? Math.min(segments, 1 + valuesOfAPlace) : segments);
                cold.visit(seeks, rowsBefore);
                hot.visit(seeks, rowsBefore);
                visits = shape.use(at).isRange()
                        ? groups
                        : Math.min(visits * values(segments, ranks), groups(found, groups));
            } else {
                visits = groups;
            }
        }
        coldNs = Math.min(scanNs, cold.readNs(rows));
        hotNs = Math.min(scanNs, hot.readNs(rows));
    }

    /** What a walk through a key of one tier takes. */
    private static final class Steps {
        private final KeyTier tier;
        private final CostModel costs;
        private double seeks;
        private double examined;

        Steps(KeyTier tier, CostModel costs) {
            this.tier = tier;
            this.costs = costs;
        }

        void begin() {
            seeks = 1;
            examined = 0;
        }

        /**
         * So many places among these rows. Short gaps are walked over, as the seek loop does, and others are sought; they are
         * taken to be exponential. Who goes to places of a field has been at those of the fields before it.
         */
        void visit(double places, double rows) {
            final double gap = Math.max(1, rows) / places;
            final double limit = tier.seekEntries() / gap;
            final double isLonger = Math.exp(-limit);
            final double sought = 1 + (places - 1) * isLonger;
            final double walked = (places - 1) * gap * (1 - isLonger * (1 + limit));
            if (ns(sought, walked) > ns(seeks, examined)) {
                seeks = sought;
                examined = walked;
            }
        }

        private double ns(double sought, double walked) {
            return sought * costs.seekNs(tier) + walked * costs.stepNs(tier);
        }

        double walkNs() {
            return ns(seeks, examined);
        }

        double readNs(double rows) {
            return costs.keyedNs(new Estimate(rows, seeks, examined), tier);
        }
    }

    /** Of values that the sample lacks as many may be there as were asked for, unless it has all values there are. */
    private double segments(int depth, int[] ranks, FieldUse use) {
        final double known = Math.max(1, ranks.length / 2);
        return isComplete[depth] || use.isRange() ? known : Math.max(known, Math.ceil(use.values() * MEAN_OF_A_CLASS));
    }

    private static double values(double segments, int[] ranks) {
        int values = 0;
        for (int i = 0; i < ranks.length; i += 2) {
            values += ranks[i + 1] - ranks[i];
        }
        return Math.max(segments, values);
    }

    /** Where the sample holds no matching row, it does not say that there are no groups. */
    private static double groups(double found, double groups) {
        return found > 0 ? groups : Double.POSITIVE_INFINITY;
    }

    /** Cuts each group of each run down to these ranks, or some groups if there are many; runs stay in order. */
    private int narrow(int runCount, int depth, int[] ranks) {
        final int stride = (int) Math.max(1, groups(runCount, depth) / runWeight / MOST_GROUPS);
        int count = 0;
        int next = stride / 2;
        for (int run = 0; run < runCount; run++) {
            final int end = runs[2 * run + 1];
            for (int group = runs[2 * run]; group < end; ) {
                final int groupEnd = Math.min(end, order.groupEnd(depth, group));
                if (next-- == 0) {
                    count = cut(group, groupEnd, depth, ranks, count);
                    next = stride - 1;
                }
                group = groupEnd;
            }
        }
        runWeight *= stride;
        final int[] swapped = runs;
        runs = narrowed;
        narrowed = swapped;
        return count;
    }

    private int cut(int group, int groupEnd, int depth, int[] ranks, int runCount) {
        if (groupEnd - group == 1) {
            return admits(ranks, order.rank(depth, group)) ? put(runCount, group, groupEnd) : runCount;
        }
        int count = runCount;
        int from = group;
        for (int i = 0; i < ranks.length && from < groupEnd; i += 2) {
            from = seek(depth, ranks[i], from, groupEnd);
            final int to = seek(depth, ranks[i + 1], from, groupEnd);
            if (from < to) {
                count = put(count, from, to);
            }
            from = to;
        }
        return count;
    }

    private static boolean admits(int[] ranks, int rank) {
        for (int i = 0; i < ranks.length && ranks[i] <= rank; i += 2) {
            if (rank < ranks[i + 1]) {
                return true;
            }
        }
        return false;
    }

    private int seek(int depth, int rank, int from, int to) {
        return depth == 0 ? orders.rowsBetween(order.field(0), 0, rank) : order.seek(depth, rank, from, to);
    }

    private int put(int count, int from, int to) {
        if (2 * count == narrowed.length) {
            narrowed = Arrays.copyOf(narrowed, count * 4);
        }
        narrowed[2 * count] = from;
        narrowed[2 * count + 1] = to;
        return count + 1;
    }

    private double total(int runCount) {
        double total = 0;
        for (int run = 0; run < runCount; run++) {
            total += runs[2 * run + 1] - runs[2 * run];
        }
        return total * runWeight;
    }

    private double groups(int runCount, int depth) {
        double groups = 0;
        for (int run = 0; run < runCount; run++) {
            groups += runs[2 * run] == runs[2 * run + 1]
                    ? 0
                    : order.groupsWithin(depth, runs[2 * run], runs[2 * run + 1]);
        }
        return groups * runWeight;
    }

    /** The share of all sampled rows that the ranks admit, never none. */
    private double share(int depth, int[] ranks) {
        double admitted = 0.5;
        for (int i = 0; i < ranks.length; i += 2) {
            admitted += orders.rowsBetween(order.field(depth), ranks[i], ranks[i + 1]);
        }
        return admitted / Math.max(1, sample.rowCount());
    }
}
