package io.keyfarm.load;

import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.TextSlot;

/** Takes rows to see how much memory they would take, and keeps none. */
final class MeasuringSink implements RowSink {
    private final TableSchema schema;
    private final boolean[] variable;
    private long rowCount;
    private long textBytes;

    MeasuringSink(TableSchema schema) {
        this.schema = schema;
        variable = new boolean[schema.fieldCount()];
        for (int i = 0; i < variable.length; i++) {
            variable[i] = schema.field(i).type().kind().isVariable();
        }
    }

    /** What {@code count} rows like these would take. */
    long bytesOf(long count) {
        final long textBytesPerRow = rowCount == 0 ? 0 : (textBytes + rowCount - 1) / rowCount;
        return count * (new RecordLayout(schema).rowBytes() + textBytesPerRow);
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public MeasuringSink beginRow() {
        return this;
    }

    @Override
    public MeasuringSink putNull(int field) {
        return this;
    }

    @Override
    public MeasuringSink putLong(int field, long value) {
        return this;
    }

    @Override
    public MeasuringSink putDouble(int field, double value) {
        return this;
    }

    @Override
    public MeasuringSink putText(int field, byte[] text) {
        if (variable[field] && text.length > TextSlot.INLINE_BYTES) {
            textBytes += text.length;
        }
        return this;
    }

    @Override
    public MeasuringSink endRow() {
        rowCount++;
        return this;
    }
}
