package io.keyfarm.rows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Java values to what a field holds, and back: {@link Sortable} numbers for types fixed in width, bytes for text.
 *
 * <pre>
 *   int8 … uint32   Byte, Short, Integer, Long, BigInteger; any other Number that is whole      17
 *   float32, 64     any Number; float32 takes the nearest value it has                          1.5   NaN   -Infinity
 *   decimal(p,s)    any Number with at most s digits behind the point: nothing is rounded       -1234.50
 *   bool            Boolean                                                                     true  t  1
 *   date            LocalDate                                                                   2024-01-31
 *   timestamp       Instant, LocalDateTime (as UTC), OffsetDateTime, ZonedDateTime, LocalDate   2024-01-31 12:00:00.5
 *   char, varchar   String; byte[] that holds UTF-8                                             as it is
 *   bytes           byte[]                                                                      \x00ff
 * </pre>
 *
 * Every type also takes a String that reads as shown on the right, through {@link Literals}. Whatever a type cannot
 * hold is refused with a {@link BadValueException} that says what it holds and what was given.
 */
public final class Values {
    static final long MICROS = 1_000_000;

    private Values() {}

    public static long toSortable(FieldType type, Object value) {
        return toSortable(type, type.toString(), value);
    }

    /** As {@link #toSortable(FieldType, Object)}, with messages that begin with the field's name. */
    public static long toSortable(Field field, Object value) {
        if (value instanceof String text) {
            return parseSortable(field, text.toCharArray(), 0, text.length());
        }
        return toSortable(field.type(), nameIn(field), value);
    }

    public static byte[] toText(FieldType type, Object value) {
        return toText(type, type.toString(), value);
    }

    /** The bytes of a text value; those of a {@code char(n)} padded to n. */
    public static byte[] toText(Field field, Object value) {
        return toText(field.type(), field.name(), value);
    }

    /**
     * The bytes of text that is compared but not stored, such as a prefix: neither padded nor refused for a
     * {@code char(n)} that could not hold it.
     */
    public static byte[] toLooseText(FieldType type, Object value) {
        return unpadded(type, type.toString(), value);
    }

    public static long parseSortable(FieldType type, String text) {
        return Literals.parse(type, type, text.toCharArray(), 0, text.length());
    }

    public static long parseSortable(Field field, String text) {
        return Literals.parse(field.type(), nameIn(field), text.toCharArray(), 0, text.length());
    }

    /** Reads the characters {@code [from, to)}; allocates nothing for integers, decimals, bools, dates, timestamps. */
    public static long parseSortable(Field field, char[] text, int from, int to) {
        // The name is put together only where something is wrong.
        return Literals.parse(field.type(), field, text, from, to);
    }

    /** As {@link #parseSortable(Field, char[], int, int)} of no field. */
    public static long parseSortable(FieldType type, char[] text, int from, int to) {
        return Literals.parse(type, type, text, from, to);
    }

    /** The bytes of a literal: as they are in UTF-8, or of {@code \x00ff} for type bytes. */
    public static byte[] parseText(FieldType type, String text) {
        return toText(type, text);
    }

    public static byte[] parseText(Field field, String text) {
        return toText(field, text);
    }

    /** What {@link #parseSortable(FieldType, String)} reads back. */
    public static String print(FieldType type, long sortable) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> Long.toString(sortable);
            case FLOAT32 -> Float.toString(Sortable.toFloat(sortable));
            case FLOAT64 -> Double.toString(Sortable.toDouble(sortable));
            case DECIMAL -> BigDecimal.valueOf(sortable, type.scale()).toPlainString();
            case BOOL -> sortable == 0 ? "false" : "true";
            case DATE -> LocalDate.ofEpochDay(sortable).toString();
            case TIMESTAMP -> Instant.EPOCH.plus(sortable, ChronoUnit.MICROS).toString();
            case CHAR, VARCHAR, BYTES -> throw new BadValueException(type + " is text, not a number");
        };
    }

    /** The text itself, a {@code char(n)} without its padding; {@code \x00ff} for type bytes. */
    public static String print(FieldType type, byte[] text) {
        return switch (type.kind()) {
            case BYTES -> "\\x" + HexFormat.of().formatHex(text);
            case CHAR -> new String(text, 0, lengthWithoutBlanks(text), StandardCharsets.UTF_8);
            default -> new String(text, StandardCharsets.UTF_8);
        };
    }

    /** How many bytes are left of the text without the blanks at its end. */
    public static int lengthWithoutBlanks(byte[] text) {
        int length = text.length;
        while (length > 0 && text[length - 1] == ' ') {
            length--;
        }
        return length;
    }

    private static String nameIn(Field field) {
        return field.name() + " is " + field.type() + " and";
    }

    private static long toSortable(FieldType type, String name, Object value) {
        if (value instanceof String text) {
            return Literals.parse(type, name, text.toCharArray(), 0, text.length());
        }
        final Long sortable = switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> whole(type, name, value);
            case FLOAT32 ->
                value instanceof Number number
                        ? (Long) Literals.float32(name, number.floatValue(), number.doubleValue(), value)
                        : null;
            case FLOAT64 -> value instanceof Number number ? (Long) Sortable.of(number.doubleValue()) : null;
            case DECIMAL -> decimal(type, name, value);
            case BOOL -> value instanceof Boolean truth ? (Long) (truth ? 1L : 0L) : null;
            case DATE -> value instanceof LocalDate date ? (Long) date(name, date) : null;
            case TIMESTAMP -> timestamp(name, value);
            case CHAR, VARCHAR, BYTES -> null;
        };
        if (sortable == null) {
            throw new BadValueException("%s takes no %s, and was given %s"
                    .formatted(name, value.getClass().getSimpleName(), Literals.brief(value)));
        }
        return sortable;
    }

    private static @Nullable Long whole(FieldType type, String name, Object value) {
        final long number;
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            number = ((Number) value).longValue();
        } else {
            final BigDecimal exact = exact(name, value);
            if (exact == null) {
                return null;
            }
            try {
                number = exact.longValueExact();
            } catch (ArithmeticException e) {
                throw outOfRange(type, name, exact);
            }
        }
        return requireInRange(type, name, number);
    }

    private static @Nullable Long decimal(FieldType type, String name, Object value) {
        final BigDecimal given = exact(name, value);
        return given == null ? null : (Long) Literals.unscaled(type, name, given);
    }

    private static @Nullable BigDecimal exact(String name, Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (value instanceof Double || value instanceof Float) {
            try {
                // Through its shortest digits: 0.1 means a tenth.
                return new BigDecimal(value.toString());
            } catch (NumberFormatException e) {
                throw new BadValueException(name + " holds finite numbers, but not " + value);
            }
        }
        return value instanceof Number number ? BigDecimal.valueOf(number.longValue()) : null;
    }

    static long date(String name, LocalDate date) {
        final long day = date.toEpochDay();
        if (day != (int) day) {
            throw outOfRange(FieldType.DATE, name, date);
        }
        return day;
    }

    private static @Nullable Long timestamp(String name, Object value) {
        if (value instanceof Instant instant) {
            return micros(name, instant);
        }
        if (value instanceof LocalDateTime local) {
            return micros(name, local.toInstant(ZoneOffset.UTC));
        }
        if (value instanceof OffsetDateTime offset) {
            return micros(name, offset.toInstant());
        }
        if (value instanceof ZonedDateTime zoned) {
            return micros(name, zoned.toInstant());
        }
        if (value instanceof LocalDate date) {
            return micros(name, date.atStartOfDay().toInstant(ZoneOffset.UTC));
        }
        return null;
    }

    static long micros(String name, Instant instant) {
        if (instant.getNano() % 1000 != 0) {
            throw new BadValueException(name + " holds microseconds, but " + instant + " is finer");
        }
        final int micros = instant.getNano() / 1000;
        if (!isTimestamp(instant.getEpochSecond(), micros)) {
            throw outOfRange(FieldType.TIMESTAMP, name, instant);
        }
        return instant.getEpochSecond() * MICROS + micros;
    }

    /** Whether this many seconds, and 0 to 999,999 microseconds more, are a timestamp. */
    static boolean isTimestamp(long seconds, int micros) {
        final long first = Math.floorDiv(Long.MIN_VALUE, MICROS);
        final long last = Math.floorDiv(Long.MAX_VALUE, MICROS);
        return (seconds > first || (seconds == first && micros >= Math.floorMod(Long.MIN_VALUE, MICROS)))
                && (seconds < last || (seconds == last && micros <= Math.floorMod(Long.MAX_VALUE, MICROS)));
    }

    static long requireInRange(FieldType type, String name, long sortable) {
        if (sortable < type.minSortable() || sortable > type.maxSortable()) {
            throw outOfRange(type, name, sortable);
        }
        return sortable;
    }

    static BadValueException outOfRange(FieldType type, Object name, Object given) {
        return new BadValueException("%s holds %s to %s, but not %s"
                .formatted(
                        name, print(type, type.minSortable()), print(type, type.maxSortable()), Literals.brief(given)));
    }

    private static byte[] toText(FieldType type, String name, Object value) {
        final byte[] text = unpadded(type, name, value);
        if (type.kind() != FieldKind.CHAR) {
            return text;
        }
        final int length = lengthWithoutBlanks(text);
        if (length > type.length()) {
            throw new BadValueException("%s holds %d bytes, but '%s' needs %d"
                    .formatted(
                            name,
                            type.length(),
                            Literals.brief(new String(text, 0, length, StandardCharsets.UTF_8)),
                            length));
        }
        final byte[] padded = Arrays.copyOf(text, type.length());
        Arrays.fill(padded, length, padded.length, (byte) ' ');
        return padded;
    }

    private static byte[] unpadded(FieldType type, String name, Object value) {
        final byte[] text;
        if (!type.isText()) {
            throw new BadValueException(name + " is no text, and was given '" + Literals.brief(value) + "'");
        } else if (value instanceof byte[] bytes) {
            text = bytes.clone();
        } else if (value instanceof String string) {
            text = type.kind() == FieldKind.BYTES ? Literals.hex(name, string) : utf8(name, string);
        } else {
            throw new BadValueException("%s takes no %s, and was given %s"
                    .formatted(name, value.getClass().getSimpleName(), Literals.brief(value)));
        }
        if (text.length > FieldType.MAX_TEXT_BYTES) {
            throw new BadValueException("%s holds at most %d bytes, but this text has %d"
                    .formatted(name, FieldType.MAX_TEXT_BYTES, text.length));
        }
        return text;
    }

    private static byte[] utf8(String name, String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // Half a surrogate pair becomes a question mark, which would match what nobody asked for.
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                final int point = text.codePointAt(i);
                if (!Character.isSupplementaryCodePoint(point)) {
                    throw new BadValueException(name + " holds UTF-8, but this text has half a character at " + i);
                }
                i++;
            }
        }
        return bytes;
    }
}
