package io.keyfarm.slave;

import io.keyfarm.key.KeyCode;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.OrderedWalk;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.query.plan.OrderBy;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.segmonitor.SegmentMonitor;
import org.jspecify.annotations.Nullable;

/**
 * The way through a key that has a plan's order already, so that its first rows are the first of the answer and none has to
 * be gathered and sorted.
 *
 * <pre>
 *   make is :make, order by price, limit 10        key make.price   | … | FORD 100 | FORD 100 | FORD 250 | …
 *                                                                        └── the first 10 from here
 * </pre>
 *
 * Such a key has the fields that are asked for one value each, and those of the order in their order, all ascending or all
 * descending, and no others: rows that tie come by their row numbers then, as they do when they are sorted. One thread.
 */
final class OrderedPath {
    /** Comparing two rows in a sort. */
    private static final double SORT_STEP_NS = 20;

    /** Of rows that conditions keep which no key tells of. */
    private static final double UNKNOWN_SHARE = 0.1;

    /** Rows that match lie less evenly along an order than hoped: so many times as far must pay. */
    private static final double DOUBT = 4;

    private final int[] orderFields;
    private final boolean isDescending;
    private @Nullable SegmentMonitor[] monitors = {};

    private SortedKey[] keys = {};
    private OrderedWalk[] walks = {};
    private @Nullable OrderedWalk opened;
    private KeyTier openedTier = KeyTier.COLD;

    private OrderedPath(int[] orderFields, boolean isDescending) {
        this.orderFields = orderFields;
        this.isDescending = isDescending;
    }

    /** Null where no key can have the plan's order. */
    static @Nullable OrderedPath of(QueryPlan plan, RecordLayout layout) {
        if (!plan.isOrdered()
                || plan.order().stream().map(OrderBy::descending).distinct().count() > 1) {
            return null;
        }
        final int[] places = BoundConditions.places(plan, layout);
        return new OrderedPath(
                plan.order().stream().mapToInt(by -> places[by.field()]).toArray(),
                plan.order().get(0).descending());
    }

    /** Goes by these keys from now on. */
    void use(KeyShelf shelf) {
        keys = shelf.keys().toArray(new SortedKey[0]);
        walks = new OrderedWalk[keys.length];
    }

    /** Whether any key may have the order, for what is asked. */
    boolean isPossible(@Nullable SegmentMonitor[] bound) {
        monitors = bound;
        for (final SortedKey key : keys) {
            if (hasOrder(key.coder())) {
                return true;
            }
        }
        return false;
    }

    /** Opens the walk of the key that has the order and fewest rows; answers its place, or −1 if there is none. */
    int open(@Nullable SegmentMonitor[] bound, SeekLoop[] loops) {
        monitors = bound;
        opened = null;
        int best = -1;
        for (int i = 0; i < keys.length; i++) {
            if (!hasOrder(keys[i].coder())) {
                continue;
            }
            final OrderedWalk walk = walk(i);
            loops[i].open(bound);
            if (walk.open(loops[i], isDescending) && (opened == null || walk.costRows() < opened.costRows())) {
                opened = walk;
                openedTier = keys[i].tier();
                best = i;
            }
        }
        return best;
    }

    /**
     * Whether walking until enough rows match costs less than scanning for all that match, and sorting them.
     *
     * @param rows of the part
     * @param wanted how many of the first rows will be read at most
     * @param isWhole whether all rows of the walk match
     */
    boolean isCheaperThanScan(double rows, double wanted, boolean isWhole, CostModel costs) {
        final double share = isWhole ? 1 : UNKNOWN_SHARE;
        final double matching = share * (double) opened().costRows();
        return walkNs(wanted, share, costs) < costs.scanNs(rows) + sortNs(matching, wanted);
    }

    /**
     * Whether it costs less than reading the rows that another key leads to, and sorting them.
     *
     * @param rows that the other key leads to
     * @param hasRest whether some of them may not match
     */
    boolean isCheaperThanKey(double rows, double wanted, boolean isWhole, boolean hasRest, CostModel costs) {
        final double share =
                isWhole ? 1 : Math.min(1, rows / Math.max(1, opened().costRows())) * (hasRest ? UNKNOWN_SHARE : 1);
        return walkNs(wanted, share, costs) < rows * costs.keyedRowNs() + sortNs(rows, wanted);
    }

    private double walkNs(double wanted, double share, CostModel costs) {
        final double hoped = share == 1 ? wanted : DOUBT * wanted / share;
        // Backward, codes tell where rows tie; a cold key's are in the rows, which are read in any case.
        final double tieNs = isDescending && openedTier == KeyTier.HOT ? costs.stepNs(KeyTier.HOT) : 0;
        return 2 * costs.seekNs(openedTier)
                + Math.min(hoped, (double) opened().costRows()) * (costs.keyedRowNs() + tieNs);
    }

    /** A merge sort that keeps no more than twice the rows that are wanted. */
    private static double sortNs(double rows, double wanted) {
        final double steps = Math.log(Math.max(2, Math.min(rows, 2 * wanted))) / Math.log(2);
        return rows * steps * SORT_STEP_NS;
    }

    OrderedWalk opened() {
        assert opened != null;
        return opened;
    }

    private OrderedWalk walk(int key) {
        OrderedWalk walk = walks[key];
        if (walk == null) {
            walk = new OrderedWalk(keys[key]);
            walks[key] = walk;
        }
        return walk;
    }

    private boolean hasOrder(KeyCode coder) {
        if (coder.exactFields() < coder.fieldCount()) {
            return false;
        }
        int next = behindPoints(0);
        for (int i = 0; i < coder.fieldCount(); i++) {
            final int field = coder.tableField(i);
            if (isPoint(field)) {
                continue;
            }
            if (next == orderFields.length || field != orderFields[next]) {
                return false;
            }
            next = behindPoints(next + 1);
        }
        return next == orderFields.length;
    }

    /** Where all rows have the same value, ordering by it says nothing. */
    private int behindPoints(int from) {
        int next = from;
        while (next < orderFields.length && isPoint(orderFields[next])) {
            next++;
        }
        return next;
    }

    private boolean isPoint(int field) {
        final SegmentMonitor monitor = monitors[field];
        return monitor != null && monitor.isPoint();
    }
}
