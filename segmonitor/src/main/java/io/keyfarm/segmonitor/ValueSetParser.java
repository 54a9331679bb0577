package io.keyfarm.segmonitor;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Values;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the notation of {@link ValueSet} into a monitor, in one pass.
 *
 * <pre>
 *   set     = "*" | item { "," item }
 *   item    = "null" | "[" "]" | "[" value "]" | ( "[" | "(" ) [ value ] "," [ value ] ( "]" | ")" )
 *   value   = bare characters, or quoted: 'it\'s \xff'
 * </pre>
 */
final class ValueSetParser {
    private static final int BRIEF_CHARS = 32;

    private final SegmentMonitor set;
    private final FieldType type;
    private final char[] text;
    private int at;

    /** The value read last: where it stands, or its bytes. */
    private int valueFrom;

    private int valueTo;
    private byte[] bytes = new byte[32];
    private int bytesUsed;
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);

    ValueSetParser(SegmentMonitor set, String text) {
        this.set = set;
        this.type = set.type();
        this.text = text.toCharArray();
    }

    static boolean isBare(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || (c >= '+' && c <= ':' && c != ',')
                || c == '_';
    }

    void parse() {
        if (take('*')) {
            set.bindWild();
        } else {
            set.begin();
            do {
                parseItem();
            } while (take(','));
            set.end();
        }
        skipBlanks();
        if (at < text.length) {
            throw wrong("an end");
        }
    }

    private void parseItem() {
        bytesUsed = 0;
        if (take('n')) {
            requireHere('u');
            requireHere('l');
            requireHere('l');
            set.addNull();
            return;
        }
        final boolean lowInclusive = take('[');
        if (!lowInclusive) {
            require('(');
        } else if (take(']')) {
            return;
        }
        final boolean hasLow = !isNext(',');
        final long low = hasLow ? parseValue() : 0;
        final int lowBytes = bytesUsed;
        if (hasLow && lowInclusive && take(']')) {
            addPoint(low);
            return;
        }
        require(',');
        final boolean hasHigh = !isNext(']') && !isNext(')');
        final long high = hasHigh ? parseValue() : 0;
        final boolean highInclusive = take(']');
        if (!highInclusive) {
            require(')');
        }
        if (type.isText()) {
            buffer.wrap(bytes);
            set.addTextRange(
                    hasLow ? buffer : null,
                    0,
                    lowBytes,
                    lowInclusive,
                    hasHigh ? buffer : null,
                    lowBytes,
                    bytesUsed - lowBytes,
                    highInclusive);
        } else {
            ValueSet.addNumberRange(
                    set,
                    hasLow ? low : type.minSortable(),
                    !hasLow || lowInclusive,
                    hasHigh ? high : type.maxSortable(),
                    !hasHigh || highInclusive);
        }
    }

    private void addPoint(long number) {
        if (!type.isText()) {
            set.addPoint(number);
            return;
        }
        buffer.wrap(bytes);
        final int rangesBefore = set.rangeCount();
        set.addText(buffer, 0, bytesUsed);
        if (set.rangeCount() == rangesBefore) {
            throw new BadValueException("%s holds %d bytes, but %s needs %d"
                    .formatted(type, type.length(), brief(valueFrom, valueTo), bytesUsed));
        }
    }

    /** A number, or for text its bytes behind those already there. */
    private long parseValue() {
        skipBlanks();
        final boolean isQuoted = at < text.length && text[at] == '\'';
        valueFrom = at;
        final int bytesBefore = bytesUsed;
        if (isQuoted) {
            parseQuoted();
        } else {
            parseBare();
        }
        if (!type.isText()) {
            return isQuoted
                    ? Values.parseSortable(type, text, valueFrom + 1, valueTo - 1)
                    : Values.parseSortable(type, text, valueFrom, valueTo);
        }
        if (bytesUsed - bytesBefore > FieldType.MAX_TEXT_BYTES) {
            throw new BadValueException("%s holds at most %d bytes, but this text has %d"
                    .formatted(type, FieldType.MAX_TEXT_BYTES, bytesUsed - bytesBefore));
        }
        return 0;
    }

    private void parseBare() {
        final boolean isHex = type.kind() == FieldKind.BYTES;
        if (isHex) {
            requireHere('\\');
            requireHere('x');
        }
        while (at < text.length && isBare(text[at])) {
            if (isHex) {
                appendByte(hexByte());
            } else if (type.isText()) {
                appendByte(text[at++]);
            } else {
                at++;
            }
        }
        valueTo = at;
        if (valueTo == valueFrom) {
            throw wrong("a value");
        }
    }

    private void parseQuoted() {
        at++;
        while (at < text.length && text[at] != '\'') {
            if (text[at] != '\\') {
                appendCharacter();
            } else if (at + 1 < text.length && text[at + 1] == 'x') {
                at += 2;
                appendByte(hexByte());
            } else {
                at++;
                if (at == text.length || (text[at] != '\'' && text[at] != '\\')) {
                    throw wrong("\\', \\\\ or \\x00");
                }
                appendByte(text[at++]);
            }
        }
        if (at == text.length) {
            throw wrong("a closing '");
        }
        at++;
        valueTo = at;
    }

    private int hexByte() {
        final int high = at < text.length ? Character.digit(text[at], 16) : -1;
        final int low = at + 1 < text.length ? Character.digit(text[at + 1], 16) : -1;
        if (high < 0 || low < 0) {
            throw wrong("two hexadecimal digits");
        }
        at += 2;
        return high << 4 | low;
    }

    private void appendCharacter() {
        final char c = text[at];
        if (c < 0x80) {
            appendByte(c);
            at++;
            return;
        }
        final boolean isPair =
                Character.isHighSurrogate(c) && at + 1 < text.length && Character.isLowSurrogate(text[at + 1]);
        if (Character.isSurrogate(c) && !isPair) {
            throw wrong("a whole character");
        }
        final int length = isPair ? 2 : 1;
        for (final byte each : new String(text, at, length).getBytes(StandardCharsets.UTF_8)) {
            appendByte(each);
        }
        at += length;
    }

    private void appendByte(int value) {
        if (bytesUsed == bytes.length) {
            bytes = Arrays.copyOf(bytes, bytesUsed * 2);
        }
        bytes[bytesUsed++] = (byte) value;
    }

    private void skipBlanks() {
        while (at < text.length && text[at] == ' ') {
            at++;
        }
    }

    private boolean isNext(char c) {
        skipBlanks();
        return at < text.length && text[at] == c;
    }

    private boolean take(char c) {
        final boolean found = isNext(c);
        at += found ? 1 : 0;
        return found;
    }

    private void require(char c) {
        if (!take(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private void requireHere(char c) {
        if (at == text.length || text[at] != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    private BadValueException wrong(String expected) {
        return new BadValueException("a set of %s has %s at character %d, not %s"
                .formatted(type, expected, at, at < text.length ? brief(at, text.length) : "its end"));
    }

    private String brief(int from, int to) {
        return "'" + new String(text, from, Math.min(BRIEF_CHARS, to - from)) + "'";
    }
}
