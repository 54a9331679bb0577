package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Some values of a type in ascending order, its extremes among them, so that any set whose ends are such values is a set
 * of bits: the naive model. The bit behind the last value stands for null.
 */
final class Domain {
    static final List<FieldType> TYPES = types();

    final FieldType type;
    final int size;
    /** Whether there are no other values. */
    final boolean isWhole;

    private final long[] numbers;
    private final byte[][] texts;
    private final long[] addresses;

    private Domain(FieldType type, long[] numbers, byte[][] texts, boolean isWhole) {
        this.type = type;
        this.numbers = numbers;
        this.texts = texts;
        this.isWhole = isWhole;
        size = Math.max(numbers.length, texts.length);
        addresses = new long[texts.length];
        for (int i = 0; i < texts.length; i++) {
            // Never freed: a test's worth of small texts.
            addresses[i] = Memory.allocate(texts[i].length);
            Memory.copy(texts[i], 0, addresses[i], texts[i].length);
        }
    }

    private static List<FieldType> types() {
        final List<FieldType> types = new ArrayList<>();
        for (final FieldKind kind : FieldKind.values()) {
            switch (kind) {
                case CHAR -> {
                    for (final int length : new int[] {1, 3, 8, 11}) {
                        types.add(FieldType.character(length));
                    }
                }
                case DECIMAL -> {
                    types.add(FieldType.decimal(2, 2));
                    types.add(FieldType.decimal(18, 5));
                }
                default -> types.add(FieldType.of(kind));
            }
        }
        return types;
    }

    static Domain of(FieldType type) {
        if (!type.isText()) {
            final long[] numbers = numbers(type);
            return new Domain(
                    type, numbers, new byte[0][], numbers.length - 1 == type.maxSortable() - type.minSortable());
        }
        final byte[][] texts = texts(type);
        return new Domain(type, new long[0], texts, type.kind() == FieldKind.CHAR && type.length() == 1);
    }

    private static long[] numbers(FieldType type) {
        final long min = type.minSortable();
        final long max = type.maxSortable();
        final TreeSet<Long> numbers = new TreeSet<>();
        if (max - min >= 0 && max - min < 1000) {
            for (long i = min; i <= max; i++) {
                numbers.add(i);
            }
        } else {
            for (final long around :
                    new long[] {min + 2, max - 2, 0, 1000, Sortable.of(1.5), Sortable.of(-1.5f), Sortable.of(0.1)}) {
                for (int step = -2; step <= 2; step++) {
                    if (around + step >= min && around + step <= max) {
                        numbers.add(around + step);
                    }
                }
            }
            if (type.kind() == FieldKind.FLOAT32) {
                numbers.add(Sortable.of(Float.POSITIVE_INFINITY));
            }
            if (type.kind() == FieldKind.FLOAT64) {
                numbers.add(Sortable.of(Double.POSITIVE_INFINITY));
            }
        }
        return numbers.stream().mapToLong(i -> i).toArray();
    }

    private static byte[][] texts(FieldType type) {
        final TreeSet<byte[]> texts = new TreeSet<>(Arrays::compareUnsigned);
        if (type.kind() == FieldKind.CHAR && type.length() == 1) {
            for (int i = 0; i < 256; i++) {
                texts.add(new byte[] {(byte) i});
            }
        } else {
            for (final String text : new String[] {
                "",
                " ",
                "a",
                "a\0",
                "a\0\0",
                "a ",
                "a!",
                "ab",
                "ab\0",
                "abc",
                "abcd",
                "abcdefgh",
                "abcdefghi",
                "abcdefghijk",
                "abcdefghijkl",
                "abcdefghijklm",
                "abcdefghijklmnopq",
                "b",
                "'",
                "\\",
                "é",
                "null",
                "*",
                "\uD83D\uDE00",
                ",",
                "[",
                "]",
                "\n",
                "\u007f"
            }) {
                addText(type, texts, text.getBytes(StandardCharsets.UTF_8));
            }
            for (int length = 1; length <= 12; length++) {
                final byte[] high = new byte[length];
                addText(type, texts, high);
                Arrays.fill(high, (byte) 0xFF);
                addText(type, texts, high);
                high[0] = 'a';
                addText(type, texts, high);
            }
        }
        return texts.toArray(byte[][]::new);
    }

    private static void addText(FieldType type, Set<byte[]> texts, byte[] text) {
        if (type.kind() != FieldKind.CHAR) {
            texts.add(text.clone());
        } else if (Values.lengthWithoutBlanks(text) <= type.length()) {
            texts.add(Values.toText(type, text));
        }
    }

    long number(int value) {
        return numbers[value];
    }

    byte[] text(int value) {
        return texts[value];
    }

    long address(int value) {
        return addresses[value];
    }

    /** The value as a set takes it. */
    Object value(int value) {
        if (type.isText()) {
            return texts[value];
        }
        return switch (type.kind()) {
            case FLOAT32 -> Sortable.toFloat(numbers[value]);
            case FLOAT64 -> Sortable.toDouble(numbers[value]);
            case DECIMAL, BOOL, DATE, TIMESTAMP -> Values.print(type, numbers[value]);
            default -> numbers[value];
        };
    }

    void addPoint(SegmentMonitor monitor, BitSet model, int value) {
        if (type.isText()) {
            monitor.addText(new UnsafeBuffer(texts[value]), 0, texts[value].length);
        } else {
            monitor.addPoint(numbers[value]);
        }
        model.set(value);
    }

    /** A range whose ends may be −1 and the size, for none. */
    void addRange(SegmentMonitor monitor, BitSet model, int low, boolean lowIn, int high, boolean highIn) {
        if (type.isText()) {
            monitor.addTextRange(
                    low < 0 ? null : new UnsafeBuffer(texts[low]),
                    0,
                    low < 0 ? 0 : texts[low].length,
                    lowIn,
                    high == size ? null : new UnsafeBuffer(texts[high]),
                    0,
                    high == size ? 0 : texts[high].length,
                    highIn);
        } else {
            final long from = low < 0 ? Long.MIN_VALUE : lowIn ? numbers[low] : numbers[low] + 1;
            final long to = high == size ? Long.MAX_VALUE : highIn ? numbers[high] : numbers[high] - 1;
            if (!(low >= 0 && !lowIn && numbers[low] == Long.MAX_VALUE)
                    && !(high < size && !highIn && numbers[high] == Long.MIN_VALUE)) {
                monitor.addRange(from, to);
            }
        }
        for (int i = Math.max(0, lowIn ? low : low + 1); i < size && (highIn ? i <= high : i < high); i++) {
            model.set(i);
        }
    }

    void addPrefix(SegmentMonitor monitor, BitSet model, byte[] prefix) {
        monitor.addTextPrefix(new UnsafeBuffer(prefix), 0, prefix.length);
        for (int i = 0; i < size; i++) {
            if (texts[i].length >= prefix.length
                    && Arrays.equals(texts[i], 0, prefix.length, prefix, 0, prefix.length)) {
                model.set(i);
            }
        }
    }

    boolean matches(SegmentMonitor monitor, int value) {
        return type.isText()
                ? monitor.matchesText(addresses[value], texts[value].length)
                : monitor.matches(numbers[value]);
    }

    int rangeAtOrAfter(SegmentMonitor monitor, int value, int from) {
        return type.isText()
                ? monitor.rangeAtOrAfterText(addresses[value], texts[value].length, from)
                : monitor.rangeAtOrAfter(numbers[value], from);
    }

    /** Whether the range ends at the value or behind it. */
    boolean reaches(SegmentMonitor monitor, int range, int value) {
        if (!type.isText()) {
            return monitor.high(range) >= numbers[value];
        }
        final int high = monitor.highOffset(range);
        return monitor.highLength(range) == SegmentMonitor.NO_END
                || Arrays.compareUnsigned(
                                texts[value],
                                0,
                                texts[value].length,
                                monitor.arena(),
                                high,
                                high + monitor.highLength(range))
                        < 0;
    }
}
