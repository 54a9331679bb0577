package io.keyfarm.rows;

/**
 * The sortable form of a fixed-width value: a signed {@code long} that compares as the value does.
 *
 * <pre>
 *   int8 … int64, uint8 … uint32, date, timestamp    the number itself
 *   decimal                                          its unscaled number
 *   bool                                             0 or 1
 *   float64    -∞ … -1.5 … -0.0 = 0.0 … 1.5 … ∞ NaN  the IEEE bits, negatives mirrored; one value for every NaN
 * </pre>
 *
 * The mirroring sends −0.0 and 0.0 to the same number and leaves no number between two neighbouring doubles, so sets of
 * doubles are canonical just as sets of integers are.
 */
public final class Sortable {
    static final long NAN64 = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY) + 1;
    static final long NAN32 = Float.floatToRawIntBits(Float.POSITIVE_INFINITY) + 1L;

    private Sortable() {}

    public static long of(double value) {
        if (Double.isNaN(value)) {
            return NAN64;
        }
        final long bits = Double.doubleToRawLongBits(value);
        return bits >= 0 ? bits : Long.MIN_VALUE - bits;
    }

    public static long of(float value) {
        if (Float.isNaN(value)) {
            return NAN32;
        }
        final int bits = Float.floatToRawIntBits(value);
        return bits >= 0 ? bits : Integer.MIN_VALUE - bits;
    }

    public static double toDouble(long sortable) {
        if (sortable == NAN64) {
            return Double.NaN;
        }
        return Double.longBitsToDouble(sortable >= 0 ? sortable : Long.MIN_VALUE - sortable);
    }

    public static float toFloat(long sortable) {
        if (sortable == NAN32) {
            return Float.NaN;
        }
        return Float.intBitsToFloat((int) (sortable >= 0 ? sortable : Integer.MIN_VALUE - sortable));
    }

    /** Reads the value of a field that is not text at {@code address}; the caller has seen that it is not null. */
    public static long read(FieldKind kind, long address) {
        return switch (kind) {
            case INT8, BOOL -> Memory.getByte(address);
            case INT16 -> Memory.getShort(address);
            case INT32, DATE -> Memory.getInt(address);
            case INT64, DECIMAL, TIMESTAMP -> Memory.getLong(address);
            case UINT8 -> Memory.getByte(address) & 0xFFL;
            case UINT16 -> Memory.getShort(address) & 0xFFFFL;
            case UINT32 -> Memory.getInt(address) & 0xFFFF_FFFFL;
            case FLOAT32 -> of(Float.intBitsToFloat(Memory.getInt(address)));
            case FLOAT64 -> of(Double.longBitsToDouble(Memory.getLong(address)));
            case CHAR, VARCHAR, BYTES -> throw new AssertionError(kind);
        };
    }

    /** Writes what {@link #read} reads; {@code sortable} lies in the domain of its type. */
    public static void write(FieldKind kind, long address, long sortable) {
        switch (kind) {
            case INT8, UINT8, BOOL -> Memory.putByte(address, (byte) sortable);
            case INT16, UINT16 -> Memory.putShort(address, (short) sortable);
            case INT32, UINT32, DATE -> Memory.putInt(address, (int) sortable);
            case INT64, DECIMAL, TIMESTAMP -> Memory.putLong(address, sortable);
            case FLOAT32 -> Memory.putInt(address, Float.floatToRawIntBits(toFloat(sortable)));
            case FLOAT64 -> Memory.putLong(address, Double.doubleToRawLongBits(toDouble(sortable)));
            case CHAR, VARCHAR, BYTES -> throw new AssertionError(kind);
        }
    }
}
