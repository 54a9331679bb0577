package io.keyfarm.rows;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a field holds.
 *
 * @param length bytes of a {@code char(n)}, digits of a {@code decimal(p,s)}, otherwise 0
 * @param scale digits behind the point of a decimal, otherwise 0
 */
public record FieldType(FieldKind kind, int length, int scale) {
    public static final int MAX_CHAR_BYTES = 4096;
    /** Of a varchar or bytes value. */
    public static final int MAX_TEXT_BYTES = 16 << 20;

    public static final int MAX_PRECISION = 18;

    public static final FieldType INT8 = of(FieldKind.INT8);
    public static final FieldType INT16 = of(FieldKind.INT16);
    public static final FieldType INT32 = of(FieldKind.INT32);
    public static final FieldType INT64 = of(FieldKind.INT64);
    public static final FieldType UINT8 = of(FieldKind.UINT8);
    public static final FieldType UINT16 = of(FieldKind.UINT16);
    public static final FieldType UINT32 = of(FieldKind.UINT32);
    public static final FieldType FLOAT32 = of(FieldKind.FLOAT32);
    public static final FieldType FLOAT64 = of(FieldKind.FLOAT64);
    public static final FieldType BOOL = of(FieldKind.BOOL);
    public static final FieldType DATE = of(FieldKind.DATE);
    public static final FieldType TIMESTAMP = of(FieldKind.TIMESTAMP);
    public static final FieldType VARCHAR = of(FieldKind.VARCHAR);
    public static final FieldType BYTES = of(FieldKind.BYTES);

    private static final Pattern WORDS =
            Pattern.compile("([a-z]+[0-9]*)\\s*(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?");
    private static final long[] POWERS_OF_TEN = powersOfTen();

    public FieldType {
        switch (kind) {
            case CHAR -> require(length >= 1 && length <= MAX_CHAR_BYTES, "char(n) takes 1 to 4096 bytes", length);
            case DECIMAL -> {
                require(length >= 1 && length <= MAX_PRECISION, "decimal(p,s) takes 1 to 18 digits", length);
                require(scale >= 0 && scale <= length, "the scale of decimal(p,s) is 0 to p", scale);
            }
            default -> require(length == 0 && scale == 0, kind.word() + " takes no length", length);
        }
    }

    public static FieldType of(FieldKind kind) {
        return new FieldType(kind, 0, 0);
    }

    public static FieldType character(int bytes) {
        return new FieldType(FieldKind.CHAR, bytes, 0);
    }

    public static FieldType decimal(int precision, int scale) {
        return new FieldType(FieldKind.DECIMAL, precision, scale);
    }

    /** Reads what {@link #toString} prints: {@code int32}, {@code char(2)}, {@code decimal(12,2)}. */
    public static FieldType parse(String text) {
        final Matcher matcher = WORDS.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            for (final FieldKind kind : FieldKind.values()) {
                if (kind.word().equals(matcher.group(1))) {
                    return new FieldType(kind, number(matcher.group(2)), number(matcher.group(3)));
                }
            }
        }
        throw new BadValueException(
                "'" + text + "' is no field type; there are int8 to int64, uint8 to uint32, float32,"
                        + " float64, decimal(p,s), bool, date, timestamp, char(n), varchar and bytes");
    }

    private static int number(@Nullable String digits) {
        if (digits == null) {
            return 0;
        }
        return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    /** Bytes that a value takes within a row. */
    public int widthBytes() {
        return kind == FieldKind.CHAR ? length : kind.widthBytes();
    }

    public boolean isText() {
        return kind.isText();
    }

    /** The smallest {@link Sortable} form a value of this type has; not for text. */
    public long minSortable() {
        return switch (kind) {
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            case INT32, DATE -> Integer.MIN_VALUE;
            case INT64, TIMESTAMP -> Long.MIN_VALUE;
            case UINT8, UINT16, UINT32, BOOL -> 0;
            case FLOAT32 -> Sortable.of(Float.NEGATIVE_INFINITY);
            case FLOAT64 -> Sortable.of(Double.NEGATIVE_INFINITY);
            case DECIMAL -> -maxSortable();
            case CHAR, VARCHAR, BYTES -> throw new AssertionError(kind);
        };
    }

    /** The largest {@link Sortable} form a value of this type has; not for text. */
    public long maxSortable() {
        return switch (kind) {
            case INT8 -> Byte.MAX_VALUE;
            case INT16 -> Short.MAX_VALUE;
            case INT32, DATE -> Integer.MAX_VALUE;
            case INT64, TIMESTAMP -> Long.MAX_VALUE;
            case UINT8 -> 0xFFL;
            case UINT16 -> 0xFFFFL;
            case UINT32 -> 0xFFFF_FFFFL;
            case BOOL -> 1;
            case FLOAT32 -> Sortable.NAN32;
            case FLOAT64 -> Sortable.NAN64;
            case DECIMAL -> powerOfTen(length) - 1;
            case CHAR, VARCHAR, BYTES -> throw new AssertionError(kind);
        };
    }

    /** 10 to the power of {@code exponent}, 0 to 18. */
    public static long powerOfTen(int exponent) {
        return POWERS_OF_TEN[exponent];
    }

    private static long[] powersOfTen() {
        final long[] powers = new long[MAX_PRECISION + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }

    private static void require(boolean holds, String rule, int given) {
        if (!holds) {
            throw new BadValueException(rule + ", not " + given);
        }
    }

    @Override
    public String toString() {
        return switch (kind) {
            case CHAR -> "char(" + length + ")";
            case DECIMAL -> "decimal(" + length + "," + scale + ")";
            default -> kind.word();
        };
    }
}
