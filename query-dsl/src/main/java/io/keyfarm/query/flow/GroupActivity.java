package io.keyfarm.query.flow;

import io.keyfarm.query.plan.AggregateCall;
import io.keyfarm.query.plan.GroupShape;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One row for each group of rows that are equal in the group fields, null equal to null; groups in the order in which
 * they were first seen. Without group fields all rows are one group, and so are no rows.
 *
 * <pre>
 *   complete   rows ──► states ──► results
 *   partial    rows ──► states                  as a slave does it over its part
 *   final               states ──► results      as the farmer does it over what the slaves answer
 *
 *   where a part has nearly as many groups as rows, it hands states on before all rows have come: see {@link GroupPace}
 *
 *   state row  | group fields | states of the calls |      see {@link GroupShape}; one for each group, found by a table
 * </pre>
 */
public final class GroupActivity implements Activity {
    private final Activity input;
    private final GroupShape shape;
    private final Mode mode;
    private final StopSignal stop;
    private final FieldCopier groupCopier;
    private final FieldCopier resultCopier;
    private final RowStore states;
    private final RowStore empty;
    private final RowStore results;
    private final RowTable table;
    private final RowProbe probe;
    private final List<Aggregate> aggregates;
    private final RowBatch rows;
    private final RowBatch stateBatch;
    private final int[] found = new int[RowBatch.SIZE];
    private final long[] targets = new long[RowBatch.SIZE];
    private final GroupPace pace = new GroupPace();
    private boolean grouped;
    /** States are handed on before all rows have come. */
    private boolean handsOn;

    private long rowsUntilLook;
    private long firstNumber;

    private enum Mode {
        COMPLETE,
        PARTIAL,
        FINAL
    }

    private GroupActivity(Activity input, GroupShape shape, Mode mode, long first, FlowMemory memory, StopSignal stop) {
        this.input = input;
        this.shape = shape;
        this.mode = mode;
        this.stop = stop;
        firstNumber = first;
        final RecordLayout stateLayout = new RecordLayout(shape.states());
        final RecordLayout resultLayout = new RecordLayout(shape.results());
        final int[] stateFields = IntStream.range(0, shape.groupFields().length).toArray();
        final int[] inputFields = mode == Mode.FINAL ? stateFields : shape.groupFields();
        groupCopier = new FieldCopier(input.layout(), inputFields, stateLayout, 0);
        resultCopier = new FieldCopier(stateLayout, stateFields, resultLayout, 0);
        states = new RowStore(stateLayout, memory, "groups");
        empty = new RowStore(stateLayout, memory, "an empty group");
        results = new RowStore(resultLayout, memory, "results of groups");
        table = new RowTable(states, new KeyFields(stateLayout, stateFields), memory, "the table of groups");
        probe = new RowProbe(table, new KeyFields(input.layout(), inputFields));
        aggregates = IntStream.range(0, shape.calls().size())
                .mapToObj(call -> aggregate(call, resultLayout, memory))
                .toList();
        rows = new RowBatch(input.layout());
        stateBatch = new RowBatch(stateLayout);
    }

    /** Rows of {@link GroupShape#rows} in, {@link GroupShape#results} out. */
    public static GroupActivity complete(Activity input, GroupShape shape, FlowMemory memory, StopSignal stop) {
        requireSame(input.layout(), new RecordLayout(shape.rows()));
        return new GroupActivity(input, shape, Mode.COMPLETE, 0, memory, stop);
    }

    /**
     * Rows of {@link GroupShape#rows} in, {@link GroupShape#states} out.
     *
     * @param firstNumber of the rows, which decides between the first and last values of parts; parts number apart
     * @throws BadValueException naming a field whose result cannot be had from parts
     */
    public static GroupActivity partial(
            Activity input, GroupShape shape, long firstNumber, FlowMemory memory, StopSignal stop) {
        shape.requireStates();
        requireSame(input.layout(), new RecordLayout(shape.rows()));
        return new GroupActivity(input, shape, Mode.PARTIAL, firstNumber, memory, stop);
    }

    /** States of parts in, {@link GroupShape#results} out. */
    public static GroupActivity fromStates(Activity input, GroupShape shape, FlowMemory memory, StopSignal stop) {
        shape.requireStates();
        requireSame(input.layout(), new RecordLayout(shape.states()));
        return new GroupActivity(input, shape, Mode.FINAL, 0, memory, stop);
    }

    private static void requireSame(RecordLayout input, RecordLayout shape) {
        if (!input.schema().fields().equals(shape.schema().fields())) {
            throw new BadValueException("rows of " + input.schema() + " are not grouped as " + shape.schema());
        }
    }

    private Aggregate aggregate(int index, RecordLayout resultLayout, FlowMemory memory) {
        final AggregateCall call = shape.calls().get(index);
        final Aggregate.Place place = new Aggregate.Place(
                new RecordLayout(shape.rows()),
                call.field(),
                states.layout(),
                shape.firstState(index),
                resultLayout,
                shape.groupFields().length + index,
                states,
                results);
        return Aggregate.of(place, call, () -> firstNumber, memory);
    }

    /** Numbers the rows of the runs that begin from now on from here. */
    public void numberFrom(long first) {
        firstNumber = first;
    }

    @Override
    public RecordLayout layout() {
        return mode == Mode.PARTIAL ? states.layout() : results.layout();
    }

    @Override
    public void begin() {
        free();
        writeEmptyGroup();
        aggregates.forEach(Aggregate::begin);
        if (shape.groupFields().length == 0) {
            states.copy(empty.address(0), empty.heapBases());
        }
        input.begin();
    }

    private void writeEmptyGroup() {
        Aggregate.writeEmptyState(empty, shape.groupFields().length);
    }

    @Override
    public int next(RowBatch batch) {
        while (!grouped) {
            if (handsOn && states.next(batch) > 0) {
                return batch.count();
            }
            if (handsOn) {
                states.clear();
                handsOn = false;
            }
            final int count = input.next(rows);
            if (count == WAITING) {
                return WAITING;
            }
            if (count > 0) {
                take();
                if (mode == Mode.PARTIAL) {
                    handOnIfDue(count);
                }
            } else {
                table.close();
                aggregates.forEach(Aggregate::close);
                input.close();
                states.rewind();
                grouped = true;
            }
        }
        return mode == Mode.PARTIAL ? states.next(batch) : giveResults(batch);
    }

    private void handOnIfDue(int count) {
        if (pace.isPassing()) {
            pace.onPassed(count);
        } else if (pace.onGrouped(count, states.rowCount())) {
            table.close();
        } else {
            return;
        }
        handsOn = true;
        states.rewind();
    }

    private void take() {
        rowsUntilLook -= rows.count();
        if (rowsUntilLook <= 0) {
            stop.throwIfStopped();
            rowsUntilLook = StopSignal.ROWS;
        }
        findGroups();
        for (final Aggregate aggregate : aggregates) {
            if (mode == Mode.FINAL) {
                aggregate.merge(rows, targets);
            } else {
                aggregate.update(rows, targets);
            }
        }
        states.compactText();
    }

    private void findGroups() {
        final int count = rows.count();
        if (shape.groupFields().length == 0) {
            Arrays.fill(targets, 0, count, states.address(0));
            return;
        }
        if (pace.isPassing()) {
            for (int i = 0; i < count; i++) {
                targets[i] = newGroup(i);
            }
            return;
        }
        probe.find(rows, found);
        for (int i = 0; i < count; i++) {
            if (found[i] == RowTable.ABSENT) {
                found[i] = probe.findAgain(i);
                if (found[i] == RowTable.ABSENT) {
                    found[i] = addGroup(i);
                }
            }
            targets[i] = states.address(found[i]);
        }
    }

    private int addGroup(int place) {
        final int number = states.rowCount();
        newGroup(place);
        probe.add(place, number);
        return number;
    }

    private long newGroup(int place) {
        final long row = states.copy(empty.address(0), empty.heapBases());
        groupCopier.copy(rows.row(place), rows.heapBases(), row, states);
        return row;
    }

    private int giveResults(RowBatch batch) {
        results.clear();
        final int count = states.next(stateBatch);
        for (int i = 0; i < count; i++) {
            targets[i] = results.append();
            Memory.fill(targets[i], results.layout().rowBytes(), (byte) 0);
            resultCopier.copy(stateBatch.row(i), stateBatch.heapBases(), targets[i], results);
        }
        for (final Aggregate aggregate : aggregates) {
            aggregate.finish(stateBatch, targets);
        }
        batch.begin(results.heapBases());
        for (int i = 0; i < count; i++) {
            batch.add(targets[i]);
        }
        return count;
    }

    private void free() {
        table.close();
        states.close();
        empty.close();
        results.close();
        aggregates.forEach(Aggregate::close);
        pace.begin();
        grouped = false;
        handsOn = false;
        rowsUntilLook = 0;
    }

    @Override
    public void close() {
        free();
        input.close();
    }
}
