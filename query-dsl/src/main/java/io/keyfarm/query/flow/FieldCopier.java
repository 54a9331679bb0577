package io.keyfarm.query.flow;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TextSlot;

/** Copies fields of rows of one layout into the rows of a store, whose fields have the same types. */
final class FieldCopier {
    private final RecordLayout from;
    private final RecordLayout to;
    private final int[] fromFields;
    private final int firstTo;

    /** @param firstTo where the first of the fields goes; the others follow it */
    FieldCopier(RecordLayout from, int[] fromFields, RecordLayout to, int firstTo) {
        this.from = from;
        this.fromFields = fromFields.clone();
        this.to = to;
        this.firstTo = firstTo;
    }

    /** Fills fields of a row that are all zero so far. */
    void copy(long row, long[] heapBases, long toRow, RowStore store) {
        for (int i = 0; i < fromFields.length; i++) {
            final int field = fromFields[i];
            if (from.isNull(row, field)) {
                to.setNull(toRow, firstTo + i);
            } else {
                copy(
                        from.kind(field),
                        row + from.offset(field),
                        heapBases,
                        toRow + to.offset(firstTo + i),
                        store,
                        field);
            }
        }
    }

    private void copy(FieldKind kind, long at, long[] heapBases, long toAt, RowStore store, int field) {
        switch (kind) {
            case INT8, UINT8, BOOL -> Memory.putByte(toAt, Memory.getByte(at));
            case INT16, UINT16 -> Memory.putShort(toAt, Memory.getShort(at));
            case INT32, UINT32, DATE, FLOAT32 -> Memory.putInt(toAt, Memory.getInt(at));
            case INT64, DECIMAL, TIMESTAMP, FLOAT64 -> Memory.putLong(toAt, Memory.getLong(at));
            case CHAR -> Memory.copy(at, toAt, from.schema().field(field).type().length());
            case VARCHAR, BYTES -> store.putText(toAt, TextSlot.address(at, heapBases), TextSlot.length(at));
        }
    }
}
