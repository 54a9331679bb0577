package io.keyfarm.query.flow;

import io.keyfarm.query.eval.compute.Evaluator;
import io.keyfarm.query.eval.compute.Vector;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.stream.IntStream;

/**
 * Each row so often as a value of it says, numbered from 1 on.
 *
 * <pre>
 *   rows    a 2    b 0    c 3
 *   made    a 2 1   a 2 2   c 3 1   c 3 2   c 3 3
 * </pre>
 *
 * Where the value is null or below 1 the row vanishes.
 */
public final class NormalizeActivity implements Activity {
    private final Activity input;
    private final Evaluator evaluator;
    private final StepParameters parameters;
    private final RowStore out;
    private final FieldCopier copier;
    private final int counterOffset;
    private final StopSignal stop;
    private final RowBatch rows;
    private final int[] places = new int[RowBatch.SIZE];
    private final long[] times = new long[RowBatch.SIZE];
    /** The row that is repeated, and how often that was done. */
    private int place;

    private long done;

    /**
     * Owns its input.
     *
     * @param layout of the rows handed on: the input's fields, and the number behind them
     */
    public NormalizeActivity(
            Activity input, ExpressionList times, RecordLayout layout, FlowMemory memory, StopSignal stop) {
        this.input = input;
        this.stop = stop;
        evaluator = new Evaluator(times, input.layout(), null, memory);
        parameters = new StepParameters(times.parameters());
        out = new RowStore(layout, memory, "repeated rows");
        final int fieldCount = input.layout().schema().fieldCount();
        copier = new FieldCopier(input.layout(), IntStream.range(0, fieldCount).toArray(), layout, 0);
        counterOffset = layout.offset(fieldCount);
        rows = new RowBatch(input.layout());
    }

    /** Takes the parameters of a run. */
    public void bind(Parameters run) {
        evaluator.bind(parameters.of(run));
    }

    @Override
    public RecordLayout layout() {
        return out.layout();
    }

    @Override
    public void begin() {
        rows.begin(rows.heapBases());
        place = 0;
        done = 0;
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        stop.throwIfStopped();
        out.clear();
        while (out.rowCount() == 0) {
            if (place == rows.count()) {
                final int count = take();
                if (count <= 0) {
                    batch.begin(out.heapBases());
                    return count;
                }
            }
            repeat();
        }
        return out.next(batch);
    }

    private int take() {
        final int count = input.next(rows);
        place = 0;
        done = 0;
        if (count <= 0) {
            rows.begin(rows.heapBases());
            return count;
        }
        stop.throwIfStopped();
        for (int i = 0; i < count; i++) {
            places[i] = i;
        }
        evaluator.begin(rows, null);
        final Vector values = evaluator.compute(0, places, count);
        for (int i = 0; i < count; i++) {
            times[i] = values.isNull(i) ? 0 : values.value(i);
        }
        return count;
    }

    private void repeat() {
        while (place < rows.count() && out.rowCount() < RowBatch.SIZE) {
            if (done >= times[place]) {
                place++;
                done = 0;
                continue;
            }
            final long made = out.append();
            Memory.fill(made, layout().offset(0), (byte) 0);
            copier.copy(rows.row(place), rows.heapBases(), made, out);
            Memory.putLong(made + counterOffset, ++done);
        }
    }

    @Override
    public void close() {
        input.close();
        out.close();
        evaluator.close();
        rows.begin(rows.heapBases());
        place = 0;
    }
}
