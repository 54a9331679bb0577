package io.keyfarm.slave;

import io.keyfarm.query.eval.RowOrder;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.Slab;
import java.util.Arrays;

/**
 * Gathers the row numbers a query found and puts them in order; where only the first {@code limit} are wanted, keeps no
 * more than twice as many. Reused from query to query; belongs to one thread.
 */
final class RowCollector {
    private static final int FIRST_ROWS = 256;
    private static final int[] NO_ROWS = {};

    private int[] rows = new int[FIRST_ROWS];
    private int[] scratch = NO_ROWS;
    private int count;
    private int keepCount;
    private long budgetBytes;

    /** Starts anew. {@code limit} is how many rows will be wanted at most, {@code budgetBytes} what gathering may take. */
    void begin(long limit, long memoryBudgetBytes) {
        count = 0;
        keepCount = (int) Math.min(limit, Slab.MAX_ROWS);
        budgetBytes = memoryBudgetBytes;
        if (rows.length > FIRST_ROWS && (long) rows.length * Integer.BYTES * 2 > budgetBytes) {
            // A query before this one had more to spend.
            rows = new int[FIRST_ROWS];
            scratch = NO_ROWS;
        }
    }

    void add(Slab slab, RowOrder order, int[] batch, int batchCount) {
        if (count + batchCount > rows.length) {
            if (keepCount <= rows.length >>> 1) {
                keepFirst(slab, order);
            }
            ensureRoom(batchCount);
        }
        System.arraycopy(batch, 0, rows, count, batchCount);
        count += batchCount;
    }

    /** Puts the rows in order, equals by row number; only the first {@code limit} are left. */
    void end(Slab slab, RowOrder order) {
        keepFirst(slab, order);
    }

    int count() {
        return count;
    }

    int[] rows() {
        return rows;
    }

    private void keepFirst(Slab slab, RowOrder order) {
        sort(slab, order);
        count = Math.min(count, keepCount);
    }

    private void ensureRoom(int more) {
        if (count + more <= rows.length) {
            return;
        }
        final long wanted = Math.max((long) count + more, rows.length * 2L);
        // Twice, for sorting needs as much again.
        if (wanted * Integer.BYTES * 2 > budgetBytes) {
            throw new MemoryLimitException("ordering %,d rows needs %,d bytes, but the query may take %,d"
                    .formatted(count + more, wanted * Integer.BYTES * 2, budgetBytes));
        }
        rows = Arrays.copyOf(rows, (int) Math.min(wanted, Slab.MAX_ROWS));
    }

    /** A merge sort from the bottom up, because the JDK sorts primitives by their own order only. */
    private void sort(Slab slab, RowOrder order) {
        if (scratch.length < count) {
            scratch = new int[rows.length];
        }
        int[] from = rows;
        int[] to = scratch;
        for (int run = 1; run > 0 && run < count; run <<= 1) {
            for (int start = 0; start < count; start += run << 1) {
                merge(slab, order, from, to, start, Math.min(start + run, count), Math.min(start + (run << 1), count));
            }
            final int[] sorted = to;
            to = from;
            from = sorted;
        }
        rows = from;
        scratch = to;
    }

    private static void merge(Slab slab, RowOrder order, int[] from, int[] to, int start, int middle, int end) {
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++) {
            final boolean takeLeft = left < middle && (right >= end || isInOrder(slab, order, from[left], from[right]));
            to[i] = takeLeft ? from[left++] : from[right++];
        }
    }

    private static boolean isInOrder(Slab slab, RowOrder order, int left, int right) {
        final int comparison = order.compare(slab, left, right);
        return comparison < 0 || (comparison == 0 && left < right);
    }
}
