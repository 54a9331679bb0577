package io.keyfarm.query.flow;

import io.keyfarm.query.plan.FoldStep;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.stream.IntStream;

/**
 * Values that start with a left row, and are moved on by one of its children after another.
 *
 * <pre>
 *   left row      children          handed on
 *   a             1   2   4         a  v     v = next(next(next(start(a), 1), 2), 4)
 *   b                               b  v     v = start(b)
 * </pre>
 */
final class ChildFold implements ChildSink {
    private final Carried carried;
    private final FieldCopier rowCopier;
    private final FieldCopier valueCopier;
    private final RowStore out;
    private RowBatch leftRows;
    /** The left row whose children come. */
    private int parent;

    /** @param out takes the rows, which have the left fields and behind them the values */
    ChildFold(FoldStep fold, RecordLayout left, RecordLayout right, RowStore out, FlowMemory memory) {
        this.out = out;
        carried = new Carried(fold, Carried.RowBefore.FIRST, left, right, memory);
        final int leftCount = left.schema().fieldCount();
        rowCopier = new FieldCopier(left, IntStream.range(0, leftCount).toArray(), out.layout(), 0);
        valueCopier = new FieldCopier(
                carried.layout(), IntStream.range(0, carried.valueCount()).toArray(), out.layout(), leftCount);
        leftRows = new RowBatch(left);
    }

    @Override
    public void bind(Parameters run) {
        carried.bind(run);
    }

    @Override
    public void begin(RowBatch left) {
        leftRows = left;
        parent = 0;
        carried.compact(); // Rows without children start values all the same.
        carried.start(leftRows, parent);
    }

    @Override
    public void take(int[] places, RowBatch left, RowBatch children) {
        carried.begin(children);
        for (int i = 0; i < children.count(); i++) {
            while (parent < places[i]) {
                finishParent();
            }
            carried.step(i);
        }
    }

    private void finishParent() {
        final long made = out.append();
        Memory.fill(made, out.layout().offset(0), (byte) 0);
        rowCopier.copy(leftRows.row(parent), leftRows.heapBases(), made, out);
        valueCopier.copy(carried.state(), carried.heapBases(), made, out);
        parent++;
        if (parent < leftRows.count()) {
            carried.start(leftRows, parent);
        }
    }

    @Override
    public void end() {
        while (parent < leftRows.count()) {
            finishParent();
        }
    }

    @Override
    public void close() {
        carried.close();
    }
}
