package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.List;

/** An order over rows of one layout; text goes by its bytes, a char by all of them. Immutable. */
final class FlowOrder {
    private final FieldReader[] readers;
    private final boolean[] descending;

    FlowOrder(RecordLayout layout, List<SortField> fields) {
        readers = fields.stream().map(by -> new FieldReader(layout, by.field())).toArray(FieldReader[]::new);
        descending = new boolean[readers.length];
        for (int i = 0; i < readers.length; i++) {
            descending[i] = fields.get(i).descending();
        }
    }

    int count() {
        return readers.length;
    }

    FieldReader reader(int index) {
        return readers[index];
    }

    boolean isDescending(int index) {
        return descending[index];
    }

    int compare(long left, long[] leftBases, long right, long[] rightBases) {
        for (int i = 0; i < readers.length; i++) {
            final int order = compareField(readers[i], left, leftBases, right, rightBases);
            if (order != 0) {
                return descending[i] ? -order : order;
            }
        }
        return 0;
    }

    /** Ascending: −1, 0 or 1. */
    private static int compareField(FieldReader reader, long left, long[] leftBases, long right, long[] rightBases) {
        final boolean isLeftNull = reader.isNull(left);
        if (isLeftNull || reader.isNull(right)) {
            return Boolean.compare(isLeftNull, reader.isNull(right));
        }
        if (!reader.kind().isText()) {
            return Long.compare(reader.value(left), reader.value(right));
        }
        return Integer.signum(Memory.compare(
                reader.textAddress(left, leftBases),
                reader.paddedBytes(left),
                reader.textAddress(right, rightBases),
                reader.paddedBytes(right)));
    }
}
