package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;
import java.util.List;

/**
 * The rows of inputs that are each in an order, all in that order; rows that tie in the order of their inputs.
 *
 * <pre>
 *   heads    a heap of the inputs, the one whose row comes next on top
 *   input    | batch: … next row … |      once it is read to its end, what was merged so far is handed on first
 * </pre>
 */
public final class MergeActivity implements Activity {
    private final List<Activity> inputs;
    private final FlowOrder order;
    private final RowStore merged;
    private final boolean copies;
    private final RowBatch[] batches;
    private final int[] places;
    private final int[] heads;
    private int headCount;
    /** Inputs whose batch is read to its end and that must be asked before anything goes on. */
    private final int[] thirsty;

    private int thirstyCount;

    /** @throws io.keyfarm.rows.BadValueException naming the field by which one input differs from the first */
    public MergeActivity(List<? extends Activity> inputs, List<SortField> order, FlowMemory memory) {
        UnionAllActivity.requireSameRows(inputs);
        this.inputs = List.copyOf(inputs);
        this.order = new FlowOrder(layout(), order);
        merged = new RowStore(layout(), memory, "merged rows");
        // Rows whose long text is reached in different ways cannot stand in one batch.
        copies = layout().schema().fields().stream()
                .anyMatch(field -> field.type().kind().isVariable());
        batches = new RowBatch[inputs.size()];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = new RowBatch(inputs.get(i).layout());
        }
        places = new int[inputs.size()];
        heads = new int[inputs.size()];
        thirsty = new int[inputs.size()];
    }

    @Override
    public RecordLayout layout() {
        return inputs.get(0).layout();
    }

    @Override
    public void begin() {
        merged.close();
        headCount = 0;
        thirstyCount = inputs.size();
        for (int i = 0; i < thirstyCount; i++) {
            thirsty[i] = i;
        }
        inputs.forEach(Activity::begin);
    }

    @Override
    public int next(RowBatch batch) {
        merged.clear();
        if (!fillBatches()) {
            return WAITING;
        }
        batch.begin(batches[0].heapBases());
        while (headCount > 0 && thirstyCount == 0 && !batch.isFull()) {
            final int input = heads[0];
            final long row = batches[input].row(places[input]);
            batch.add(copies ? merged.copy(row, batches[input].heapBases()) : row);
            if (++places[input] < batches[input].count()) {
                siftDown(0);
            } else {
                thirsty[thirstyCount++] = input;
                removeTop();
            }
        }
        if (copies) {
            batch.useHeap(merged.heapBases());
        }
        return batch.count();
    }

    /** Asks those inputs that were read to their end; false if one must be waited for. */
    private boolean fillBatches() {
        int still = 0;
        for (int i = 0; i < thirstyCount; i++) {
            final int input = thirsty[i];
            final int count = inputs.get(input).next(batches[input]);
            if (count == WAITING) {
                thirsty[still++] = input;
            } else if (count > 0) {
                places[input] = 0;
                addHead(input);
            } else {
                inputs.get(input).close();
            }
        }
        thirstyCount = still;
        return still == 0;
    }

    private void addHead(int input) {
        int at = headCount++;
        while (at > 0 && isBefore(input, heads[parent(at)])) {
            heads[at] = heads[parent(at)];
            at = parent(at);
        }
        heads[at] = input;
    }

    private static int parent(int at) {
        return (at - 1) >>> 1;
    }

    private void removeTop() {
        heads[0] = heads[--headCount];
        if (headCount > 0) {
            siftDown(0);
        }
    }

    private void siftDown(int from) {
        final int input = heads[from];
        int at = from;
        while (2 * at + 1 < headCount) {
            int child = 2 * at + 1;
            if (child + 1 < headCount && isBefore(heads[child + 1], heads[child])) {
                child++;
            }
            if (isBefore(input, heads[child])) {
                break;
            }
            heads[at] = heads[child];
            at = child;
        }
        heads[at] = input;
    }

    private boolean isBefore(int left, int right) {
        final RowBatch l = batches[left];
        final RowBatch r = batches[right];
        final int difference = order.compare(l.row(places[left]), l.heapBases(), r.row(places[right]), r.heapBases());
        return difference != 0 ? difference < 0 : left < right;
    }

    @Override
    public void close() {
        merged.close();
        headCount = 0;
        thirstyCount = 0;
        inputs.forEach(Activity::close);
    }
}
