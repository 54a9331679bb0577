package io.keyfarm.query.eval;

import io.keyfarm.query.Expr;
import io.keyfarm.query.Table;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A random value that can be said in words and judged row by row, over Java values: Long, BigDecimal, Double, String,
 * LocalDate, Instant, Boolean. What cannot be computed is {@link Trouble}.
 *
 * @param parameters what it takes of a run itself, and not only in a condition of a case
 */
record Formula(FieldType type, Function<Table, Expr> words, Judge judge, Set<String> parameters) {
    interface Judge {
        @Nullable
        Object of(@Nullable Object[] row, Map<String, @Nullable Object> given);
    }

    /** Of values none of which is null. */
    interface Rule {
        Object of(Object[] values);
    }

    static final class Trouble extends RuntimeException {
        Trouble(String message) {
            super(message);
        }
    }

    /** All operands are computed first, and one null makes all of it null. */
    static Judge strict(List<Formula> operands, Rule rule) {
        return (row, given) -> {
            final @Nullable Object[] values = new @Nullable Object[operands.size()];
            boolean isNull = false;
            for (int i = 0; i < values.length; i++) {
                values[i] = operands.get(i).judge.of(row, given);
                isNull |= values[i] == null;
            }
            if (isNull) {
                return null;
            }
            final Object[] all = new Object[values.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = java.util.Objects.requireNonNull(values[i]);
            }
            try {
                return rule.of(all);
            } catch (ArithmeticException e) {
                throw new Trouble(String.valueOf(e.getMessage()));
            }
        };
    }

    static boolean isFloat(FieldType type) {
        return type.kind().isFloating();
    }

    static boolean isDecimal(FieldType type) {
        return type.kind() == FieldKind.DECIMAL;
    }

    /** What is held as one that is computed with: a float32 as a double, and no zero is negative where it is held. */
    static @Nullable Object held(@Nullable Object value) {
        if (value instanceof Float || value instanceof Double) {
            final double floating = ((Number) value).doubleValue();
            return floating == 0 ? 0.0 : floating;
        }
        return value;
    }

    /** As a decimal of the scale, before anything is computed with it. */
    Formula widened(int scale) {
        return new Formula(
                FieldType.decimal(18, scale),
                words,
                (row, given) -> {
                    final Object value = judge.of(row, given);
                    return value == null ? null : decimal(value, scale);
                },
                parameters);
    }

    static BigDecimal decimal(Object number, int scale) {
        final BigDecimal exact = number instanceof Long whole ? BigDecimal.valueOf(whole) : (BigDecimal) number;
        return fitting(exact.setScale(scale, RoundingMode.UNNECESSARY));
    }

    static BigDecimal fitting(BigDecimal decimal) {
        if (decimal.precision() > 18 && decimal.signum() != 0) {
            throw new Trouble(decimal + " has too many digits");
        }
        return decimal;
    }

    static double floating(Object number) {
        if (number instanceof Double it) {
            return it;
        }
        if (number instanceof Long whole) {
            return whole;
        }
        final BigDecimal decimal = (BigDecimal) number;
        return decimal.unscaledValue().longValueExact() / Math.pow(10, decimal.scale());
    }

    static double roundedFloat(double value, int digits) {
        final double scaled = Math.abs(value) * Math.pow(10, digits);
        if (!(scaled < 0x1p52)) {
            return value;
        }
        return Math.copySign(Math.floor(scaled + 0.5) / Math.pow(10, digits), value);
    }

    /** The order of two values of families that can be compared. */
    static int compare(FieldType leftType, Object left, FieldType rightType, Object right) {
        if (left instanceof Number && right instanceof Number) {
            if (left instanceof Double || right instanceof Double) {
                final double l = floating(left);
                final double r = floating(right);
                return l == r ? 0 : Double.compare(l, r);
            }
            final BigDecimal l = new BigDecimal(left.toString());
            return l.compareTo(new BigDecimal(right.toString()));
        }
        return Ask.compare(leftType, left, rightType, right);
    }

    static Object cast(Object value, FieldType from, FieldType to) {
        return switch (to.kind()) {
            case VARCHAR -> print(value, from);
            case DATE ->
                value instanceof String text
                        ? parse(text, LocalDate::parse)
                        : value instanceof Instant it
                                ? it.atOffset(java.time.ZoneOffset.UTC).toLocalDate()
                                : value;
            case TIMESTAMP ->
                value instanceof LocalDate it ? micros(it.atStartOfDay().toInstant(java.time.ZoneOffset.UTC)) : value;
            case FLOAT64 -> value instanceof String text ? parse(text, Double::valueOf) : (Object) floating(value);
            case DECIMAL -> toDecimal(value, to);
            default -> {
                if (value instanceof Boolean truth) {
                    yield truth ? 1L : 0L;
                }
                final long whole = value instanceof String text
                        ? parse(text, Long::valueOf)
                        : toDecimal(value, FieldType.decimal(18, 0), Long.MAX_VALUE)
                                .longValueExact();
                if (whole < to.minSortable() || whole > to.maxSortable()) {
                    throw new Trouble(whole + " is no " + to);
                }
                yield whole;
            }
        };
    }

    private static BigDecimal toDecimal(Object value, FieldType to) {
        final BigDecimal decimal = toDecimal(value, to, to.maxSortable());
        if (decimal.precision() > to.length() && decimal.signum() != 0) {
            throw new Trouble(decimal + " is no " + to);
        }
        return decimal;
    }

    private static BigDecimal toDecimal(Object value, FieldType to, long most) {
        if (value instanceof Double floating) {
            final double scaled = roundedFloat(floating * Math.pow(10, to.scale()), 0);
            if (!(Math.abs(scaled) <= most)) {
                throw new Trouble(floating + " is no " + to);
            }
            if (Math.abs(scaled) >= 0x1p63) {
                throw new Trouble(floating + " is no " + to);
            }
            return new BigDecimal(scaled).movePointLeft(to.scale()).setScale(to.scale(), RoundingMode.UNNECESSARY);
        }
        if (value instanceof String text) {
            return parse(text, it -> new BigDecimal(it).setScale(to.scale(), RoundingMode.UNNECESSARY));
        }
        return new BigDecimal(value.toString()).setScale(to.scale(), RoundingMode.HALF_UP);
    }

    static <T> T parse(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (RuntimeException e) {
            throw new Trouble(text);
        }
    }

    static long microsOf(Instant instant) {
        return BigDecimal.valueOf(instant.getEpochSecond())
                .movePointRight(6)
                .add(BigDecimal.valueOf(instant.getNano() / 1000))
                .longValueExact();
    }

    static Instant micros(Instant instant) {
        try {
            microsOf(instant);
        } catch (ArithmeticException e) {
            throw new Trouble(instant + " is no timestamp");
        }
        return instant;
    }

    private static String print(Object value, FieldType from) {
        if (from.kind() == FieldKind.FLOAT32) {
            return Float.toString(((Double) value).floatValue());
        }
        // -0.0 equals 0.0, and prints so.
        return value instanceof Double it
                ? Double.toString(it == 0 ? 0.0 : it)
                : value instanceof BigDecimal it ? it.toPlainString() : value.toString();
    }

    /** American Soundex as the National Archives describe it; empty for no letters. */
    static String soundex(String text) {
        final String letters = text.replaceAll("[^A-Za-z]", "").toUpperCase(java.util.Locale.ROOT);
        if (letters.isEmpty()) {
            return "";
        }
        final String digits = "01230120022455012623010202";
        final StringBuilder code = new StringBuilder(letters.substring(0, 1));
        char before = digits.charAt(letters.charAt(0) - 'A');
        for (int i = 1; i < letters.length() && code.length() < 4; i++) {
            final char letter = letters.charAt(i);
            final char digit = digits.charAt(letter - 'A');
            if (digit != '0' && digit != before) {
                code.append(digit);
            }
            if (letter != 'H' && letter != 'W') {
                before = digit;
            }
        }
        while (code.length() < 4) {
            code.append('0');
        }
        return code.toString();
    }

    /** The whole table of Levenshtein. */
    static int edits(String left, String right) {
        final int[] a = left.codePoints().toArray();
        final int[] b = right.codePoints().toArray();
        final int[][] table = new int[a.length + 1][b.length + 1];
        for (int i = 0; i <= a.length; i++) {
            for (int j = 0; j <= b.length; j++) {
                table[i][j] = i == 0
                        ? j
                        : j == 0
                                ? i
                                : Math.min(
                                        table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1),
                                        1 + Math.min(table[i - 1][j], table[i][j - 1]));
            }
        }
        return table[a.length][b.length];
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
