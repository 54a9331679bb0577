package io.keyfarm.rows;

import java.math.BigDecimal;
import java.util.HexFormat;

/**
 * Reads values from text, for loaders a character range at a time without allocating.
 *
 * <p>Common forms are read here digit by digit; most floating-point numbers go to the JDK, which is slower and
 * knows everything. A name comes as an object and becomes text only within a
 * message, so that a loader can pass its field.
 */
final class Literals {
    /** No number or time needs more; a longer one is refused before anybody multiplies its digits out. */
    private static final int MAX_CHARS = 400;

    /** Far beyond any that matters; a larger one counts as this. */
    private static final int MAX_EXPONENT = 1_000_000;

    private static final int BRIEF_CHARS = 64;
    private static final long SECONDS_OF_DAY = 86_400;
    private static final long NO_VALUE = Long.MIN_VALUE;

    private Literals() {}

    static long parse(FieldType type, Object name, char[] text, int from, int to) {
        if (to - from > MAX_CHARS) {
            throw noValue(type, name, text, from, to);
        }
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> integer(type, name, text, from, to);
            case FLOAT32, FLOAT64 -> floating(type, name, text, from, to);
            case DECIMAL -> decimal(type, name, text, from, to);
            case BOOL -> bool(name, text, from, to);
            case DATE -> date(name, text, from, to);
            case TIMESTAMP -> timestamp(name, text, from, to);
            case CHAR, VARCHAR, BYTES -> throw new BadValueException(label(name) + " holds text, not a number");
        };
    }

    private static long integer(FieldType type, Object name, char[] text, int from, int to) {
        final boolean negative = from < to && text[from] == '-';
        int i = negative || (from < to && text[from] == '+') ? from + 1 : from;
        if (i == to) {
            throw noValue(type, name, text, from, to);
        }
        // Negated digits, since there is one more negative number than positive ones.
        long negated = 0;
        boolean overflown = false;
        for (; i < to; i++) {
            final int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                throw noValue(type, name, text, from, to);
            }
            overflown |= negated < Long.MIN_VALUE / 10 || (negated == Long.MIN_VALUE / 10 && digit > 8);
            negated = negated * 10 - digit;
        }
        overflown |= !negative && negated == Long.MIN_VALUE;
        final long value = negative ? negated : -negated;
        if (overflown || value < type.minSortable() || value > type.maxSortable()) {
            throw Values.outOfRange(type, label(name), new String(text, from, to - from));
        }
        return value;
    }

    private static long decimal(FieldType type, Object name, char[] text, int from, int to) {
        final boolean negative = from < to && text[from] == '-';
        long unscaled = 0;
        int digits = 0;
        int behindPoint = -1;
        for (int i = negative || (from < to && text[from] == '+') ? from + 1 : from; i < to; i++) {
            final int digit = text[i] - '0';
            if (text[i] == '.' && behindPoint < 0) {
                behindPoint = 0;
            } else if (digit < 0 || digit > 9) {
                return slowDecimal(type, name, text, from, to);
            } else if (behindPoint == type.scale() || unscaled >= FieldType.powerOfTen(17)) {
                // Too many digits, unless they are noughts.
                return slowDecimal(type, name, text, from, to);
            } else {
                unscaled = unscaled * 10 + digit;
                digits++;
                behindPoint += behindPoint < 0 ? 0 : 1;
            }
        }
        if (digits == 0) {
            throw noValue(type, name, text, from, to);
        }
        final int missing = type.scale() - Math.max(0, behindPoint);
        if (unscaled > type.maxSortable() / FieldType.powerOfTen(missing)) {
            throw Values.outOfRange(type, label(name), new String(text, from, to - from));
        }
        final long value = unscaled * FieldType.powerOfTen(missing);
        return negative ? -value : value;
    }

    /**
     * Any number of digits and an exponent. What counts is where the first and the last digit that are not noughts stand:
     *
     * <pre>
     *   0012.3400e2     places 3 2 1 0 . −1 −2 −3 −4, and 2 more by the exponent: first at 3, last at 0, between them 1234
     * </pre>
     */
    private static long slowDecimal(FieldType type, Object name, char[] text, int from, int to) {
        final boolean isSigned = text[from] == '-' || text[from] == '+';
        long digits = 0;
        int first = -1;
        int last = -1;
        int count = 0;
        int beforePoint = -1;
        int i = isSigned ? from + 1 : from;
        for (; i < to && text[i] != 'e' && text[i] != 'E'; i++) {
            final int digit = text[i] - '0';
            if (text[i] == '.' && beforePoint < 0) {
                beforePoint = count;
            } else if (digit < 0 || digit > 9) {
                throw noValue(type, name, text, from, to);
            } else {
                if (digit > 0) {
                    first = first < 0 ? count : first;
                    // Beyond 18 digits it is refused below, whatever they are.
                    digits = count - first < FieldType.MAX_PRECISION
                            ? digits * FieldType.powerOfTen(last < 0 ? 0 : count - last) + digit
                            : digits;
                    last = count;
                }
                count++;
            }
        }
        if (count == 0) {
            throw noValue(type, name, text, from, to);
        }
        final int exponent = i == to ? 0 : exponent(type, name, text, from, i + 1, to);
        if (first < 0) {
            return 0;
        }
        final int units = (beforePoint < 0 ? count : beforePoint) - 1 + exponent;
        if (units - first >= type.length() - type.scale()) {
            throw Values.outOfRange(type, label(name), new String(text, from, to - from));
        }
        if (last - units > type.scale()) {
            throw tooFine(type, name, new String(text, from, to - from), last - units);
        }
        final long value = digits * FieldType.powerOfTen(type.scale() + units - last);
        return text[from] == '-' ? -value : value;
    }

    private static int exponent(FieldType type, Object name, char[] text, int from, int at, int to) {
        final boolean isSigned = at < to && (text[at] == '-' || text[at] == '+');
        int exponent = 0;
        for (int i = isSigned ? at + 1 : at; i < to; i++) {
            final int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                throw noValue(type, name, text, from, to);
            }
            exponent = Math.min(MAX_EXPONENT, exponent * 10 + digit);
        }
        if ((isSigned ? at + 1 : at) >= to) {
            throw noValue(type, name, text, from, to);
        }
        return text[at] == '-' ? -exponent : exponent;
    }

    private static BadValueException tooFine(FieldType type, Object name, Object given, int digits) {
        return new BadValueException("%s holds %d digits behind the point, but %s has %d"
                .formatted(label(name), type.scale(), brief(given), digits));
    }

    static long unscaled(FieldType type, Object name, BigDecimal given) {
        if (given.signum() == 0) {
            return 0;
        }
        // Before it is scaled: 1e999999999 would have a billion digits.
        if ((long) given.precision() - given.scale() > type.length() - type.scale()) {
            throw Values.outOfRange(type, label(name), given);
        }
        final BigDecimal value = given.stripTrailingZeros();
        if (value.scale() > type.scale()) {
            throw tooFine(type, name, given, value.scale());
        }
        return value.setScale(type.scale()).unscaledValue().longValueExact();
    }

    private static long floating(FieldType type, Object name, char[] text, int from, int to) {
        final double exact = type.kind() == FieldKind.FLOAT64 ? exactDouble(text, from, to) : Double.NaN;
        if (!Double.isNaN(exact)) {
            return Sortable.of(exact);
        }
        final String word = new String(text, from, to - from);
        // Java also reads 1d, 0x1p3 and blanks around, which nobody means.
        if (word.isEmpty() || word.charAt(word.length() - 1) == ' ' || word.charAt(0) == ' ' || isJavaOnly(word)) {
            throw noValue(type, name, text, from, to);
        }
        try {
            final double value = Double.parseDouble(word);
            if (type.kind() == FieldKind.FLOAT64) {
                if (Double.isInfinite(value) && Character.isDigit(word.charAt(word.length() - 1))) {
                    throw Values.outOfRange(type, label(name), word);
                }
                return Sortable.of(value);
            }
            // From the text and not from the double, lest it be rounded twice.
            return float32(name, Float.parseFloat(word), isDigitLast(word) ? 0 : value, word);
        } catch (NumberFormatException e) {
            throw noValue(type, name, text, from, to);
        }
    }

    /**
     * At most 15 digits, a point among them perhaps; or NaN. Both the digits and the power of ten are exact then, so
     * their quotient is the nearest double (Clinger, "How to read floating point numbers accurately", 1990).
     */
    private static double exactDouble(char[] text, int from, int to) {
        final boolean negative = from < to && text[from] == '-';
        long digits = 0;
        int behindPoint = -1;
        int i = negative ? from + 1 : from;
        if (i == to || to - i > 16) {
            return Double.NaN;
        }
        for (; i < to; i++) {
            final int digit = text[i] - '0';
            if (digit >= 0 && digit <= 9) {
                digits = digits * 10 + digit;
                behindPoint += behindPoint < 0 ? 0 : 1;
            } else if (text[i] == '.' && behindPoint < 0) {
                behindPoint = 0;
            } else {
                return Double.NaN;
            }
        }
        if (digits >= 1L << 53 || (behindPoint >= 0 && to - from == (negative ? 2 : 1))) {
            return Double.NaN;
        }
        final double value = behindPoint > 0 ? digits / (double) FieldType.powerOfTen(behindPoint) : digits;
        return negative ? -value : value;
    }

    private static boolean isDigitLast(String word) {
        final char last = word.charAt(word.length() - 1);
        return last == '.' || (last >= '0' && last <= '9');
    }

    private static boolean isJavaOnly(String word) {
        return word.indexOf('x') >= 0
                || word.indexOf('X') >= 0
                || (!isDigitLast(word) && !word.endsWith("Infinity") && !word.endsWith("NaN"));
    }

    /** The nearest float, if {@code given} is not a finite number too large for any. */
    static long float32(Object name, float nearest, double exact, Object given) {
        if (Float.isInfinite(nearest) && !Double.isInfinite(exact)) {
            throw Values.outOfRange(FieldType.FLOAT32, label(name), given);
        }
        return Sortable.of(nearest);
    }

    private static long bool(Object name, char[] text, int from, int to) {
        if (to - from == 1) {
            switch (text[from]) {
                case '1', 't', 'T' -> {
                    return 1;
                }
                case '0', 'f', 'F' -> {
                    return 0;
                }
                default -> throw noValue(FieldType.BOOL, name, text, from, to);
            }
        }
        if (isWord("true", text, from, to)) {
            return 1;
        }
        if (isWord("false", text, from, to)) {
            return 0;
        }
        throw noValue(FieldType.BOOL, name, text, from, to);
    }

    private static boolean isWord(String word, char[] text, int from, int to) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((text[from + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static long date(Object name, char[] text, int from, int to) {
        final long day = epochDay(text, from, to);
        if (day == NO_VALUE) {
            throw noValue(FieldType.DATE, name, text, from, to);
        }
        if (day != (int) day) {
            throw Values.outOfRange(FieldType.DATE, label(name), new String(text, from, to - from));
        }
        return day;
    }

    /** The day of 2024-01-31, -0044-03-15 or +12024-01-31; or NO_VALUE. */
    private static long epochDay(char[] text, int from, int to) {
        final int monthAt = to - 5;
        if (to - from < 10 || text[monthAt - 1] != '-' || text[to - 3] != '-') {
            return NO_VALUE;
        }
        final boolean isSigned = text[from] == '-' || text[from] == '+';
        final int yearDigits = monthAt - 1 - from - (isSigned ? 1 : 0);
        long year = 0;
        for (int i = monthAt - 1 - yearDigits; i < monthAt - 1; i++) {
            final int digit = text[i] - '0';
            year = digit < 0 || digit > 9 || year < 0 ? -1 : year * 10 + digit;
        }
        final int month = twoDigits(text, monthAt);
        final int day = twoDigits(text, to - 2);
        // As ISO 8601 has it, a year of more than four digits bears its sign.
        if (year < 0 || yearDigits < 4 || yearDigits > (isSigned ? 9 : 4) || month < 1 || month > 12 || day < 1) {
            return NO_VALUE;
        }
        final boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        final int lastDay = month == 2 ? (leap ? 29 : 28) : 30 + ((month + (month >>> 3)) & 1);
        return day > lastDay ? NO_VALUE : epochDay(text[from] == '-' ? -year : year, month, day);
    }

    /** Howard Hinnant's days_from_civil: years begin in March, so that a leap day comes last. */
    private static long epochDay(long year, int month, int day) {
        final long marchYear = month <= 2 ? year - 1 : year;
        final int dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        final long leapDays =
                Math.floorDiv(marchYear, 4L) - Math.floorDiv(marchYear, 100L) + Math.floorDiv(marchYear, 400L);
        return 365 * marchYear + leapDays + dayOfYear - 719_468;
    }

    /** Two digits, or a number so negative that no sum makes up for it. */
    private static int twoDigits(char[] text, int from) {
        final int tens = text[from] - '0';
        final int ones = text[from + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1_000_000 : tens * 10 + ones;
    }

    /** 2024-01-31, and behind T or a blank 12:00, :00, .123456, and Z or +01:00; without a zone it is UTC. */
    private static long timestamp(Object name, char[] text, int from, int to) {
        int blank = from;
        while (blank < to && text[blank] != 'T' && text[blank] != ' ') {
            blank++;
        }
        final long day = epochDay(text, from, blank);
        final int zone = blank == to ? to : zone(text, blank + 1, to);
        final long offset = offsetSeconds(text, zone, to);
        final long second = blank == to ? 0 : secondOfDay(text, blank + 1, zone);
        if (day == NO_VALUE || offset == NO_VALUE || second == NO_VALUE) {
            throw noValue(FieldType.TIMESTAMP, name, text, from, to);
        }
        final int nanos = blank + 9 < zone ? nanos(text, blank + 10, zone) : 0;
        if (nanos < 0) {
            throw noValue(FieldType.TIMESTAMP, name, text, from, to);
        }
        final long seconds = day * SECONDS_OF_DAY + second - offset;
        if (nanos % 1000 != 0) {
            throw new BadValueException(
                    label(name) + " holds microseconds, but " + brief(new String(text, from, to - from)) + " is finer");
        }
        if (!Values.isTimestamp(seconds, nanos / 1000)) {
            throw Values.outOfRange(FieldType.TIMESTAMP, label(name), new String(text, from, to - from));
        }
        return seconds * Values.MICROS + nanos / 1000;
    }

    /** Where the zone begins, or {@code to}. */
    private static int zone(char[] text, int from, int to) {
        int at = from;
        while (at < to && text[at] != 'Z' && text[at] != '+' && text[at] != '-') {
            at++;
        }
        return at;
    }

    private static long offsetSeconds(char[] text, int from, int to) {
        if (from == to || (to - from == 1 && text[from] == 'Z')) {
            return 0;
        }
        final boolean hasMinutes = to - from == 6 && text[from + 3] == ':';
        if (text[from] == 'Z' || (to - from != 3 && !hasMinutes)) {
            return NO_VALUE;
        }
        final int hours = twoDigits(text, from + 1);
        final int minutes = hasMinutes ? twoDigits(text, from + 4) : 0;
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return NO_VALUE;
        }
        final int seconds = hours * 3600 + minutes * 60;
        return text[from] == '-' ? -seconds : seconds;
    }

    /** The seconds of 12:00, 12:00:00 and 12:00:00.123, whose fraction is left for {@link #nanos}. */
    private static long secondOfDay(char[] text, int from, int to) {
        final int length = to - from;
        final boolean hasSeconds = length == 8 || (length >= 10 && length <= 18 && text[from + 8] == '.');
        if ((length != 5 && !hasSeconds) || text[from + 2] != ':' || (hasSeconds && text[from + 5] != ':')) {
            return NO_VALUE;
        }
        final int hour = twoDigits(text, from);
        final int minute = twoDigits(text, from + 3);
        final int second = hasSeconds ? twoDigits(text, from + 6) : 0;
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return NO_VALUE;
        }
        return hour * 3600L + minute * 60L + second;
    }

    /** One to nine digits as nanoseconds, or a negative number. */
    private static int nanos(char[] text, int from, int to) {
        int nanos = 0;
        for (int i = from; i < from + 9; i++) {
            final int digit = i < to ? text[i] - '0' : 0;
            if (digit < 0 || digit > 9) {
                return -1;
            }
            nanos = nanos * 10 + digit;
        }
        return nanos;
    }

    static byte[] hex(Object name, String text) {
        try {
            if (text.startsWith("\\x")) {
                return HexFormat.of().parseHex(text, 2, text.length());
            }
        } catch (IllegalArgumentException e) {
            // Said below, in our words.
        }
        throw new BadValueException(label(name) + " is written \\x00ff, not '" + brief(text) + "'");
    }

    /** A value as a message shows it. */
    static String brief(Object value) {
        final String text = value.toString();
        return text.length() <= BRIEF_CHARS ? text : text.substring(0, BRIEF_CHARS) + "…";
    }

    private static String label(Object name) {
        return name instanceof Field field ? field.name() + " is " + field.type() + " and" : name.toString();
    }

    private static BadValueException noValue(FieldType type, Object name, char[] text, int from, int to) {
        final String given = brief(new String(text, from, Math.min(to - from, BRIEF_CHARS + 1)));
        final String owner = name instanceof Field field ? field.name() + ": " : "";
        return new BadValueException(owner + "'" + given + "' is no " + type);
    }
}
