package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;
import java.util.List;

/**
 * The rows of its input in an order; rows that tie stay as they came.
 *
 * <pre>
 *   all rows      kept as they come, then their places are sorted
 *   the first n   rows that come behind the n-th so far are dropped; at 2n the first n are copied, the others forgotten
 * </pre>
 */
public final class SortActivity implements Activity {
    private static final long ALL = Long.MAX_VALUE;
    /** Fewer are not worth the sorting. */
    private static final int LEAST_KEPT = 2 * RowBatch.SIZE;

    private final Activity input;
    private final FlowOrder order;
    private final long offset;
    /** Rows that are wanted in order, those that are then skipped too. */
    private final long wanted;

    private final StopSignal stop;
    private final SortCodes codes;
    private final PairSorter sorter;
    private final RowBatch own;
    private final long[] ownCodes = new long[RowBatch.SIZE];
    private final int[] places = new int[RowBatch.SIZE];
    private RowStore kept;
    private RowStore spare;
    private boolean sorted;
    private boolean hasBound;
    private long bound;
    private int handedOn;
    private long rowsUntilLook;

    public SortActivity(Activity input, List<SortField> order, FlowMemory memory, StopSignal stop) {
        this(input, order, 0, ALL, memory, stop);
    }

    /** Only the rows from {@code offset} on, at most {@code limit} of them; keeps about twice as many rows as their sum. */
    public SortActivity(
            Activity input, List<SortField> order, long offset, long limit, FlowMemory memory, StopSignal stop) {
        assert offset >= 0 && limit >= 0 : offset + ", " + limit;
        this.input = input;
        this.order = new FlowOrder(input.layout(), order);
        this.offset = offset;
        this.stop = stop;
        wanted = limit > ALL - offset ? ALL : offset + limit;
        codes = new SortCodes(this.order);
        sorter = new PairSorter(this.order, memory, stop);
        own = new RowBatch(input.layout());
        kept = new RowStore(input.layout(), memory, "the rows to sort");
        spare = new RowStore(input.layout(), memory, "the first rows of a sort");
    }

    @Override
    public RecordLayout layout() {
        return input.layout();
    }

    @Override
    public void begin() {
        free();
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        while (!sorted) {
            final int count = wanted == 0 ? 0 : input.next(own);
            if (count == WAITING) {
                return WAITING;
            }
            if (count > 0) {
                keep();
            } else {
                sort();
                handedOn = (int) Math.min(offset, sorter.count());
                sorted = true;
                input.close();
            }
        }
        batch.begin(kept.heapBases());
        final int end = (int) Math.min(wanted, sorter.count());
        while (handedOn < end && !batch.isFull()) {
            batch.add(sorter.row(handedOn++));
        }
        return batch.count();
    }

    private void keep() {
        lookForStop();
        if (hasBound) {
            dropBehindBound();
        }
        kept.copyAll(own);
        if (kept.rowCount() >= Math.max(LEAST_KEPT, 2 * Math.min(wanted, ALL / 2))) {
            forgetTheLast();
        }
    }

    private void dropBehindBound() {
        int before = 0;
        for (int i = 0; i < own.count(); i++) {
            places[before] = i;
            // A row that ties with the bound came later, and so stands behind it.
            before += order.compare(own.row(i), own.heapBases(), bound, kept.heapBases()) < 0 ? 1 : 0;
        }
        own.keep(places, before);
    }

    /** Keeps the first rows only. */
    private void forgetTheLast() {
        sort();
        spare.clear();
        for (int i = 0; i < wanted; i++) {
            bound = spare.copy(sorter.row(i), kept.heapBases());
        }
        hasBound = true;
        sorter.close();
        kept.clear();
        final RowStore store = kept;
        kept = spare;
        spare = store;
    }

    private void sort() {
        codes.forget();
        forEachBatch(() -> codes.see(own));
        codes.pack();
        sorter.begin(kept.rowCount());
        forEachBatch(() -> {
            codes.codes(own, ownCodes);
            for (int i = 0; i < own.count(); i++) {
                sorter.add(ownCodes[i], own.row(i));
            }
        });
        sorter.sort(codes, kept.heapBases());
    }

    private void forEachBatch(Runnable action) {
        kept.rewind();
        while (kept.next(own) > 0) {
            lookForStop();
            action.run();
        }
    }

    private void lookForStop() {
        rowsUntilLook -= own.count();
        if (rowsUntilLook <= 0) {
            stop.throwIfStopped();
            rowsUntilLook = StopSignal.ROWS;
        }
    }

    private void free() {
        sorter.close();
        kept.close();
        spare.close();
        sorted = false;
        hasBound = false;
        handedOn = 0;
        rowsUntilLook = 0;
    }

    @Override
    public void close() {
        free();
        input.close();
    }
}
