package io.keyfarm.key.advice;

import java.util.Arrays;

/**
 * Walks a sorted sample as the seek loop walks a key: at each field the runs that are left are narrowed, group by group, and
 * what has been found so far could be read from there.
 */
final class SampleWalk {
    private static final double NEARLY = 1.5;
    /** A set of n values is counted as the next power of two. */
    private static final double MEAN_OF_A_CLASS = 0.75;

    private final RowSample sample;
    private final SampleOrder order;
    private final double scale;
    /** By depth: groups of the whole table for each of the sample's. */
    private final double[] growth;

    /** By depth: whether the sample has about all values of the field. */
    private final boolean[] isComplete;

    private int[] runs = new int[64];
    private int[] narrowed = new int[64];

    SampleWalk(RowSample sample, SampleOrder order, double scale) {
        this.sample = sample;
        this.order = order;
        this.scale = scale;
        growth = new double[order.depth() + 1];
        isComplete = new boolean[order.depth()];
        for (int depth = 1; depth <= order.depth(); depth++) {
            growth[depth] = order.tableGroups(depth) / Math.max(1, order.groups(depth));
            final SampleOrder alone = depth == 1 ? order : new SampleOrder(sample, new int[] {order.field(depth - 1)});
            isComplete[depth - 1] = alone.tableGroups(1) < alone.groups(1) * NEARLY;
        }
    }

    /** @param predicate by field of the shape: ranges of ranks */
    double costNs(Shape shape, int[][] predicate, double seekNs, double rowNs) {
        double cheapest = Double.POSITIVE_INFINITY;
        double rows = sample.tableRows();
        // Prefixes to seek below, each in its own place; known exactly while only values were asked for.
        double visits = 1;
        double seeks = 1;
        double found = sample.rowCount();
        int runCount = 1;
        runs[0] = 0;
        runs[1] = sample.rowCount();
        for (int depth = 0; depth < order.depth(); depth++) {
            final int at = shape.fields()
                    .indexOf(sample.schema().field(order.field(depth)).name());
            final int[] ranks = at < 0 ? null : predicate[at];
            if (ranks != null) {
                runCount = narrow(runCount, depth, ranks);
                found = total(runCount);
                rows = found > 0 ? found * scale : Math.min(0.5 * scale, rows * share(depth, ranks));
            }
            final double groups = Math.max(1, groups(runCount, depth + 1) * growth[depth + 1]);
            if (ranks != null) {
                final double segments = segments(depth, ranks, shape.use(at));
                // In each place a seek for each segment, but what is known not to be there is skipped with the one
                // before.
                final double here =
                        visits * (isComplete[depth] && visits > 1 ? Math.min(segments, 1 + groups / visits) : segments);
                // Where a place was sought in vain, nothing is sought behind it.
                seeks = Math.max(seeks, Math.min(here, (double) sample.tableRows()));
                cheapest = Math.min(cheapest, seeks * seekNs + rows * rowNs);
                visits = shape.use(at).isRange()
                        ? groups
                        : Math.min(visits * values(segments, ranks), groups(found, groups));
            } else {
                visits = groups;
            }
        }
        return cheapest;
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

    /** Cuts each group of each run down to these ranks; runs stay in order. */
    private int narrow(int runCount, int depth, int[] ranks) {
        int count = 0;
        for (int run = 0; run < runCount; run++) {
            final int end = runs[2 * run + 1];
            for (int group = runs[2 * run]; group < end; ) {
                final int groupEnd = Math.min(end, order.groupEnd(depth, group));
                int from = group;
                for (int i = 0; i < ranks.length && from < groupEnd; i += 2) {
                    from = order.seek(depth, ranks[i], from, groupEnd);
                    final int to = order.seek(depth, ranks[i + 1], from, groupEnd);
                    if (from < to) {
                        count = put(count, from, to);
                    }
                    from = to;
                }
                group = groupEnd;
            }
        }
        final int[] swapped = runs;
        runs = narrowed;
        narrowed = swapped;
        return count;
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
        return total;
    }

    private double groups(int runCount, int depth) {
        double groups = 0;
        for (int run = 0; run < runCount; run++) {
            for (int i = runs[2 * run]; i < runs[2 * run + 1]; i = order.groupEnd(depth, i)) {
                groups++;
            }
        }
        return groups;
    }

    /** The share of all sampled rows that the ranks admit, never none. */
    private double share(int depth, int[] ranks) {
        double admitted = 0.5;
        for (int row = 0; row < sample.rowCount(); row++) {
            final int rank = sample.rank(order.field(depth), row);
            for (int i = 0; i < ranks.length; i += 2) {
                admitted += rank >= ranks[i] && rank < ranks[i + 1] ? 1 : 0;
            }
        }
        return admitted / Math.max(1, sample.rowCount());
    }
}
