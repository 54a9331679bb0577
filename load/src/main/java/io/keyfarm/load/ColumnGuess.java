package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TextSlot;
import io.keyfarm.rows.Values;

/**
 * Finds the type of one column from all of its values: it begins with every type that is ever guessed, and each value
 * strikes out those that cannot hold it.
 *
 * <pre>
 *   1  20  -3                     int32; int64 if one does not fit; varchar if one does not fit that
 *   1  2.50  -0.5                 decimal(18,2): as many places as the value with the most has, up to 4
 *   1.23456  1e9  NaN             float64: more places than that, exponents
 *   007  +49                      varchar: a number would lose the noughts
 *   true  False                   bool
 *   2024-01-31                    date
 *   2024-01-31 12:00[:00[.5]][Z]  timestamp; dates among them are their midnights
 *   anything else, nothing        varchar
 * </pre>
 *
 * A column may be null if a null was seen in it.
 */
final class ColumnGuess {
    private static final int BOOL = 1;
    private static final int NUMBER = 2;
    private static final int DATE = 4;
    private static final int TIMESTAMP = 8;

    /** A column with more places behind the point was measured, not counted. */
    private static final int MAX_DECIMAL_SCALE = 4;

    /** So many digits are a code, not a number. */
    private static final int MAX_NUMBER_CHARS = 100;

    private static final int MAX_BOOL_CHARS = 5;
    private static final int MIN_DATE_CHARS = 10;

    private final NullWords nulls;
    private int left = BOOL | NUMBER | DATE | TIMESTAMP;
    private boolean hasValue;
    private boolean hasNull;
    /** Seen what is null unless the column is text: a quoted null word, or blanks around one. */
    private boolean hasLooseNull;

    private boolean hasPoint;
    private boolean hasExponent;
    private boolean passesInt32;
    private boolean passesInt64;
    private int maxWholeDigits;
    private int maxScale;
    private long heapBytes;

    ColumnGuess(NullWords nulls) {
        this.nulls = nulls;
    }

    void onField(char[] buffer, int offset, int length, boolean quoted) {
        if (!quoted && nulls.contains(buffer, offset, length)) {
            hasNull = true;
            return;
        }
        if (length > TextSlot.INLINE_BYTES) {
            heapBytes += length;
        }
        final int from = CsvColumn.firstNonBlank(buffer, offset, offset + length);
        final int to = CsvColumn.endNonBlank(buffer, from, offset + length);
        if (from == to || nulls.contains(buffer, from, to - from)) {
            hasLooseNull = true;
            return;
        }
        hasValue = true;
        if (left != 0) {
            strike(buffer, from, to);
        }
    }

    private void strike(char[] buffer, int from, int to) {
        if ((left & NUMBER) != 0 && !isNumber(buffer, from, to)) {
            left &= ~NUMBER;
        }
        if ((left & BOOL) != 0
                && !(to - from <= MAX_BOOL_CHARS && to - from > 1 && reads(FieldType.BOOL, buffer, from, to))) {
            left &= ~BOOL;
        }
        final boolean mayBeTime = (left & TIMESTAMP) != 0 && to - from >= MIN_DATE_CHARS && buffer[from + 4] == '-';
        if ((left & DATE) != 0
                && !(mayBeTime && to - from == MIN_DATE_CHARS && reads(FieldType.DATE, buffer, from, to))) {
            left &= ~DATE;
        }
        if ((left & TIMESTAMP) != 0 && !(mayBeTime && reads(FieldType.TIMESTAMP, buffer, from, to))) {
            left &= ~(TIMESTAMP | DATE);
        }
    }

    /** At most one exception for each column and type, since the type is struck out then. */
    private static boolean reads(FieldType type, char[] buffer, int from, int to) {
        try {
            Values.parseSortable(type, new String(buffer, from, to - from));
            return true;
        } catch (BadValueException e) {
            return false;
        }
    }

    /** Whether {@code -12.5e3} or the like stands there; takes note of its size. */
    private boolean isNumber(char[] buffer, int from, int to) {
        if (to - from > MAX_NUMBER_CHARS) {
            return false;
        }
        final boolean negative = buffer[from] == '-';
        final int begin = negative ? from + 1 : from;
        int i = begin;
        long value = 0;
        while (i < to && isDigit(buffer[i])) {
            value = value * 10 + (buffer[i] - '0');
            i++;
        }
        final int wholeDigits = i - begin;
        if (wholeDigits > 1 && buffer[begin] == '0') {
            return false;
        }
        int scale = 0;
        final boolean point = i < to && buffer[i] == '.';
        if (point) {
            i++;
            while (i < to && isDigit(buffer[i])) {
                i++;
                scale++;
            }
        }
        if (wholeDigits + scale == 0) {
            return isWord("NaN", buffer, from, to) || isWord("Infinity", buffer, begin, to);
        }
        final boolean exponent = i < to && (buffer[i] | 0x20) == 'e';
        if (exponent) {
            i++;
            if (i < to && (buffer[i] == '-' || buffer[i] == '+')) {
                i++;
            }
            final int exponentFrom = i;
            while (i < to && isDigit(buffer[i])) {
                i++;
            }
            if (i == exponentFrom) {
                return false;
            }
        }
        // A greater exponent than any double has would not be read back.
        if (i != to || (exponent && !reads(FieldType.FLOAT64, buffer, from, to))) {
            return false;
        }
        hasPoint |= point;
        hasExponent |= exponent;
        maxScale = Math.max(maxScale, scale);
        maxWholeDigits = Math.max(maxWholeDigits, wholeDigits);
        // Nineteen digits that are too large come out negative, since no more than 2 to the 64 fits into them.
        passesInt64 |= wholeDigits > 19 || (value < 0 && !(negative && value == Long.MIN_VALUE));
        passesInt32 |= wholeDigits > 10 || (negative ? -value < Integer.MIN_VALUE : value > Integer.MAX_VALUE);
        return true;
    }

    private boolean isWord(String word, char[] buffer, int from, int to) {
        final boolean is = to - from == word.length() && new String(buffer, from, to - from).equals(word);
        hasExponent |= is;
        return is;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    FieldType type() {
        if (!hasValue) {
            return FieldType.VARCHAR;
        }
        if ((left & NUMBER) != 0) {
            return numberType();
        }
        if ((left & BOOL) != 0) {
            return FieldType.BOOL;
        }
        return (left & DATE) != 0 ? FieldType.DATE : (left & TIMESTAMP) != 0 ? FieldType.TIMESTAMP : FieldType.VARCHAR;
    }

    private FieldType numberType() {
        if (!hasPoint && !hasExponent) {
            return passesInt64 ? FieldType.VARCHAR : passesInt32 ? FieldType.INT64 : FieldType.INT32;
        }
        final boolean decimal =
                !hasExponent && maxScale <= MAX_DECIMAL_SCALE && maxWholeDigits + maxScale <= FieldType.MAX_PRECISION;
        return decimal ? FieldType.decimal(FieldType.MAX_PRECISION, maxScale) : FieldType.FLOAT64;
    }

    /** Whether a column of that type must hold null. */
    boolean isNullable(FieldType type) {
        return hasNull || (hasLooseNull && !type.isText());
    }

    /** Bytes of text that a slot cannot hold, if the column becomes text. */
    long heapBytes() {
        return heapBytes;
    }
}
