package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.Values;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One field of a fixed-length record.
 *
 * @param offset bytes from the start of the record
 * @param widthBytes bytes in the record
 * @param nullSortable the value that stands for null; null if none does, or for text
 */
record FixedField(
        Field field,
        int offset,
        int widthBytes,
        boolean bigEndian,
        @Nullable Long nullSortable) {
    private static final VarHandle LE16 = view(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BE16 = view(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LE32 = view(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BE32 = view(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LE64 = view(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BE64 = view(long[].class, ByteOrder.BIG_ENDIAN);

    private static VarHandle view(Class<?> type, ByteOrder order) {
        return MethodHandles.byteArrayViewVarHandle(type, order);
    }

    /** @throws BadValueException if the bytes are no value of the field's type */
    void put(RowSink sink, int index, byte[] buffer, int record) {
        final FieldKind kind = field.type().kind();
        if (kind.isText()) {
            putText(sink, index, buffer, record + offset);
            return;
        }
        final long sortable = sortable(kind, buffer, record + offset);
        if (nullSortable != null && nullSortable == sortable) {
            sink.putNull(index);
        } else if (kind == FieldKind.FLOAT32) {
            sink.putDouble(index, Sortable.toFloat(sortable));
        } else if (kind == FieldKind.FLOAT64) {
            sink.putDouble(index, Sortable.toDouble(sortable));
        } else {
            requireInRange(sortable);
            sink.putLong(index, sortable);
        }
    }

    private void requireInRange(long sortable) {
        if (sortable < field.type().minSortable() || sortable > field.type().maxSortable()) {
            throw new BadValueException(
                    field.type().kind() == FieldKind.BOOL
                            ? "bool is 0 or 1, but not " + sortable
                            : "%s holds %d to %d unscaled, but not %d"
                                    .formatted(
                                            field.type(),
                                            field.type().minSortable(),
                                            field.type().maxSortable(),
                                            sortable));
        }
    }

    private long sortable(FieldKind kind, byte[] buffer, int at) {
        return switch (kind) {
            case INT8, BOOL -> buffer[at];
            case UINT8 -> buffer[at] & 0xFF;
            case INT16 -> read16(buffer, at);
            case UINT16 -> read16(buffer, at) & 0xFFFF;
            case INT32, DATE -> read32(buffer, at);
            case UINT32 -> read32(buffer, at) & 0xFFFF_FFFFL;
            case INT64, DECIMAL, TIMESTAMP -> read64(buffer, at);
            case FLOAT32 -> Sortable.of(Float.intBitsToFloat(read32(buffer, at)));
            case FLOAT64 -> Sortable.of(Double.longBitsToDouble(read64(buffer, at)));
            case CHAR, VARCHAR, BYTES -> throw new AssertionError(kind);
        };
    }

    private short read16(byte[] buffer, int at) {
        return (short) (bigEndian ? BE16 : LE16).get(buffer, at);
    }

    private int read32(byte[] buffer, int at) {
        return (int) (bigEndian ? BE32 : LE32).get(buffer, at);
    }

    private long read64(byte[] buffer, int at) {
        return (long) (bigEndian ? BE64 : LE64).get(buffer, at);
    }

    private void putText(RowSink sink, int index, byte[] buffer, int from) {
        final boolean raw = field.type().kind() == FieldKind.BYTES;
        final int end = filledEnd(buffer, from);
        if (end == from && field.nullable()) {
            sink.putNull(index);
            return;
        }
        final byte[] text = Arrays.copyOfRange(buffer, from, raw ? from + widthBytes : end);
        if (!raw) {
            requireUtf8(text);
        }
        sink.putText(index, text);
    }

    /** Where the blanks or zero bytes begin that fill the field up. */
    private int filledEnd(byte[] buffer, int from) {
        int end = from + widthBytes;
        while (end > from && (buffer[end - 1] == ' ' || buffer[end - 1] == 0)) {
            end--;
        }
        return end;
    }

    private static void requireUtf8(byte[] text) {
        for (final byte b : text) {
            if (b < 0) {
                Utf8.require(text);
                return;
            }
        }
    }

    /** The value as a message shows it. */
    String show(byte[] buffer, int record) {
        final FieldKind kind = field.type().kind();
        return switch (kind) {
            case CHAR, VARCHAR -> new String(buffer, record + offset, widthBytes, StandardCharsets.UTF_8);
            case BYTES ->
                Values.print(field.type(), Arrays.copyOfRange(buffer, record + offset, record + offset + widthBytes));
            case FLOAT32, FLOAT64 -> Values.print(field.type(), sortable(kind, buffer, record + offset));
            default -> Long.toString(sortable(kind, buffer, record + offset));
        };
    }
}
