package io.keyfarm.rows;

/**
 * Where the fields of a schema lie within a row. Rows of slabs and rows of replies have the same layout.
 *
 * <pre>
 *   | null bits of the nullable fields | field 0 | field 1 | …
 * </pre>
 *
 * Fields stand in the order of the schema and unaligned: bytes moved are what a scan costs, and unaligned loads are free
 * on the machines we run on.
 */
public final class RecordLayout {
    private final TableSchema schema;
    private final int[] offsets;
    private final int[] nullBits;
    private final FieldKind[] kinds;
    private final int nullBytes;
    private final int rowBytes;

    public RecordLayout(TableSchema schema) {
        this.schema = schema;
        final int fieldCount = schema.fieldCount();
        offsets = new int[fieldCount];
        nullBits = new int[fieldCount];
        kinds = new FieldKind[fieldCount];

        int nullableCount = 0;
        for (int i = 0; i < fieldCount; i++) {
            kinds[i] = schema.field(i).type().kind();
            nullBits[i] = schema.field(i).nullable() ? nullableCount++ : -1;
        }
        nullBytes = (nullableCount + 7) >>> 3;
        int offset = nullBytes;
        for (int i = 0; i < fieldCount; i++) {
            offsets[i] = offset;
            offset += schema.field(i).type().widthBytes();
        }
        rowBytes = offset;
    }

    public TableSchema schema() {
        return schema;
    }

    public int rowBytes() {
        return rowBytes;
    }

    /** Bytes of null bits at the start of a row. */
    int nullBytes() {
        return nullBytes;
    }

    /** Bytes from the start of a row to the field. */
    public int offset(int field) {
        return offsets[field];
    }

    /** The field's bit in the null bits, set when it is null; −1 for a field that is never null. */
    public int nullBit(int field) {
        return nullBits[field];
    }

    public FieldKind kind(int field) {
        return kinds[field];
    }

    public boolean isNull(long row, int field) {
        return isNullBitSet(row, nullBits[field]);
    }

    /** As {@link #isNull}, for who keeps the {@link #nullBit}. */
    public static boolean isNullBitSet(long row, int nullBit) {
        return nullBit >= 0 && (Memory.getByte(row + (nullBit >>> 3)) >>> (nullBit & 7) & 1) != 0;
    }

    /** Marks the field null; for a field that may be. */
    public void setNull(long row, int field) {
        final int bit = nullBits[field];
        assert bit >= 0 : schema.field(field);
        final long address = row + (bit >>> 3);
        Memory.putByte(address, (byte) (Memory.getByte(address) | 1 << (bit & 7)));
    }
}
