package io.keyfarm.query.flow;

import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.RecordLayout;
import org.agrona.concurrent.UnsafeBuffer;

/** A field of rows of one layout, no floating point, whose value is made a parameter. For one thread. */
public final class SkipField {
    private final FieldReader reader;
    private final UnsafeBuffer text = new UnsafeBuffer(0, 0);

    SkipField(RecordLayout layout, int field) {
        reader = new FieldReader(layout, field);
    }

    /** Sets a parameter of the field's type; the value is not null. */
    public void set(Parameters parameters, int place, long row, long[] heapBases) {
        if (reader.kind() == FieldKind.CHAR || reader.kind().isVariable()) {
            final int length = reader.textBytes(row);
            text.wrap(reader.textAddress(row, heapBases), length);
            parameters.setText(place, text, 0, length);
        } else {
            parameters.setLong(place, reader.value(row));
        }
    }
}
