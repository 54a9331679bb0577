package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;

/**
 * Reads one field of many rows as sortables, by one tight loop for each kind.
 *
 * <p>Short {@code char(n)} reads as a number too: its bytes big-endian, signed.
 */
final class ValueGather {
    /** A longer {@code char(n)} is no number. */
    static final int MAX_CHAR_BYTES = Long.BYTES;

    private static final long NAN32 = FieldType.FLOAT32.maxSortable();
    private static final long NAN64 = FieldType.FLOAT64.maxSortable();

    private ValueGather() {}

    /** Fills {@code values} from the front with what the fields at the first {@code count} addresses hold. */
    static void gather(FieldType type, long[] rows, int offset, int count, long[] values) {
        assert count <= rows.length && count <= values.length : count;
        switch (type.kind()) {
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
                    final int bits = Memory.getInt(rows[i] + offset);
                    final int sign = bits >> 31;
                    values[i] = Math.min((bits ^ (sign >>> 1)) - sign, NAN32);
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < count; i++) {
                    final long bits = Memory.getLong(rows[i] + offset);
                    final long sign = bits >> 63;
                    // As Sortable has it, without a branch: the only NaN in a row is positive, and above infinity.
                    values[i] = Math.min((bits ^ (sign >>> 1)) - sign, NAN64);
                }
            }
            case CHAR -> gatherText(type.length(), rows, offset, count, values);
            case VARCHAR, BYTES -> throw new AssertionError(type);
        }
    }

    private static void gatherText(int width, long[] rows, int offset, int count, long[] values) {
        final int shift = Long.SIZE - width * Byte.SIZE;
        for (int i = 0; i < count; i++) {
            // What is read behind the field is of the row, or of the pad behind the last.
            values[i] = number(Memory.getLong(rows[i] + offset)) >> shift;
        }
    }

    /** Eight bytes of text as a number of the same order. */
    static long number(long littleEndian) {
        return Long.reverseBytes(littleEndian) ^ Long.MIN_VALUE;
    }

    /** The number of the first eight bytes, zeros where there are fewer. */
    static long number(byte[] text, int offset, int length) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << Byte.SIZE | (i < length ? text[offset + i] & 0xFF : 0);
        }
        return value ^ Long.MIN_VALUE;
    }
}
