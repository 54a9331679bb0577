package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Children of a batch of left rows on their way to a {@link ChildSink}: in order, and the first few of each left row, where
 * that is asked for.
 *
 * <pre>
 *   without order    handed on as they come
 *   in an order      kept until a left row has all of its own, and there are some; sorted by left row and order
 * </pre>
 */
final class Siblings implements AutoCloseable {
    /** Rows that are worth a sort, if their left rows have all of theirs. */
    private static final int ENOUGH = 4 * RowBatch.SIZE;

    /** Of a place in a batch. */
    private static final int PLACE_BITS = 9;

    private final boolean isOrdered;
    private final long most;
    private final ChildSink sink;
    private final FlowMemory memory;
    private final RowStore kept;
    private final PairSorter sorter;
    private int[] keptPlaces = {};
    private final long[] counts = new long[RowBatch.SIZE];
    private final int[] places = new int[RowBatch.SIZE];
    private final RowBatch leftOfPairs;
    private final RowBatch children;
    private RowBatch leftRows;

    /** Owns the sink. */
    Siblings(
            RecordLayout left,
            RecordLayout right,
            List<SortField> order,
            long most,
            ChildSink sink,
            FlowMemory memory,
            StopSignal stop) {
        isOrdered = !order.isEmpty();
        this.most = most;
        this.sink = sink;
        this.memory = memory;
        kept = new RowStore(right, memory, "children to sort");
        sorter = new PairSorter(new FlowOrder(right, order), memory, stop);
        leftOfPairs = new RowBatch(left);
        children = new RowBatch(right);
        leftRows = new RowBatch(left);
    }

    void begin(RowBatch left) {
        leftRows = left;
        Arrays.fill(counts, 0, left.count(), 0);
        sink.begin(left);
    }

    /** Whether another child of this left row would be of use. */
    boolean isWanted(int place) {
        return isOrdered || counts[place] < most;
    }

    /** Takes pairs that stand until the next call, left rows ascending from call to call. */
    void take(PairBatch pairs, int[] matching, int count) {
        if (isOrdered) {
            keep(pairs, matching, count);
            return;
        }
        beginBatch(pairs.heapBases());
        for (int i = 0; i < count; i++) {
            add(pairs.leftPlace(matching[i]), pairs.right(matching[i]));
        }
        handOn();
    }

    private void keep(PairBatch pairs, int[] matching, int count) {
        for (int i = 0; i < count; i++) {
            final int place = pairs.leftPlace(matching[i]);
            if (kept.rowCount() >= ENOUGH && keptPlaces[kept.rowCount() - 1] != place) {
                sortKept();
            }
            ensureRoom(kept.rowCount() + 1);
            keptPlaces[kept.rowCount()] = place;
            kept.copy(pairs.right(matching[i]), pairs.heapBases());
        }
    }

    private void ensureRoom(int wanted) {
        if (wanted > keptPlaces.length) {
            final int capacity = Math.max(ENOUGH, 2 * wanted);
            memory.reserve("children to sort", (long) (capacity - keptPlaces.length) * Integer.BYTES);
            keptPlaces = Arrays.copyOf(keptPlaces, capacity);
        }
    }

    private void sortKept() {
        sorter.begin(kept.rowCount());
        for (int i = 0; i < kept.rowCount(); i++) {
            sorter.add(keptPlaces[i], kept.address(i));
        }
        sorter.sort(PLACE_BITS, false, kept.heapBases());
        beginBatch(kept.heapBases());
        for (int i = 0; i < sorter.count(); i++) {
            if (children.isFull()) {
                handOn();
                beginBatch(kept.heapBases());
            }
            add((int) sorter.code(i), sorter.row(i));
        }
        handOn();
        sorter.close();
        kept.clear();
    }

    private void beginBatch(long[] heapBases) {
        leftOfPairs.begin(leftRows.heapBases());
        children.begin(heapBases);
    }

    private void add(int place, long child) {
        if (counts[place]++ < most) {
            places[children.count()] = place;
            leftOfPairs.add(leftRows.row(place));
            children.add(child);
        }
    }

    private void handOn() {
        if (children.count() > 0) {
            sink.take(places, leftOfPairs, children);
        }
    }

    void end() {
        if (kept.rowCount() > 0) {
            sortKept();
        }
        sink.end();
    }

    /** Drops what is on its way. */
    void clear() {
        sorter.close();
        kept.clear();
    }

    @Override
    public void close() {
        sorter.close();
        kept.close();
        memory.release((long) keptPlaces.length * Integer.BYTES);
        keptPlaces = new int[0];
        sink.close();
    }
}
