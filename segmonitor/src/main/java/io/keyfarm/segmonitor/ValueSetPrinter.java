package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Values;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Sets as text; see {@link ValueSet} for the notation. */
final class ValueSetPrinter {
    private final SegmentMonitor set;
    private final StringBuilder text = new StringBuilder();

    private ValueSetPrinter(SegmentMonitor set) {
        this.set = set;
    }

    static String print(SegmentMonitor set) {
        if (set.isWild()) {
            return "*";
        }
        if (set.isNothing()) {
            return "[]";
        }
        return new ValueSetPrinter(set).print();
    }

    private String print() {
        for (int i = 0; i < set.rangeCount(); i++) {
            text.append(i == 0 ? "" : ",");
            if (set.type().isText()) {
                printText(i);
            } else {
                printNumbers(set.low(i), set.high(i));
            }
        }
        if (set.admitsNull()) {
            text.append(set.rangeCount() == 0 ? "null" : ",null");
        }
        return text.toString();
    }

    private void printNumbers(long low, long high) {
        if (low == high) {
            text.append('[').append(Values.print(set.type(), low)).append(']');
            return;
        }
        if (low == set.type().minSortable()) {
            text.append("(,");
        } else {
            text.append('[').append(Values.print(set.type(), low)).append(',');
        }
        if (high == set.type().maxSortable()) {
            text.append(')');
        } else {
            text.append(Values.print(set.type(), high)).append(']');
        }
    }

    private void printText(int range) {
        final byte[] low =
                Arrays.copyOfRange(set.arena(), set.lowOffset(range), set.lowOffset(range) + set.lowLength(range));
        if (set.isPointRange(range)) {
            printValue(text.append('['), low);
            text.append(']');
            return;
        }
        final boolean isPadded = set.type().kind() == FieldKind.CHAR;
        if (isLowest(low, isPadded)) {
            text.append('(');
        } else if (!isPadded && low[low.length - 1] == 0) {
            // The text behind a text is that text and a zero.
            printValue(text.append('('), Arrays.copyOf(low, low.length - 1));
        } else {
            printValue(text.append('['), low);
        }
        text.append(',');
        if (set.highLength(range) == SegmentMonitor.NO_END) {
            text.append(')');
            return;
        }
        final byte[] high =
                Arrays.copyOfRange(set.arena(), set.highOffset(range), set.highOffset(range) + set.highLength(range));
        if (isPadded) {
            decrement(high);
            printValue(text, high);
            text.append(']');
        } else if (high[high.length - 1] == 0) {
            printValue(text, Arrays.copyOf(high, high.length - 1));
            text.append(']');
        } else {
            printValue(text, high);
            text.append(')');
        }
    }

    private static boolean isLowest(byte[] low, boolean isPadded) {
        for (final byte each : low) {
            if (!isPadded || each != 0) {
                return false;
            }
        }
        return true;
    }

    private static void decrement(byte[] number) {
        for (int i = number.length - 1; number[i]-- == 0; i--) {
            assert i > 0 : "nothing lies below the least text";
        }
    }

    private void printValue(StringBuilder to, byte[] value) {
        if (set.type().kind() == FieldKind.BYTES) {
            to.append(Values.print(set.type(), value));
            return;
        }
        final int length = set.type().kind() == FieldKind.CHAR ? Values.lengthWithoutBlanks(value) : value.length;
        final String readable = new String(value, 0, length, StandardCharsets.UTF_8);
        final byte[] bytes = readable.getBytes(StandardCharsets.UTF_8);
        if (Arrays.equals(bytes, 0, bytes.length, value, 0, length)) {
            printReadable(to, readable, Character.MAX_VALUE);
        } else {
            // No UTF-8, as the end of a prefix may be: byte by byte, so that nothing is lost.
            printReadable(to, new String(value, 0, length, StandardCharsets.ISO_8859_1), '~');
        }
    }

    private static void printReadable(StringBuilder to, String value, char last) {
        if (!value.isEmpty() && value.chars().allMatch(ValueSetParser::isBare)) {
            to.append(value);
            return;
        }
        to.append('\'');
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '\'' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < ' ' || c == 0x7F || c > last) {
                to.append("\\x%02x".formatted((int) c));
            } else {
                to.append(c);
            }
        }
        to.append('\'');
    }
}
