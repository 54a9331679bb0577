package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Values;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of values of one type, null perhaps among them, in canonical form: sets with the same values are
 * equal, print the same and encode to the same bytes.
 *
 * <pre>
 *   [FL],[GA]           two values                 *       all values and null
 *   [1,5],[9],null      1 to 5, 9, and null        (,)     all values
 *   (,5]   (a,b)        up to 5; between a and b   []      none
 * </pre>
 *
 * The algebra is {@link SegmentMonitor}'s. Sets are what a query is written with; a monitor is what it runs with.
 */
public final class ValueSet {
    private final FieldType type;
    private final Ranges ranges;
    private final boolean hasNull;

    private ValueSet(SegmentMonitor monitor) {
        type = monitor.type();
        ranges = monitor.ranges().copy();
        hasNull = monitor.admitsNull();
    }

    /** What the monitor admits now. */
    public static ValueSet of(SegmentMonitor monitor) {
        return new ValueSet(monitor);
    }

    /**
     * These values; a null among them stands for null.
     *
     * @throws io.keyfarm.rows.BadValueException if the type cannot hold one of them
     */
    public static ValueSet of(FieldType type, @Nullable Object... values) {
        return build(type, set -> {
            for (final Object value : values) {
                if (value == null) {
                    set.addNull();
                } else if (type.isText()) {
                    final byte[] text = Values.toText(type, value);
                    set.addText(new UnsafeBuffer(text), 0, text.length);
                } else {
                    set.addPoint(Values.toSortable(type, value));
                }
            }
        });
    }

    public static ValueSet empty(FieldType type) {
        return build(type, set -> {});
    }

    /** All values and null. */
    public static ValueSet wild(FieldType type) {
        return build(type, SegmentMonitor::bindWild);
    }

    public static ValueSet notNull(FieldType type) {
        return build(type, SegmentMonitor::bindNotNull);
    }

    public static ValueSet onlyNull(FieldType type) {
        return build(type, SegmentMonitor::addNull);
    }

    public static ValueSet between(FieldType type, Object low, Object high) {
        return range(type, low, true, high, true);
    }

    public static ValueSet lessThan(FieldType type, Object high) {
        return range(type, null, false, high, false);
    }

    public static ValueSet atMost(FieldType type, Object high) {
        return range(type, null, false, high, true);
    }

    public static ValueSet greaterThan(FieldType type, Object low) {
        return range(type, low, false, null, false);
    }

    public static ValueSet atLeast(FieldType type, Object low) {
        return range(type, low, true, null, false);
    }

    /** The values between two ends, each of them among them or not; null is no end. */
    public static ValueSet range(
            FieldType type, @Nullable Object low, boolean lowInclusive, @Nullable Object high, boolean highInclusive) {
        return build(type, set -> {
            if (type.isText()) {
                addTextRange(set, low, lowInclusive, high, highInclusive);
            } else {
                addNumberRange(
                        set,
                        low == null ? type.minSortable() : Values.toSortable(type, low),
                        low == null || lowInclusive,
                        high == null ? type.maxSortable() : Values.toSortable(type, high),
                        high == null || highInclusive);
            }
        });
    }

    static void addNumberRange(SegmentMonitor set, long low, boolean lowInclusive, long high, boolean highInclusive) {
        // Nothing lies beyond the last number there is.
        if ((lowInclusive || low != Long.MAX_VALUE) && (highInclusive || high != Long.MIN_VALUE)) {
            set.addRange(lowInclusive ? low : low + 1, highInclusive ? high : high - 1);
        }
    }

    private static void addTextRange(
            SegmentMonitor set,
            @Nullable Object low,
            boolean lowInclusive,
            @Nullable Object high,
            boolean highInclusive) {
        final DirectBuffer from = low == null ? null : new UnsafeBuffer(Values.toLooseText(set.type(), low));
        final DirectBuffer to = high == null ? null : new UnsafeBuffer(Values.toLooseText(set.type(), high));
        set.addTextRange(
                from,
                0,
                from == null ? 0 : from.capacity(),
                lowInclusive,
                to,
                0,
                to == null ? 0 : to.capacity(),
                highInclusive);
    }

    /** The texts that begin so. */
    public static ValueSet prefix(FieldType type, Object prefix) {
        final byte[] text = Values.toLooseText(type, prefix);
        return build(type, set -> set.addTextPrefix(new UnsafeBuffer(text), 0, text.length));
    }

    private static ValueSet build(FieldType type, Consumer<SegmentMonitor> words) {
        final SegmentMonitor set = new SegmentMonitor(type);
        set.begin();
        words.accept(set);
        set.end();
        return new ValueSet(set);
    }

    public FieldType type() {
        return type;
    }

    public ValueSet union(ValueSet other) {
        final SegmentMonitor set = toMonitor();
        set.union(requireType(other).ranges, other.hasNull);
        return new ValueSet(set);
    }

    public ValueSet intersect(ValueSet other) {
        final SegmentMonitor set = toMonitor();
        set.intersect(requireType(other).ranges, other.hasNull);
        return new ValueSet(set);
    }

    /** What is in this set and not in the other; null too. */
    public ValueSet minus(ValueSet other) {
        final SegmentMonitor set = requireType(other).toMonitor();
        set.complement();
        set.intersect(ranges, false);
        if (hasNull && !other.hasNull) {
            set.addNull();
        }
        return new ValueSet(set);
    }

    /** All values that are not in this set; never null. */
    public ValueSet complement() {
        final SegmentMonitor set = toMonitor();
        set.complement();
        return new ValueSet(set);
    }

    private SegmentMonitor toMonitor() {
        final SegmentMonitor set = new SegmentMonitor(type);
        set.bind(this);
        return set;
    }

    private ValueSet requireType(ValueSet other) {
        if (!type.equals(other.type)) {
            throw new IllegalArgumentException("a set of " + type + " has nothing to do with one of " + other.type);
        }
        return other;
    }

    public boolean admitsNull() {
        return hasNull;
    }

    public boolean isEmpty() {
        return !hasNull && ranges.count == 0;
    }

    public boolean isWild() {
        return hasNull && ranges.isWhole();
    }

    public int rangeCount() {
        return ranges.count;
    }

    /**
     * Whether the value, or null, is in the set.
     *
     * @throws io.keyfarm.rows.BadValueException if the type cannot hold it
     */
    public boolean contains(@Nullable Object value) {
        if (value == null) {
            return hasNull;
        }
        return ranges instanceof NumberRanges numbers
                ? numbers.contains(Values.toSortable(type, value))
                : ((TextRanges) ranges).contains(Values.toText(type, value));
    }

    /** Reads what {@link #toString} prints, and blanks around any part of it. */
    public static ValueSet parse(FieldType type, String text) {
        final SegmentMonitor set = new SegmentMonitor(type);
        new ValueSetParser(set, text).parse();
        return new ValueSet(set);
    }

    /** Bytes that {@link #encode} writes. */
    public int encodedBytes() {
        return ValueSetCodec.encodedBytes(toMonitor());
    }

    /** Writes the set, without its type, and answers how many bytes it took. */
    public int encode(MutableDirectBuffer buffer, int offset) {
        return ValueSetCodec.encode(toMonitor(), buffer, offset);
    }

    /**
     * Reads what {@link #encode} wrote, which must fill the length given. {@link SegmentMonitor#bindEncoded} does so
     * without making a set.
     *
     * @throws io.keyfarm.rows.BadValueException if the bytes are no set of that type in canonical form
     */
    public static ValueSet decode(FieldType type, DirectBuffer buffer, int offset, int length) {
        final SegmentMonitor set = new SegmentMonitor(type);
        set.bindEncoded(buffer, offset, length);
        return new ValueSet(set);
    }

    Ranges ranges() {
        return ranges;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ValueSet that
                && hasNull == that.hasNull
                && type.equals(that.type)
                && ranges.equals(that.ranges);
    }

    @Override
    public int hashCode() {
        return 31 * ranges.hashCode() + (hasNull ? 1 : 0);
    }

    @Override
    public String toString() {
        return ValueSetPrinter.print(toMonitor());
    }
}
