package io.keyfarm.query.plan;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a {@link io.keyfarm.query.flow.GroupActivity} makes of rows: results, or states that are put together elsewhere. Immutable.
 *
 * <pre>
 *   rows      | state | zip | price | …
 *   states    | state | sum of price | its upper half | count of price | …      group fields first
 *   results   | state | avg_price | …
 *
 *   count                    count
 *   sum, avg                 count, sum, its upper half: the sum as a signed 128-bit number;
 *                            of floats what was lost to rounding in place of the upper half
 *   min, max                 the value
 *   first, last              the value, the order number of its row
 *   approximate distinct     a sketch as bytes
 *   count distinct           no state that could be handed on: make the rows distinct in group fields and the field
 *                            first, where they are, and count them where they meet
 * </pre>
 */
public final class GroupShape {
    private final TableSchema rows;
    private final int[] groupFields;
    private final List<AggregateCall> calls;
    private final TableSchema states;
    private final TableSchema results;
    private final int[] firstStates;

    private GroupShape(
            TableSchema rows,
            int[] groupFields,
            List<AggregateCall> calls,
            TableSchema states,
            TableSchema results,
            int[] firstStates) {
        this.rows = rows;
        this.groupFields = groupFields;
        this.calls = calls;
        this.states = states;
        this.results = results;
        this.firstStates = firstStates;
    }

    /**
     * Groups rows by these fields, or makes one group of all of them.
     *
     * @throws BadValueException naming the field that has no such result, or the name that is given twice
     */
    public static GroupShape of(TableSchema rows, int[] groupFields, List<AggregateCall> calls) {
        final List<Field> groups =
                IntStream.of(groupFields).mapToObj(rows::field).toList();
        if (groups.isEmpty() && calls.isEmpty()) {
            throw new BadValueException(
                    "rows of " + rows.name() + " are grouped by no field, and nothing is made of them");
        }
        final List<Field> results = new ArrayList<>(groups);
        final List<Field> states = new ArrayList<>(groups);
        final int[] firstStates = new int[calls.size()];
        String prefix = "state";
        while (startsWith(groups, prefix)) {
            prefix += "_";
        }
        for (int i = 0; i < calls.size(); i++) {
            final AggregateCall call = calls.get(i);
            results.add(result(rows, call));
            firstStates[i] = states.size();
            addStates(rows, call, prefix + i, states);
        }
        return new GroupShape(
                rows,
                groupFields.clone(),
                List.copyOf(calls),
                new TableSchema(rows.name(), states),
                new TableSchema(rows.name(), results),
                firstStates);
    }

    private static boolean startsWith(List<Field> fields, String prefix) {
        return fields.stream().anyMatch(field -> field.name().startsWith(prefix));
    }

    private static Field result(TableSchema rows, AggregateCall call) {
        return switch (call.what()) {
            case COUNT_ROWS, COUNT, COUNT_DISTINCT, APPROXIMATE_DISTINCT ->
                new Field(call.name(), FieldType.INT64, false);
            case SUM -> new Field(call.name(), sumType(rows, call), true);
            case AVG -> {
                sumType(rows, call);
                yield new Field(call.name(), FieldType.FLOAT64, true);
            }
            case MIN, MAX, FIRST, LAST ->
                new Field(call.name(), rows.field(call.field()).type(), true);
        };
    }

    private static FieldType sumType(TableSchema rows, AggregateCall call) {
        final Field field = rows.field(call.field());
        return switch (field.type().kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> FieldType.INT64;
            case FLOAT32, FLOAT64 -> FieldType.FLOAT64;
            case DECIMAL ->
                FieldType.decimal(FieldType.MAX_PRECISION, field.type().scale());
            case BOOL, DATE, TIMESTAMP, CHAR, VARCHAR, BYTES ->
                throw new BadValueException(
                        "there is no " + call.what() + " of " + field.name() + ", which is " + field.type());
        };
    }

    private static void addStates(TableSchema rows, AggregateCall call, String name, List<Field> states) {
        switch (call.what()) {
            case COUNT_ROWS, COUNT, COUNT_DISTINCT -> states.add(new Field(name + "_count", FieldType.INT64, false));
            case SUM, AVG -> {
                final boolean isFloating = sumType(rows, call).kind() == FieldKind.FLOAT64;
                states.add(new Field(name + "_count", FieldType.INT64, false));
                states.add(new Field(name + "_sum", isFloating ? FieldType.FLOAT64 : FieldType.INT64, false));
                states.add(
                        isFloating
                                ? new Field(name + "_lost", FieldType.FLOAT64, false)
                                : new Field(name + "_upper", FieldType.INT64, false));
            }
            case MIN, MAX ->
                states.add(new Field(name + "_value", rows.field(call.field()).type(), true));
            case FIRST, LAST -> {
                states.add(new Field(name + "_value", rows.field(call.field()).type(), true));
                states.add(new Field(name + "_order", FieldType.INT64, false));
            }
            case APPROXIMATE_DISTINCT -> states.add(new Field(name + "_sketch", FieldType.BYTES, false));
        }
    }

    /** Of the rows that are grouped. */
    public TableSchema rows() {
        return rows;
    }

    /** Of what a part hands on. */
    public TableSchema states() {
        return states;
    }

    public TableSchema results() {
        return results;
    }

    /** Whether parts may be grouped on their own and put together: not where distinct values are counted exactly. */
    public boolean hasStates() {
        return calls.stream().noneMatch(call -> call.what() == Aggregation.COUNT_DISTINCT);
    }

    /** Places of the fields that rows of a group share; the shape's own array, to be read only. */
    public int[] groupFields() {
        return groupFields;
    }

    public List<AggregateCall> calls() {
        return calls;
    }

    /** The place of the first state of a call, by its place among the calls. */
    public int firstState(int call) {
        return firstStates[call];
    }

    /** @throws BadValueException naming a result that cannot be put together from parts */
    public void requireStates() {
        for (final AggregateCall call : calls) {
            if (call.what() == Aggregation.COUNT_DISTINCT) {
                throw new BadValueException("the " + call.what() + " of "
                        + rows.field(call.field()).name() + " cannot be put together from those of parts");
            }
        }
    }
}
