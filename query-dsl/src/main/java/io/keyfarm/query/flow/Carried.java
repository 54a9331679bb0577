package io.keyfarm.query.flow;

import io.keyfarm.query.eval.compute.Evaluator;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.FoldStep;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Values that are carried from row to row: what {@link FoldStep} says, at work.
 *
 * <pre>
 *   states    | values, fields of the row before that expressions use |     two of them, made in turn of one another
 *   start     the first is made of a row by itself
 *   step      the next of the one before and a row
 * </pre>
 *
 * Each value waits for the one before it, so rows are computed one by one; nothing is allocated for them. For one thread.
 */
final class Carried implements AutoCloseable {
    /** What the fields of the row before are taken from. */
    enum RowBefore {
        /** Each row is the row before to the next one. At a start there is none. */
        LAST,
        /** The row that the values started with is the row before to all others. */
        FIRST
    }

    private final RowBefore rowBefore;
    private final RecordLayout layout;
    private final int valueCount;
    private final RowStore states;
    private final RowBatch before;
    private final FieldReader[] fields;
    /** For each field behind the values, the input's field that it is a copy of. */
    private final FieldReader[] sources;

    private final @Nullable Evaluator when;
    private final @Nullable StepParameters whenParameters;
    private final @Nullable Evaluator start;
    private final @Nullable StepParameters startParameters;
    /** For each value its place among those that start with something, or −1. */
    private final int[] starts;

    private final Evaluator next;
    private final StepParameters nextParameters;
    private final int[] one = new int[1];
    private RowBatch rows;
    private int current;

    /**
     * @param beside the rows whose fields expressions call the row before, and that values start with
     * @param of the rows that the values are made of, one after another
     */
    Carried(FoldStep fold, RowBefore rowBefore, RecordLayout beside, RecordLayout of, FlowMemory memory) {
        this.rowBefore = rowBefore;
        final List<Field> schema = new ArrayList<>(fold.values());
        valueCount = schema.size();
        final TableSchema whole = FoldStep.before(beside.schema(), fold.values());
        for (final Field field : whole.fields().subList(0, beside.schema().fieldCount())) {
            if (isUsed(fold.next(), field) || isUsed(fold.when(), field)) {
                schema.add(field);
            }
        }
        layout = new RecordLayout(new TableSchema("before", schema));
        states = new RowStore(layout, memory, "values carried from row to row");
        before = new RowBatch(layout);
        rows = new RowBatch(of);
        fields = IntStream.range(0, schema.size())
                .mapToObj(field -> new FieldReader(layout, field))
                .toArray(FieldReader[]::new);
        sources = schema.subList(valueCount, schema.size()).stream()
                .map(field -> new FieldReader(beside, beside.schema().indexOf(field.name())))
                .toArray(FieldReader[]::new);
        next = new Evaluator(fold.next(), layout, of, memory);
        nextParameters = new StepParameters(fold.next().parameters());
        when = fold.when() == null ? null : new Evaluator(fold.when(), layout, of, memory);
        whenParameters =
                fold.when() == null ? null : new StepParameters(fold.when().parameters());
        final ExpressionList startValues = fold.start();
        start = startValues == null ? null : new Evaluator(startValues, beside, null, memory);
        startParameters = startValues == null ? null : new StepParameters(startValues.parameters());
        starts = IntStream.range(0, valueCount)
                .map(value -> find(startValues, schema.get(value).name()))
                .toArray();
    }

    private static boolean isUsed(@Nullable ExpressionList expressions, Field field) {
        return expressions != null
                && expressions.fields().stream()
                        .anyMatch(used -> used.input() == InputField.LEFT
                                && used.field().name().equals(field.name()));
    }

    private static int find(@Nullable ExpressionList start, String name) {
        for (int i = 0; start != null && i < start.size(); i++) {
            if (start.name(i).equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The first fields are the values. */
    RecordLayout layout() {
        return layout;
    }

    int valueCount() {
        return valueCount;
    }

    /** Takes the parameters of a run. */
    void bind(Parameters run) {
        next.bind(nextParameters.of(run));
        if (when != null && whenParameters != null) {
            when.bind(whenParameters.of(run));
        }
        if (start != null && startParameters != null) {
            start.bind(startParameters.of(run));
        }
    }

    /** Gives back the room of values that are no more; nobody may hold where text of the values stands. */
    void compact() {
        ensureStates();
        states.compactText();
    }

    /** Takes rows, each of which is asked for by its place from now on, in order. */
    void begin(RowBatch batch) {
        rows = batch;
        compact();
        before.begin(states.heapBases());
        next.begin(before, rows);
        if (when != null) {
            when.begin(before, rows);
        }
    }

    private void ensureStates() {
        if (states.rowCount() == 0) {
            Memory.fill(states.append(), layout.rowBytes(), (byte) 0);
            Memory.fill(states.append(), layout.rowBytes(), (byte) 0);
        }
    }

    /** Whether the row at this place goes on the run of the rows before it. */
    boolean goesOn(int place) {
        if (when == null) {
            return true;
        }
        see(place);
        return when.filter(0, one, 1) == 1;
    }

    /** Values as they start with this row of a batch. */
    void start(RowBatch batch, int place) {
        ensureStates();
        final long state = state();
        one[0] = place;
        if (start != null) {
            start.begin(batch, null);
        }
        for (int value = 0; value < valueCount; value++) {
            if (start == null || starts[value] < 0) {
                StateValue.setNull(fields[value], value, state, states);
            } else {
                ComputedValue.replace(fields[value], value, start.compute(starts[value], one, 1), place, state, states);
            }
        }
        for (int i = 0; i < sources.length; i++) {
            if (rowBefore == RowBefore.LAST) {
                StateValue.setNull(fields[valueCount + i], valueCount + i, state, states);
            } else {
                copy(sources[i], batch.row(place), batch.heapBases(), valueCount + i, state);
            }
        }
    }

    /** Values as they are with the row at this place. */
    void step(int place) {
        see(place);
        final long old = state();
        current = 1 - current;
        final long state = state();
        for (int value = 0; value < valueCount; value++) {
            before.useHeap(states.heapBases());
            ComputedValue.replace(fields[value], value, next.compute(value, one, 1), place, state, states);
        }
        for (int i = 0; i < sources.length; i++) {
            final int field = valueCount + i;
            if (rowBefore == RowBefore.LAST) {
                copy(sources[i], rows.row(place), rows.heapBases(), field, state);
            } else {
                copy(fields[field], old, states.heapBases(), field, state);
            }
        }
    }

    private void copy(FieldReader from, long row, long[] heapBases, int field, long state) {
        if (from.isNull(row)) {
            StateValue.setNull(fields[field], field, state, states);
        } else {
            StateValue.copy(from, row, heapBases, fields[field], state, states);
        }
    }

    private void see(int place) {
        before.put(place, state());
        before.useHeap(states.heapBases());
        one[0] = place;
    }

    /** The values as they are now; they stand until the next step. */
    long state() {
        return states.address(current);
    }

    long[] heapBases() {
        return states.heapBases();
    }

    @Override
    public void close() {
        states.close();
        next.close();
        if (when != null) {
            when.close();
        }
        if (start != null) {
            start.close();
        }
    }
}
