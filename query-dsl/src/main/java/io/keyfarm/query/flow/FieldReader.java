package io.keyfarm.query.flow;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;

/**
 * Reads one field of many rows at a time, so that the question of its type is asked once a batch. Numbers of all types
 * come as the {@link Sortable} of their widest relative, an int64 or a float64: those of different widths compare.
 */
final class FieldReader {
    private final FieldType type;
    private final FieldKind kind;
    private final int offset;
    private final int nullBit;

    FieldReader(RecordLayout layout, int field) {
        type = layout.schema().field(field).type();
        kind = type.kind();
        offset = layout.offset(field);
        nullBit = layout.nullBit(field);
    }

    FieldType type() {
        return type;
    }

    FieldKind kind() {
        return kind;
    }

    int offset() {
        return offset;
    }

    boolean isNullable() {
        return nullBit >= 0;
    }

    boolean isNull(long row) {
        return RecordLayout.isNullBitSet(row, nullBit);
    }

    void setNotNull(long row) {
        if (nullBit >= 0) {
            final long address = row + (nullBit >>> 3);
            Memory.putByte(address, (byte) (Memory.getByte(address) & ~(1 << (nullBit & 7))));
        }
    }

    /** The places of rows where the field is not null; answers how many. */
    int places(long[] rows, int count, int[] places) {
        if (nullBit < 0) {
            for (int i = 0; i < count; i++) {
                places[i] = i;
            }
            return count;
        }
        final int byteAt = nullBit >>> 3;
        final int bit = nullBit & 7;
        int found = 0;
        for (int i = 0; i < count; i++) {
            places[found] = i;
            found += ~(Memory.getByte(rows[i] + byteAt) >>> bit) & 1;
        }
        return found;
    }

    /** The values of a field that is not text; 0, or what else the bytes say, where it is null. */
    void values(long[] rows, int count, long[] values) {
        switch (kind) {
            case INT8, BOOL -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Memory.getByte(rows[i] + offset);
                }
            }
            case UINT8 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Memory.getByte(rows[i] + offset) & 0xFFL;
                }
            }
            case INT16 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Memory.getShort(rows[i] + offset);
                }
            }
            case UINT16 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Memory.getShort(rows[i] + offset) & 0xFFFFL;
                }
            }
            case INT32, DATE -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Memory.getInt(rows[i] + offset);
                }
            }
            case UINT32 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Memory.getInt(rows[i] + offset) & 0xFFFF_FFFFL;
                }
            }
            case INT64, DECIMAL, TIMESTAMP -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Memory.getLong(rows[i] + offset);
                }
            }
            case FLOAT32 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Sortable.of((double) Float.intBitsToFloat(Memory.getInt(rows[i] + offset)));
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Sortable.of(Double.longBitsToDouble(Memory.getLong(rows[i] + offset)));
                }
            }
            case CHAR, VARCHAR, BYTES -> throw new AssertionError(kind);
        }
    }

    /** One value, as {@link #values} reads it. */
    long value(long row) {
        final long at = row + offset;
        return kind == FieldKind.FLOAT32
                ? Sortable.of((double) Float.intBitsToFloat(Memory.getInt(at)))
                : Sortable.read(kind, at);
    }

    /** Writes what {@link #value} reads; the null bit stays as it is. */
    void write(long row, long value) {
        final long at = row + offset;
        switch (kind) {
            case INT8, UINT8, BOOL -> Memory.putByte(at, (byte) value);
            case INT16, UINT16 -> Memory.putShort(at, (short) value);
            case INT32, UINT32, DATE -> Memory.putInt(at, (int) value);
            case INT64, DECIMAL, TIMESTAMP -> Memory.putLong(at, value);
            case FLOAT32 -> Memory.putInt(at, Float.floatToIntBits((float) Sortable.toDouble(value)));
            case FLOAT64 -> Memory.putLong(at, Double.doubleToLongBits(Sortable.toDouble(value)));
            case CHAR, VARCHAR, BYTES -> throw new AssertionError(kind);
        }
    }

    /** Where the bytes of a text that is not null stand. */
    long textAddress(long row, long[] heapBases) {
        final long at = row + offset;
        return kind == FieldKind.CHAR ? at : TextSlot.address(at, heapBases);
    }

    /** How many bytes the text that is not null has: of a char those without the blanks at its end. */
    int textBytes(long row) {
        final long at = row + offset;
        if (kind != FieldKind.CHAR) {
            return TextSlot.length(at);
        }
        int length = type.length();
        while (length > 0 && Memory.getByte(at + length - 1) == ' ') {
            length--;
        }
        return length;
    }

    /** As {@link #textBytes}, of a char all of them. */
    int paddedBytes(long row) {
        return kind == FieldKind.CHAR ? type.length() : TextSlot.length(row + offset);
    }
}
