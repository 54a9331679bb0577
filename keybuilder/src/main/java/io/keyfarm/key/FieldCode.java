package io.keyfarm.key;

import io.keyfarm.rows.ColumnStatistics;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Slab;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bits of one field within a key's code: as few as the values of this column need.
 *
 * <pre>
 *   fixed width       | value - min              |      null is the value above the greatest
 *   64 bits and null  | null? 1 | value - min 64 |
 *   text              | null? 1 | {@link TextCode} |              the column's common prefix left out
 *
 *   or, where nearly all bytes are there at all places
 *   char(n)           | null? 1 | bytes 8 × L    |
 *   varchar, bytes    | null? 1 | bytes 8 × L, zero-padded | length |
 *   longer than 128   | null? 1 | first 128 bytes 8 × 128  |  ends the code: see KeyCode
 * </pre>
 *
 * The null bit is there only where the column holds nulls and other values. The length makes the order of texts exact:
 * without it {@code "a"} and {@code "a\0"} would be the same.
 */
final class FieldCode {
    static final int MAX_TEXT_BYTES = 128;

    final int tableField;
    final Field field;
    final FieldKind kind;
    final int offset;
    /** The bit to look at, −1 where the column has no nulls. */
    final int nullBit;
    /** No value but null, or no rows. */
    final boolean allNull;
    /** Of a fixed-width column: its least value, and the greatest less the least, unsigned. */
    final long min;

    final long range;
    /** Of a text column: what all texts begin with. */
    final byte[] prefix;

    /** Of a text column whose bytes are not taken as they are; then the next three say nothing. */
    final @Nullable TextCode textCode;

    final int textBytes;
    final int lengthBits;
    final boolean isCapped;

    final int flagBits;
    /** Bits without the flag: at most 64 unless text. */
    final int valueBits;
    /** The value part of null. */
    final long nullValue;

    FieldCode(Slab slab, int tableField, BuildTurns turns) {
        final ColumnStatistics statistics = slab.statistics(tableField);
        this.tableField = tableField;
        field = slab.schema().field(tableField);
        kind = field.type().kind();
        offset = slab.layout().offset(tableField);
        allNull = statistics.isAllNull();
        final boolean hasNull = statistics.nullCount() > 0 && !allNull;
        nullBit = statistics.nullCount() > 0 ? slab.layout().nullBit(tableField) : -1;
        if (kind.isText()) {
            final TextColumn column = new TextColumn(slab, tableField);
            prefix = column.prefix;
            final int longest = allNull ? 0 : column.longest;
            textCode = allNull ? null : textCode(column, tableField, turns);
            isCapped = textCode == null && longest > MAX_TEXT_BYTES;
            textBytes = textCode == null ? Math.min(longest, MAX_TEXT_BYTES) : 0;
            lengthBits = isCapped || kind == FieldKind.CHAR ? 0 : bitsFor(textBytes);
            flagBits = hasNull ? 1 : 0;
            valueBits = textCode == null ? 8 * textBytes + lengthBits : textCode.bits();
            min = 0;
            range = 0;
            nullValue = 0;
        } else {
            prefix = new byte[0];
            textCode = null;
            textBytes = 0;
            lengthBits = 0;
            isCapped = false;
            min = allNull ? 0 : statistics.minSortable();
            range = allNull ? 0 : statistics.maxSortable() - statistics.minSortable();
            flagBits = hasNull && range == -1 ? 1 : 0;
            nullValue = hasNull && flagBits == 0 ? range + 1 : 0;
            valueBits = bitsFor(hasNull && flagBits == 0 ? range + 1 : range);
        }
    }

    /** Made once for a slab's column. */
    private static @Nullable TextCode textCode(TextColumn column, int tableField, BuildTurns turns) {
        final boolean isChar = column.slab.layout().kind(tableField) == FieldKind.CHAR;
        final int plainBits = column.longest > MAX_TEXT_BYTES
                ? Integer.MAX_VALUE
                : 8 * column.longest + (isChar ? 0 : bitsFor(column.longest));
        return column.slab
                .derived(tableField, () -> new Made(TextCodeMaker.make(column, plainBits, turns)), Made.class)
                .code();
    }

    private record Made(@Nullable TextCode code) {}

    static int bitsFor(long greatest) {
        return Long.SIZE - Long.numberOfLeadingZeros(greatest);
    }

    int bits() {
        return flagBits + valueBits;
    }

    FieldType type() {
        return field.type();
    }

    boolean isText() {
        return kind.isText();
    }

    /** Null has a code of its own, the highest; otherwise nothing is null, or everything. */
    boolean hasNullCode() {
        return nullBit >= 0 && !allNull;
    }

    /** The code of null, for a field of at most 63 bits that {@link #hasNullCode}. */
    long nullCode() {
        return flagBits == 1 ? 1L << valueBits : nullValue;
    }

    /** The greatest code that is not null's, for a field of at most 63 bits. */
    long greatestCode() {
        return isText() ? (1L << valueBits) - 1 : range;
    }

    /** The greatest code of all, for a field of at most 63 bits. */
    long highestCode() {
        return hasNullCode() ? nullCode() : greatestCode();
    }

    /**
     * The least code of any text that is not before this one, for a field of at most 63 bits; one above
     * {@link #greatestCode} if all texts are before it. Both unsigned.
     */
    long lowerCode(byte[] text, int at, int length) {
        final int order = comparePrefix(text, at, length);
        if (order != 0) {
            return order < 0 ? 0 : greatestCode() + 1;
        }
        final int rest = length - prefix.length;
        if (textCode != null) {
            return textCode.lower(text, at + prefix.length, rest);
        }
        long code = 0;
        for (int i = 0; i < textBytes; i++) {
            code = (code << 8) | (i < rest ? text[at + prefix.length + i] & 0xFF : 0);
        }
        code = (code << lengthBits) | (lengthBits == 0 ? 0 : Math.min(rest, textBytes));
        // A text longer than all of the column lies right behind the one that it begins with.
        return rest > textBytes ? code + 1 : code;
    }

    /** The code of a text, −1 if no row can hold it, for a field of at most 63 bits; null's flag counts. */
    long exactCode(byte[] text, int at, int length) {
        if (allNull || comparePrefix(text, at, length) != 0) {
            return -1;
        }
        if (textCode != null) {
            return textCode.exact(text, at + prefix.length, length - prefix.length);
        }
        final boolean isInside =
                length - prefix.length <= textBytes && (kind != FieldKind.CHAR || length - prefix.length == textBytes);
        return isInside ? lowerCode(text, at, length) : -1;
    }

    /** Negative if the text sorts before all that begin with the common prefix, positive if behind, else 0. */
    int comparePrefix(byte[] text, int at, int length) {
        final int shared = Math.min(length, prefix.length);
        final int order = Arrays.compareUnsigned(text, at, at + shared, prefix, 0, shared);
        return order != 0 || length >= prefix.length ? order : -1;
    }

    @Override
    public String toString() {
        return field.name() + ":" + bits();
    }
}
