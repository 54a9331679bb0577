package io.keyfarm.query.flow;

import io.keyfarm.query.eval.compute.Vector;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;

/** Writes values that were computed to where a field of a row is. */
final class ComputedValue {
    private ComputedValue() {}

    /** A value of fixed width that is not null. */
    static void write(FieldType type, Vector values, int place, long to) {
        final long value = values.value(place);
        switch (type.kind()) {
            case INT8, UINT8, BOOL -> Memory.putByte(to, (byte) value);
            case INT16, UINT16 -> Memory.putShort(to, (short) value);
            case INT32, UINT32, DATE -> Memory.putInt(to, (int) value);
            case INT64, DECIMAL, TIMESTAMP -> Memory.putLong(to, value);
            // As rows are loaded, no zero is negative.
            case FLOAT32 -> Memory.putInt(to, Float.floatToIntBits((float) values.floating(place) + 0.0f));
            case FLOAT64 -> Memory.putLong(to, Double.doubleToLongBits(values.floating(place) + 0.0));
            case CHAR -> {
                Memory.copy(value, to, values.length(place));
                Memory.fill(to + values.length(place), type.length() - values.length(place), (byte) ' ');
            }
            case VARCHAR, BYTES -> throw new AssertionError(type);
        }
    }

    /** Replaces what a field of a row of the store holds, null or not. */
    static void replace(FieldReader field, int index, Vector values, int place, long row, RowStore store) {
        if (values.isNull(place)) {
            StateValue.setNull(field, index, row, store);
            return;
        }
        final long to = row + field.offset();
        if (field.kind().isVariable()) {
            store.replaceText(to, values.value(place), values.length(place));
        } else {
            write(field.type(), values, place, to);
        }
        field.setNotNull(row);
    }
}
