package io.keyfarm.query.flow;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.TextSlot;

/** Copies values of one type from field to field, over what stood there. */
final class StateValue {
    private StateValue() {}

    /** {@code from} is not null in its row; {@code to} stands in a row of the store, and is not null afterwards. */
    static void copy(FieldReader from, long row, long[] heapBases, FieldReader to, long toRow, RowStore store) {
        final long at = row + from.offset();
        final long toAt = toRow + to.offset();
        if (to.kind().isVariable()) {
            store.replaceText(toAt, TextSlot.address(at, heapBases), TextSlot.length(at));
        } else if (to.kind() == FieldKind.CHAR) {
            Memory.copy(at, toAt, to.type().length());
        } else {
            to.write(toRow, from.value(row));
        }
        to.setNotNull(toRow);
    }

    /** Makes the field of a row of the store null, whose bytes are 0. */
    static void setNull(FieldReader to, int field, long toRow, RowStore store) {
        final long at = toRow + to.offset();
        if (to.kind().isVariable()) {
            store.replaceText(at, at, 0);
        } else {
            Memory.fill(at, to.type().widthBytes(), (byte) 0);
        }
        store.layout().setNull(toRow, field);
    }

    /** Copies what a state row holds to a result, null or not. */
    static void finish(Aggregate.Place place, FieldReader state, RowBatch states, FieldReader output, long[] results) {
        for (int i = 0; i < states.count(); i++) {
            if (state.isNull(states.row(i))) {
                place.setNullResult(results[i]);
            } else {
                copy(state, states.row(i), states.heapBases(), output, results[i], place.resultRows());
            }
        }
    }
}
