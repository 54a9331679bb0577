package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Half-open ranges of texts in the order of their unsigned bytes. All ends stand in one arena.
 *
 * <pre>
 *   varchar    'a'          [ a , a\0 )             nothing lies between a text and itself with a zero behind
 *              prefix ab    [ ab , ac )             and of \xff no upper end
 *   char(3)    'a'          [ a␠␠ , a␠! )           values are three bytes, always, so their successor is the next number
 *              prefix ab    [ ab\0 , ac\0 )
 * </pre>
 *
 * Ends of a {@code char(n)} are n bytes too. So equal sets have equal ends, whichever way they were asked for.
 */
final class TextRanges extends Ranges {
    /** The length of an upper end that there is none of. */
    static final int NO_END = -1;

    /** The bytes of every value, or 0 if values have any length. */
    private final int width;

    private byte[] arena = new byte[64];
    private int arenaUsed;
    /** Four numbers a range: offset and length of its low end, offset and length of its high end. */
    private int[] ends = new int[16];

    private int[] spare = {};

    TextRanges(FieldType type) {
        this(type.kind() == FieldKind.CHAR ? type.length() : 0);
    }

    private TextRanges(int width) {
        this.width = width;
    }

    byte[] arena() {
        return arena;
    }

    int lowOffset(int range) {
        return ends[4 * range];
    }

    int lowLength(int range) {
        return ends[4 * range + 1];
    }

    int highOffset(int range) {
        return ends[4 * range + 2];
    }

    int highLength(int range) {
        return ends[4 * range + 3];
    }

    @Override
    void begin() {
        super.begin();
        arenaUsed = 0;
    }

    /** Adds one value; a blank-padded one where values have a width. */
    void addValue(DirectBuffer text, int offset, int length) {
        addRange(text, offset, length, true, text, offset, length, true);
    }

    /** Adds the texts between two values; a null buffer is no end. */
    void addRange(
            @Nullable DirectBuffer low,
            int lowOffset,
            int lowLength,
            boolean lowInclusive,
            @Nullable DirectBuffer high,
            int highOffset,
            int highLength,
            boolean highInclusive) {
        final int from = arenaUsed;
        final int fromLength = low == null ? lowest() : bound(low, lowOffset, lowLength, !lowInclusive);
        if (fromLength == NO_END) {
            return;
        }
        final int to = arenaUsed;
        add(from, fromLength, to, high == null ? NO_END : bound(high, highOffset, highLength, highInclusive));
    }

    void addPrefix(DirectBuffer text, int offset, int length) {
        if (width > 0 && length > width) {
            return;
        }
        final int from = arenaUsed;
        appendBytes(text, offset, length);
        appendByte((byte) 0, Math.max(0, width - length));
        final int fromLength = arenaUsed - from;

        final int to = arenaUsed;
        appendBytes(text, offset, length);
        int toLength = length;
        while (toLength > 0 && arena[to + toLength - 1] == -1) {
            toLength--;
        }
        if (toLength == 0) {
            add(from, fromLength, to, NO_END);
            return;
        }
        arena[to + toLength - 1]++;
        arenaUsed = to + toLength;
        appendByte((byte) 0, Math.max(0, width - toLength));
        add(from, fromLength, to, arenaUsed - to);
    }

    /** Appends the least text there is and answers its length. */
    private int lowest() {
        appendByte((byte) 0, width);
        return width;
    }

    /** Appends the first text not before the value, or the first behind it; {@link #NO_END} if there is none. */
    private int bound(DirectBuffer text, int offset, int length, boolean behind) {
        final int at = arenaUsed;
        if (width == 0) {
            appendBytes(text, offset, length);
            appendByte((byte) 0, behind ? 1 : 0);
            return arenaUsed - at;
        }
        appendBytes(text, offset, Math.min(length, width));
        appendByte((byte) ' ', Math.max(0, width - length));
        // What is longer than any value lies between two of them, by what would be compared with the padding.
        int rest = 0;
        for (int i = width; i < length && rest == 0; i++) {
            rest = (text.getByte(offset + i) & 0xFF) - ' ';
        }
        return (rest == 0 ? behind : rest > 0) && !increment(at) ? NO_END : width;
    }

    /** The next number of {@code width} bytes; whether there is one. */
    private boolean increment(int at) {
        for (int i = at + width - 1; i >= at; i--) {
            if (++arena[i] != 0) {
                return true;
            }
        }
        return false;
    }

    private void appendBytes(DirectBuffer text, int offset, int length) {
        reserve(length);
        text.getBytes(offset, arena, arenaUsed, length);
        arenaUsed += length;
    }

    private void appendByte(byte value, int times) {
        reserve(times);
        Arrays.fill(arena, arenaUsed, arenaUsed + times, value);
        arenaUsed += times;
    }

    private void reserve(int bytes) {
        final long wanted = (long) arenaUsed + bytes;
        if (wanted > arena.length) {
            if (wanted > Integer.MAX_VALUE - 64) {
                throw new IllegalStateException("the texts of a value set have at most 2 GiB, not " + wanted);
            }
            arena = Arrays.copyOf(arena, (int) Math.min(Integer.MAX_VALUE - 64, Math.max(wanted, arena.length * 2L)));
        }
    }

    /** Adds a range whose ends stand in the arena. */
    private void add(int lowOffset, int lowLength, int highOffset, int highLength) {
        if (highLength != NO_END && compare(lowOffset, lowLength, highOffset, highLength) >= 0) {
            return;
        }
        if (count > 0 && isReached(count - 1, lowOffset, lowLength)) {
            onUnordered();
        }
        set(append(), lowOffset, lowLength, highOffset, highLength);
    }

    private void set(int range, int lowOffset, int lowLength, int highOffset, int highLength) {
        ends[4 * range] = lowOffset;
        ends[4 * range + 1] = lowLength;
        ends[4 * range + 2] = highOffset;
        ends[4 * range + 3] = highLength;
    }

    private int compare(int offset, int length, int otherOffset, int otherLength) {
        return Arrays.compareUnsigned(arena, offset, offset + length, arena, otherOffset, otherOffset + otherLength);
    }

    /** Whether the range overlaps or touches those that begin at {@code low}. */
    private boolean isReached(int range, int lowOffset, int lowLength) {
        return highLength(range) == NO_END || compare(lowOffset, lowLength, highOffset(range), highLength(range)) <= 0;
    }

    boolean contains(long address, int length) {
        final int range = count == 1 ? 0 : search(address, length, 0, count);
        return range < count
                && Memory.compare(address, length, arena, lowOffset(range), lowLength(range)) >= 0
                && !endsBefore(range, address, length);
    }

    boolean contains(byte[] text) {
        for (int i = 0; i < count; i++) {
            if (Arrays.compareUnsigned(text, 0, text.length, arena, lowOffset(i), lowOffset(i) + lowLength(i)) < 0) {
                return false;
            }
            if (highLength(i) == NO_END
                    || Arrays.compareUnsigned(text, 0, text.length, arena, highOffset(i), highOffset(i) + highLength(i))
                            < 0) {
                return true;
            }
        }
        return false;
    }

    private boolean endsBefore(int range, long address, int length) {
        final int highLength = highLength(range);
        return highLength != NO_END && Memory.compare(address, length, arena, highOffset(range), highLength) >= 0;
    }

    /** The first range from {@code from} on whose upper end lies above the text, or the count. Gallops. */
    int atOrAfter(long address, int length, int from) {
        if (from >= count || !endsBefore(from, address, length)) {
            return Math.min(from, count);
        }
        int low = from;
        int step = 1;
        // The range at low ends before the text throughout.
        while (low + step < count && endsBefore(low + step, address, length)) {
            low += step;
            step <<= 1;
        }
        return search(address, length, low + 1, Math.min(low + step, count));
    }

    private int search(long address, int length, int from, int to) {
        int low = from;
        int high = to;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (endsBefore(mid, address, length)) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    @Override
    void setWhole() {
        begin();
        final int length = lowest();
        add(0, length, 0, NO_END);
    }

    @Override
    boolean isWhole() {
        if (count != 1 || highLength(0) != NO_END || lowLength(0) != width) {
            return false;
        }
        for (int i = 0; i < width; i++) {
            if (arena[lowOffset(0) + i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean isPoint(int range) {
        return valueCount(range) == 1;
    }

    @Override
    long valueCount(int range) {
        final int low = lowOffset(range);
        final int high = highOffset(range);
        if (width == 0) {
            // Countable only from a text to itself with zeros behind.
            final int length = lowLength(range);
            for (int i = length; i < highLength(range); i++) {
                if (arena[high + i] != 0) {
                    return Long.MAX_VALUE;
                }
            }
            return highLength(range) > length && Arrays.equals(arena, low, low + length, arena, high, high + length)
                    ? highLength(range) - length
                    : Long.MAX_VALUE;
        }
        long difference = highLength(range) == NO_END ? 1 : 0;
        for (int i = 0; i < width; i++) {
            final int digit = highLength(range) == NO_END ? 0 : arena[high + i] & 0xFF;
            if (difference > Long.MAX_VALUE >>> 9) {
                return Long.MAX_VALUE;
            }
            difference = (difference << 8) + digit - (arena[low + i] & 0xFF);
        }
        return difference;
    }

    @Override
    void complement() {
        final int rangeCount = count;
        int from = arenaUsed;
        int fromLength = lowest();
        count = 0;
        for (int i = 0; i < rangeCount; i++) {
            final int low = lowOffset(i);
            final int lowLength = lowLength(i);
            final int high = highOffset(i);
            final int highLength = highLength(i);
            // A gap takes the place of a range already read.
            if (compare(from, fromLength, low, lowLength) < 0) {
                set(count++, from, fromLength, low, lowLength);
            }
            if (highLength == NO_END) {
                return;
            }
            from = high;
            fromLength = highLength;
        }
        set(append(), from, fromLength, from, NO_END);
    }

    @Override
    void intersect(Ranges given) {
        final TextRanges other = (TextRanges) given;
        final int shift = copyArena(other);
        if (spare.length < 4 * count) {
            spare = new int[ends.length];
        }
        System.arraycopy(ends, 0, spare, 0, 4 * count);
        final int rangeCount = count;
        count = 0;
        int i = 0;
        int j = 0;
        while (i < rangeCount && j < other.count) {
            final boolean mineStartsLater =
                    compare(spare[4 * i], spare[4 * i + 1], other.lowOffset(j) + shift, other.lowLength(j)) >= 0;
            final boolean mineEndsFirst = other.highLength(j) == NO_END
                    || (spare[4 * i + 3] != NO_END
                            && compare(
                                            spare[4 * i + 2],
                                            spare[4 * i + 3],
                                            other.highOffset(j) + shift,
                                            other.highLength(j))
                                    <= 0);
            add(
                    mineStartsLater ? spare[4 * i] : other.lowOffset(j) + shift,
                    mineStartsLater ? spare[4 * i + 1] : other.lowLength(j),
                    mineEndsFirst ? spare[4 * i + 2] : other.highOffset(j) + shift,
                    mineEndsFirst ? spare[4 * i + 3] : other.highLength(j));
            if (mineEndsFirst) {
                i++;
            } else {
                j++;
            }
        }
    }

    @Override
    void addAll(Ranges given) {
        final TextRanges other = (TextRanges) given;
        final int shift = copyArena(other);
        final int otherCount = other.count;
        for (int i = 0; i < otherCount; i++) {
            add(other.lowOffset(i) + shift, other.lowLength(i), other.highOffset(i) + shift, other.highLength(i));
        }
    }

    /** Appends the other's texts and answers how far they moved. */
    private int copyArena(TextRanges other) {
        final int shift = arenaUsed;
        reserve(other.arenaUsed);
        System.arraycopy(other.arena, 0, arena, shift, other.arenaUsed);
        arenaUsed += other.arenaUsed;
        return shift;
    }

    @Override
    TextRanges copy() {
        final TextRanges copy = new TextRanges(width);
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes = Math.addExact(bytes, lowLength(i) + Math.max(0, highLength(i)));
        }
        copy.arena = new byte[bytes];
        copy.ends = new int[4 * count];
        for (int i = 0; i < count; i++) {
            final int low = copy.copyEnd(arena, lowOffset(i), lowLength(i));
            final int high = copy.copyEnd(arena, highOffset(i), Math.max(0, highLength(i)));
            copy.set(copy.count++, low, lowLength(i), high, highLength(i));
        }
        return copy;
    }

    private int copyEnd(byte[] from, int offset, int length) {
        System.arraycopy(from, offset, arena, arenaUsed, length);
        arenaUsed += length;
        return arenaUsed - length;
    }

    @Override
    int capacity() {
        return ends.length >>> 2;
    }

    @Override
    void grow(int newCapacity) {
        ends = Arrays.copyOf(ends, 4 * newCapacity);
    }

    @Override
    boolean isBefore(int left, int right) {
        return compare(lowOffset(left), lowLength(left), lowOffset(right), lowLength(right)) < 0;
    }

    @Override
    void swap(int left, int right) {
        for (int i = 0; i < 4; i++) {
            final int end = ends[4 * left + i];
            ends[4 * left + i] = ends[4 * right + i];
            ends[4 * right + i] = end;
        }
    }

    @Override
    void merge() {
        int last = 0;
        for (int i = 1; i < count; i++) {
            if (!isReached(last, lowOffset(i), lowLength(i))) {
                set(++last, lowOffset(i), lowLength(i), highOffset(i), highLength(i));
            } else if (highLength(last) != NO_END
                    && (highLength(i) == NO_END
                            || compare(highOffset(i), highLength(i), highOffset(last), highLength(last)) > 0)) {
                ends[4 * last + 2] = highOffset(i);
                ends[4 * last + 3] = highLength(i);
            }
        }
        count = last + 1;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof TextRanges that) || count != that.count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (lowLength(i) != that.lowLength(i)
                    || highLength(i) != that.highLength(i)
                    || !isSame(lowOffset(i), lowLength(i), that, that.lowOffset(i))
                    || !isSame(highOffset(i), Math.max(0, highLength(i)), that, that.highOffset(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean isSame(int offset, int length, TextRanges that, int thatOffset) {
        return Arrays.equals(arena, offset, offset + length, that.arena, thatOffset, thatOffset + length);
    }

    @Override
    public int hashCode() {
        int hash = count;
        for (int i = 0; i < count; i++) {
            for (int at = lowOffset(i); at < lowOffset(i) + lowLength(i); at++) {
                hash = 31 * hash + arena[at];
            }
            for (int at = highOffset(i); at < highOffset(i) + highLength(i); at++) {
                hash = 31 * hash + arena[at];
            }
            hash = 31 * hash + highLength(i);
        }
        return hash;
    }
}
