package io.keyfarm.query.flow;

import io.keyfarm.query.plan.MergeJoinStep;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the rows of one value of a merge join after another: a row for each combination of the rows that inputs have of it.
 *
 * <pre>
 *   runs of doc 7    a: 1 2     b: –     c: 5 6
 *   rows             7 1 – 5    7 1 – 6    7 2 – 5    7 2 – 6        the last input moves first
 * </pre>
 *
 * For one thread.
 */
final class MergedRows implements AutoCloseable {
    private final MergeInput[] inputs;
    private final RowStore out;
    private final boolean once;
    /** By input: its keys to where keys are handed on, its fields to where they are. */
    private final FieldCopier[] keyCopiers;

    private final FieldCopier[] fieldCopiers;
    private final int[][] targets;
    private final int[] countOffsets;

    private final boolean[] isPresent;
    private final int[] chosen;
    private int presentCount;
    private int firstPresent;
    private boolean hasMore;

    MergedRows(MergeInput[] inputs, MergeJoinStep how, RecordLayout layout, FlowMemory memory) {
        this.inputs = inputs;
        once = how.once();
        out = new RowStore(layout, memory, "joined rows");
        keyCopiers = new FieldCopier[inputs.length];
        fieldCopiers = new FieldCopier[inputs.length];
        targets = new int[inputs.length][];
        final int[] keyTargets = places(how, 0, how.keyCount());
        int start = how.fieldsPlace();
        for (int i = 0; i < inputs.length; i++) {
            final List<Integer> keys = how.keys().get(i);
            final int from = start;
            final int end = from + inputs[i].layout().schema().fieldCount();
            final int[] ofKeys = new int[keyTargets.length];
            for (int k = 0; k < ofKeys.length; k++) {
                ofKeys[k] = keys.get(how.outputs().get(keyTargets[k]));
            }
            keyCopiers[i] = new FieldCopier(inputs[i].layout(), ofKeys, layout, keyTargets);
            targets[i] = places(how, from, end);
            final int[] ofFields = new int[targets[i].length];
            for (int k = 0; k < ofFields.length; k++) {
                ofFields[k] = how.outputs().get(targets[i][k]) - from;
            }
            fieldCopiers[i] = new FieldCopier(inputs[i].layout(), ofFields, layout, targets[i]);
            start = end;
        }
        final int[] counts = places(how, how.countPlace(), how.countPlace() + 1);
        countOffsets = new int[counts.length];
        for (int i = 0; i < counts.length; i++) {
            countOffsets[i] = layout.offset(counts[i]);
        }
        isPresent = new boolean[inputs.length];
        chosen = new int[inputs.length];
    }

    /** The fields handed on whose place is one of these. */
    private static int[] places(MergeJoinStep how, int from, int end) {
        final List<Integer> found = new ArrayList<>();
        for (int i = 0; i < how.outputs().size(); i++) {
            if (from <= how.outputs().get(i) && how.outputs().get(i) < end) {
                found.add(i);
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    RecordLayout layout() {
        return out.layout();
    }

    /** What was written has been handed on, and is wanted no more. */
    void clear() {
        out.clear();
    }

    /** Begins with the runs that these inputs have at hand, in ascending order, one at least. */
    void begin(int[] present, int count) {
        Arrays.fill(isPresent, false);
        Arrays.fill(chosen, 0);
        presentCount = count;
        firstPresent = present[0];
        for (int i = 0; i < count; i++) {
            isPresent[present[i]] = true;
            firstPresent = Math.min(firstPresent, present[i]);
        }
        hasMore = true;
    }

    /** Whether rows of the value are still to be written. */
    boolean hasMore() {
        return hasMore;
    }

    boolean isFull() {
        return out.rowCount() >= RowBatch.SIZE;
    }

    boolean isEmpty() {
        return out.rowCount() == 0;
    }

    /** Writes rows until none is left, or a batch is full. */
    void write() {
        while (hasMore && !isFull()) {
            writeRow();
            hasMore = !once && next();
        }
    }

    private void writeRow() {
        final long row = out.append();
        Memory.fill(row, layout().rowBytes(), (byte) 0);
        final RowStore first = inputs[firstPresent].run();
        keyCopiers[firstPresent].copy(first.address(0), first.heapBases(), row, out);
        for (final int offset : countOffsets) {
            Memory.putInt(row + offset, presentCount);
        }
        for (int i = 0; i < inputs.length; i++) {
            if (isPresent[i]) {
                final RowStore run = inputs[i].run();
                fieldCopiers[i].copy(run.address(chosen[i]), run.heapBases(), row, out);
            } else {
                for (final int target : targets[i]) {
                    layout().setNull(row, target);
                }
            }
        }
    }

    /** The next combination; false if there is none. */
    private boolean next() {
        for (int i = inputs.length - 1; i >= 0; i--) {
            if (isPresent[i] && ++chosen[i] < inputs[i].run().rowCount()) {
                return true;
            }
            chosen[i] = 0;
        }
        return false;
    }

    int next(RowBatch batch) {
        out.rewind();
        return out.next(batch);
    }

    @Override
    public void close() {
        out.close();
        hasMore = false;
    }
}
