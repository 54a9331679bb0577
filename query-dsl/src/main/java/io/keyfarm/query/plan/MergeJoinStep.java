package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * How a {@link Step.MergeJoin} brings together rows of several inputs that are equal in some fields, the keys. Null equals
 * nothing: a row with a null key is a value by itself, that no other input has.
 *
 * <pre>
 *   inputs     each in ascending order of its keys
 *   values     that so many inputs have, and the first if it must
 *   rows       one for each combination of their equal rows; or one a value
 *
 *   places     0 … keys−1 | keys       | keys+1 …
 *              the keys   | how many   | all fields of the first input, behind them those of the second, …
 *                         | inputs had |
 *                         | the value  |
 * </pre>
 *
 * @param keys for each input, its fields that are equal to those at the same places of the others
 * @param needsFirst whether only values count that the first input has
 * @param least so many inputs have the value, 1 at least
 * @param most no more than so many do
 * @param once one row a value, whatever rows have it; it has fields of no input but the keys
 * @param outputs places of the fields handed on, as drawn
 * @param names of these, as many
 * @param skips for each input, the optional parameter of its read by which it is read from a value of its first key on; empty
 *     where it cannot be
 */
public record MergeJoinStep(
        List<List<Integer>> keys,
        boolean needsFirst,
        int least,
        int most,
        boolean once,
        List<Integer> outputs,
        List<String> names,
        List<String> skips) {
    public MergeJoinStep {
        keys = keys.stream().map(List::copyOf).toList();
        outputs = List.copyOf(outputs);
        names = List.copyOf(names);
        skips = List.copyOf(skips);
    }

    /** Of each input. */
    public int keyCount() {
        return keys.get(0).size();
    }

    /** The place of how many inputs had the value. */
    public int countPlace() {
        return keyCount();
    }

    /** The place of the first field of the first input. */
    public int fieldsPlace() {
        return keyCount() + 1;
    }

    /** Whether a value may come without this input. */
    public boolean canLack(int input) {
        return least < keys.size() && !(needsFirst && input == 0);
    }

    /** Whether the input's rows with null keys are values to be handed on; such an input is never moved on to a value. */
    public boolean takesNulls(int input) {
        return least == 1 && (!needsFirst || input == 0);
    }

    /** The field at a place, before it has a name. */
    public Field field(int place, List<TableSchema> inputs) {
        if (place < keyCount()) {
            boolean isNullable = false;
            for (int i = 0; i < keys.size(); i++) {
                isNullable |= takesNulls(i)
                        && inputs.get(i).field(keys.get(i).get(place)).nullable();
            }
            final Field first = inputs.get(0).field(keys.get(0).get(place));
            return new Field(first.name(), first.type(), isNullable);
        }
        if (place == countPlace()) {
            return new Field("inputs", FieldType.INT32, false);
        }
        int input = 0;
        int field = place - fieldsPlace();
        while (field >= inputs.get(input).fieldCount()) {
            field -= inputs.get(input++).fieldCount();
        }
        final Field of = inputs.get(input).field(field);
        return new Field(of.name(), of.type(), of.nullable() || canLack(input));
    }

    /** What is handed on. */
    public TableSchema schema(List<TableSchema> inputs) {
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            final Field field = field(outputs.get(i), inputs);
            fields.add(new Field(names.get(i), field.type(), field.nullable()));
        }
        return new TableSchema(inputs.get(0).name(), fields);
    }
}
