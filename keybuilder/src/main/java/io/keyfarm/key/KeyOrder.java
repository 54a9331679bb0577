package io.keyfarm.key;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;

/** The order of rows by their values: slow, plainly right, and the last word where codes tie. Nulls come last. */
public final class KeyOrder {
    private final FieldCode[] fields;
    private final long[] heapBases;

    public KeyOrder(KeyCode code) {
        fields = new FieldCode[code.fieldCount()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = code.field(i);
        }
        heapBases = code.slab().heapBases();
    }

    /** Compares the rows at two addresses by the key's fields {@code fromField} and following. */
    public int compare(long left, long right, int fromField) {
        for (int i = fromField; i < fields.length; i++) {
            final int order = compareField(fields[i], left, right);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** The first of the key's fields, from {@code fromField} on, that differs; the field count if none does. */
    public int firstDifference(long left, long right, int fromField) {
        int i = fromField;
        while (i < fields.length && compareField(fields[i], left, right) == 0) {
            i++;
        }
        return i;
    }

    private int compareField(FieldCode field, long left, long right) {
        final boolean isLeftNull = RecordLayout.isNullBitSet(left, field.nullBit);
        final boolean isRightNull = RecordLayout.isNullBitSet(right, field.nullBit);
        if (isLeftNull || isRightNull) {
            return Boolean.compare(isLeftNull, isRightNull);
        }
        final long l = left + field.offset;
        final long r = right + field.offset;
        if (!field.isText()) {
            return Long.compare(Sortable.read(field.kind, l), Sortable.read(field.kind, r));
        }
        if (field.kind == FieldKind.CHAR) {
            return Memory.compare(l, field.type().length(), r, field.type().length());
        }
        return Memory.compare(
                TextSlot.address(l, heapBases), TextSlot.length(l), TextSlot.address(r, heapBases), TextSlot.length(r));
    }
}
