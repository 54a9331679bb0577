package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes fields of a left row and of a right row as one row. Where there is no right row, its fields are null. For one
 * thread.
 */
final class PairWriter {
    private final RowStore to;
    private final FieldCopier left;
    private final FieldCopier right;
    private final int[] rightTargets;

    /** @param outputs what each field of the store's layout is: a left field, or as many more as there are a right one */
    PairWriter(RecordLayout left, RecordLayout right, List<Integer> outputs, RowStore to) {
        this.to = to;
        final int leftCount = left.schema().fieldCount();
        final int[] leftTargets = targets(outputs, 0, leftCount);
        rightTargets = targets(outputs, leftCount, Integer.MAX_VALUE);
        this.left = new FieldCopier(
                left, Arrays.stream(leftTargets).map(outputs::get).toArray(), to.layout(), leftTargets);
        this.right = new FieldCopier(
                right,
                Arrays.stream(rightTargets).map(i -> outputs.get(i) - leftCount).toArray(),
                to.layout(),
                rightTargets);
    }

    private static int[] targets(List<Integer> outputs, int from, int until) {
        return IntStream.range(0, outputs.size())
                .filter(i -> from <= outputs.get(i) && outputs.get(i) < until)
                .toArray();
    }

    void write(long leftRow, long[] leftBases, long rightRow, long[] rightBases) {
        final long row = to.append();
        Memory.fill(row, to.layout().offset(0), (byte) 0);
        left.copy(leftRow, leftBases, row, to);
        right.copy(rightRow, rightBases, row, to);
    }

    void writeUnmatched(long leftRow, long[] leftBases) {
        final long row = to.append();
        Memory.fill(row, to.layout().rowBytes(), (byte) 0);
        left.copy(leftRow, leftBases, row, to);
        for (final int target : rightTargets) {
            to.layout().setNull(row, target);
        }
    }
}
