package io.keyfarm.query.flow;

import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.stream.IntStream;

/**
 * Rows with values that are carried from row to row within a run, which is rows that are adjacent, equal in some fields, and
 * go on what came before.
 *
 * <pre>
 *   rows           a 5   a 7   b 1   b 2
 *   iterated       a 5 5   a 7 12   b 1 1   b 2 3        every row, behind it the values so far
 *   rolled up      a 5 12   b 1 3                        the first of each run, behind it what the values came to
 * </pre>
 */
public final class IterateActivity implements Activity {
    private final Activity input;
    private final boolean rollsUp;
    private final Carried carried;
    private final Neighbours neighbours;
    private final RowStore out;
    private final FieldCopier rowCopier;
    private final FieldCopier valueCopier;
    private final RowBatch rows;
    private final StopSignal stop;
    /** The first row of the run that may go on with the next batch. */
    private final RowStore first;

    /** Where that is in the batch at hand; otherwise it is kept. */
    private int firstPlace;

    private boolean hasOpenRun;
    private boolean ended;

    /**
     * Owns its input.
     *
     * @param layout of the rows handed on: the input's fields, and the values behind them
     */
    public IterateActivity(Activity input, Step.Iterate how, RecordLayout layout, FlowMemory memory, StopSignal stop) {
        this.input = input;
        this.stop = stop;
        rollsUp = how.rollsUp();
        carried = new Carried(
                how.fold(),
                rollsUp ? Carried.RowBefore.FIRST : Carried.RowBefore.LAST,
                input.layout(),
                input.layout(),
                memory);
        neighbours = new Neighbours(
                input.layout(), how.runs().stream().mapToInt(Integer::intValue).toArray(), memory);
        out = new RowStore(layout, memory, "iterated rows");
        first = new RowStore(input.layout(), memory, "the first row of a run");
        final int fieldCount = input.layout().schema().fieldCount();
        rowCopier =
                new FieldCopier(input.layout(), IntStream.range(0, fieldCount).toArray(), layout, 0);
        valueCopier = new FieldCopier(
                carried.layout(), IntStream.range(0, carried.valueCount()).toArray(), layout, fieldCount);
        rows = new RowBatch(input.layout());
    }

    /** Takes the parameters of a run. */
    public void bind(Parameters run) {
        carried.bind(run);
    }

    @Override
    public RecordLayout layout() {
        return out.layout();
    }

    @Override
    public void begin() {
        neighbours.close();
        carried.close();
        hasOpenRun = false;
        ended = false;
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        out.clear();
        while (out.rowCount() == 0 && !ended) {
            stop.throwIfStopped();
            final int count = input.next(rows);
            if (count == WAITING) {
                return WAITING;
            }
            ended = count == 0;
            if (!ended) {
                take();
            } else if (hasOpenRun) {
                writeRun();
            }
        }
        return out.next(batch);
    }

    private void take() {
        neighbours.compare(rows);
        carried.begin(rows);
        firstPlace = -1;
        for (int i = 0; i < rows.count(); i++) {
            final boolean goesOn = neighbours.isEqual(i) && carried.goesOn(i);
            if (rollsUp) {
                rollUp(i, goesOn);
            } else {
                iterate(i, goesOn);
            }
        }
        neighbours.remember(rows);
        if (firstPlace >= 0) {
            first.clear();
            first.copy(rows.row(firstPlace), rows.heapBases());
            firstPlace = -1;
        }
    }

    private void iterate(int place, boolean goesOn) {
        if (!goesOn) {
            carried.start(rows, place);
        }
        carried.step(place);
        write(rows.row(place), rows.heapBases());
    }

    private void rollUp(int place, boolean goesOn) {
        if (goesOn) {
            carried.step(place);
            return;
        }
        if (hasOpenRun) {
            writeRun();
        }
        carried.start(rows, place);
        firstPlace = place;
        hasOpenRun = true;
    }

    private void writeRun() {
        if (firstPlace >= 0) {
            write(rows.row(firstPlace), rows.heapBases());
        } else {
            write(first.address(0), first.heapBases());
        }
    }

    private void write(long row, long[] heapBases) {
        final long made = out.append();
        Memory.fill(made, layout().offset(0), (byte) 0);
        rowCopier.copy(row, heapBases, made, out);
        valueCopier.copy(carried.state(), carried.heapBases(), made, out);
    }

    @Override
    public void close() {
        input.close();
        carried.close();
        neighbours.close();
        first.close();
        out.close();
    }
}
