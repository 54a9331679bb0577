package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldType;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The admissible values of one field, bound anew for each run: ranges in canonical form and whether null is among them.
 *
 * <pre>
 *   wild             *                        every value and null; what a field nobody asked about has
 *   = 5              [5]                      a point
 *   in (1, 2, 9)     [1,2],[9]                adjacent numbers are one range
 *   not between      (,0],[10,)
 *   is null          null                     no range
 * </pre>
 *
 * Binding allocates nothing once the arrays have grown to the largest set they held. Bind as a whole, or between
 * {@link #begin} and {@link #end} piece by piece in any order; a value outside of its type's domain adds nothing, since
 * no row can hold it. For one thread.
 */
public final class SegmentMonitor {
    /** The length of an upper end that there is none of. */
    public static final int NO_END = TextRanges.NO_END;

    private final FieldType type;
    private final Ranges ranges;
    /** One of these is {@link #ranges}, the other is never asked. */
    private final NumberRanges numbers;

    private final TextRanges texts;
    private boolean hasNull;
    /** Grows with every change, so that a filter knows what it has prepared for. */
    private int version;

    /** A monitor that admits everything. */
    public SegmentMonitor(FieldType type) {
        this.type = type;
        ranges = Ranges.of(type);
        numbers = ranges instanceof NumberRanges it ? it : new NumberRanges(FieldType.BOOL);
        texts = ranges instanceof TextRanges it ? it : new TextRanges(FieldType.BYTES);
        bindWild();
    }

    public FieldType type() {
        return type;
    }

    /** All values and null. */
    public void bindWild() {
        bindNotNull();
        hasNull = true;
    }

    public void bindNothing() {
        begin();
    }

    public void bindNotNull() {
        begin();
        ranges.setWhole();
    }

    public void bindOnlyNull() {
        begin();
        hasNull = true;
    }

    public void bindPoint(long sortable) {
        bindRange(sortable, sortable);
    }

    /** The numbers from {@code low} to {@code high}, both among them. */
    public void bindRange(long low, long high) {
        begin();
        addRange(low, high);
    }

    /** One text; padded for a {@code char(n)}, and nothing if that is too short for it. */
    public void bindText(DirectBuffer text, int offset, int length) {
        begin();
        addText(text, offset, length);
    }

    public void bind(ValueSet set) {
        requireType(set.type());
        begin();
        hasNull = set.admitsNull();
        ranges.addAll(set.ranges());
    }

    /**
     * Binds what {@link ValueSet#encode} wrote.
     *
     * @throws io.keyfarm.rows.BadValueException if the bytes are no set of this type in canonical form
     */
    public void bindEncoded(DirectBuffer buffer, int offset, int length) {
        ValueSetCodec.decode(this, buffer, offset, length);
    }

    /** Begins with the empty set. */
    public void begin() {
        version++;
        ranges.begin();
        hasNull = false;
    }

    public void addNull() {
        version++;
        hasNull = true;
    }

    public void addPoint(long sortable) {
        addRange(sortable, sortable);
    }

    /** Adds the numbers from {@code low} to {@code high}, both among them. */
    public void addRange(long low, long high) {
        assert !type.isText() : type;
        numbers.add(low, high);
    }

    public void addText(DirectBuffer text, int offset, int length) {
        assert type.isText() : type;
        texts.addValue(text, offset, length);
    }

    /** Adds every text that begins so, and for the empty prefix every text. */
    public void addTextPrefix(DirectBuffer text, int offset, int length) {
        assert type.isText() : type;
        texts.addPrefix(text, offset, length);
    }

    /**
     * Adds the texts between two ends, each of them among the texts or not; a null buffer is no end. The ends of a
     * {@code char(n)} compare padded and may be longer than n.
     */
    public void addTextRange(
            @Nullable DirectBuffer low,
            int lowOffset,
            int lowLength,
            boolean lowInclusive,
            @Nullable DirectBuffer high,
            int highOffset,
            int highLength,
            boolean highInclusive) {
        assert type.isText() : type;
        texts.addRange(low, lowOffset, lowLength, lowInclusive, high, highOffset, highLength, highInclusive);
    }

    /** Brings what was added into canonical form. */
    public void end() {
        version++;
        ranges.end();
    }

    /** All values that are not admitted now, never null: as {@code NOT} of a comparison. */
    public void complement() {
        version++;
        ranges.complement();
        hasNull = false;
    }

    public void intersect(SegmentMonitor other) {
        requireType(other.type);
        intersect(other.ranges, other.hasNull);
    }

    public void union(SegmentMonitor other) {
        requireType(other.type);
        union(other.ranges, other.hasNull);
    }

    void intersect(Ranges other, boolean otherHasNull) {
        version++;
        hasNull &= otherHasNull;
        if (other != ranges) {
            ranges.intersect(other);
            ranges.end();
        }
    }

    void union(Ranges other, boolean otherHasNull) {
        version++;
        hasNull |= otherHasNull;
        if (other != ranges) {
            ranges.addAll(other);
            ranges.end();
        }
    }

    public boolean isWild() {
        return hasNull && ranges.isWhole();
    }

    /** Whether no row can match. */
    public boolean isNothing() {
        return !hasNull && ranges.count == 0;
    }

    public boolean admitsNull() {
        return hasNull;
    }

    /** Whether every value is admitted, be null or not. */
    public boolean admitsAllValues() {
        return ranges.isWhole();
    }

    /** Whether exactly one value is admitted, and not null. */
    public boolean isPoint() {
        return !hasNull && ranges.count == 1 && ranges.isPoint(0);
    }

    public int rangeCount() {
        return ranges.count;
    }

    public boolean isPointRange(int range) {
        return ranges.isPoint(range);
    }

    /** The least number of a range. */
    public long low(int range) {
        return numbers.lows()[range];
    }

    /** The greatest number of a range. */
    public long high(int range) {
        return numbers.highs()[range];
    }

    /** Where the ends of text ranges stand; another array after the next binding. */
    public byte[] arena() {
        return texts.arena();
    }

    public int lowOffset(int range) {
        return texts.lowOffset(range);
    }

    public int lowLength(int range) {
        return texts.lowLength(range);
    }

    /** Where the first text behind the range stands. */
    public int highOffset(int range) {
        return texts.highOffset(range);
    }

    /** Or {@link #NO_END}. */
    public int highLength(int range) {
        return texts.highLength(range);
    }

    /** Whether a number, not null, is admitted. */
    public boolean matches(long sortable) {
        return numbers.contains(sortable);
    }

    /** Whether a text off heap, not null, is admitted; that of a {@code char(n)} has n bytes. */
    public boolean matchesText(long address, int length) {
        return texts.contains(address, length);
    }

    /**
     * The first range from {@code fromRange} on whose end is not before the number, or the count of ranges. Gallops, so
     * that a pass over ascending numbers with a finger costs as much as there are ranges.
     */
    public int rangeAtOrAfter(long sortable, int fromRange) {
        return numbers.atOrAfter(sortable, fromRange);
    }

    /** The first range from {@code fromRange} on whose upper end lies above the text, or the count of ranges. */
    public int rangeAtOrAfterText(long address, int length, int fromRange) {
        return texts.atOrAfter(address, length, fromRange);
    }

    /** How many values are admitted, null among them; Long.MAX_VALUE if there is no end to them, or more than fit. */
    public long valueCount() {
        long total = hasNull ? 1 : 0;
        for (int i = 0; i < ranges.count; i++) {
            total += ranges.valueCount(i);
            if (total < 0) {
                return Long.MAX_VALUE;
            }
        }
        return total;
    }

    /** How many bytes {@link #encode} writes. */
    public int encodedBytes() {
        return ValueSetCodec.encodedBytes(this);
    }

    /** Writes what is admitted now as {@link ValueSet#encode} would, and answers how many bytes that took. */
    public int encode(MutableDirectBuffer buffer, int offset) {
        return ValueSetCodec.encode(this, buffer, offset);
    }

    Ranges ranges() {
        return ranges;
    }

    int version() {
        return version;
    }

    NumberRanges numbers() {
        return numbers;
    }

    private void requireType(FieldType other) {
        if (!type.equals(other)) {
            throw new IllegalArgumentException("a monitor of " + type + " takes no set of " + other);
        }
    }

    /** As {@link ValueSet} prints it. */
    @Override
    public String toString() {
        return ValueSetPrinter.print(this);
    }
}
