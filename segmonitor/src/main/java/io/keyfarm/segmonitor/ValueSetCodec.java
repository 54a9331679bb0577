package io.keyfarm.segmonitor;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Sets as bytes, little-endian. One set has one encoding, and any other is refused.
 *
 * <pre>
 *   | flags 1 | count of ranges 4 | ranges … |          flags: 1 null, 2 all ranges are single numbers
 *   numbers   | low 8 | high 8 |                        or low alone where the flag says so
 *   text      | length 4 | low | length 4 | high |      length −1: no upper end; −2: low is the only value
 * </pre>
 */
final class ValueSetCodec {
    static final int MAX_ENCODED_RANGES = 1 << 20;

    private static final int HEADER_BYTES = 5;
    private static final int FLAG_NULL = 1;
    private static final int FLAG_POINTS = 2;
    private static final int POINT = -2;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private ValueSetCodec() {}

    static int encodedBytes(SegmentMonitor set) {
        final int count = set.rangeCount();
        if (!set.type().isText()) {
            return Math.addExact(HEADER_BYTES, Math.multiplyExact(count, (flags(set) & FLAG_POINTS) != 0 ? 8 : 16));
        }
        long bytes = HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            bytes += 8 + set.lowLength(i) + (set.isPointRange(i) ? 0 : Math.max(0, set.highLength(i)));
        }
        return Math.toIntExact(bytes);
    }

    private static int flags(SegmentMonitor set) {
        final int flags = set.admitsNull() ? FLAG_NULL : 0;
        if (set.type().isText() || set.rangeCount() == 0) {
            return flags;
        }
        for (int i = 0; i < set.rangeCount(); i++) {
            if (!set.isPointRange(i)) {
                return flags;
            }
        }
        return flags | FLAG_POINTS;
    }

    static int encode(SegmentMonitor set, MutableDirectBuffer buffer, int offset) {
        final int count = set.rangeCount();
        if (count > MAX_ENCODED_RANGES) {
            throw new BadValueException(
                    "a set of " + count + " ranges is too large to send; " + MAX_ENCODED_RANGES + " are the most");
        }
        final int flags = flags(set);
        final boolean isPoints = (flags & FLAG_POINTS) != 0;
        buffer.putByte(offset, (byte) flags);
        buffer.putInt(offset + 1, count, ORDER);
        int at = offset + HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            if (set.type().isText()) {
                at = encodeText(set, i, buffer, at);
            } else {
                buffer.putLong(at, set.low(i), ORDER);
                at += Long.BYTES;
                if (!isPoints) {
                    buffer.putLong(at, set.high(i), ORDER);
                    at += Long.BYTES;
                }
            }
        }
        return at - offset;
    }

    private static int encodeText(SegmentMonitor set, int range, MutableDirectBuffer buffer, int offset) {
        final int lowLength = set.lowLength(range);
        buffer.putInt(offset, lowLength, ORDER);
        buffer.putBytes(offset + 4, set.arena(), set.lowOffset(range), lowLength);
        final int at = offset + 4 + lowLength;
        final int highLength = set.isPointRange(range) ? POINT : set.highLength(range);
        buffer.putInt(at, highLength, ORDER);
        if (highLength <= 0) {
            return at + 4;
        }
        buffer.putBytes(at + 4, set.arena(), set.highOffset(range), highLength);
        return at + 4 + highLength;
    }

    /** Binds the monitor to the set that fills {@code [offset, offset + length)}. */
    static void decode(SegmentMonitor set, DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        require(length >= HEADER_BYTES, "has at least %d bytes, not %d", HEADER_BYTES, length);
        final int flags = buffer.getByte(offset);
        require((flags & ~(FLAG_NULL | FLAG_POINTS)) == 0, "has flags up to %d, not %d", 3, flags);
        final int count = buffer.getInt(offset + 1, ORDER);
        final boolean isText = set.type().isText();
        final int leastBytes = !isText && (flags & FLAG_POINTS) == 0 ? 16 : 8;
        final int room = Math.min(MAX_ENCODED_RANGES, (length - HEADER_BYTES) / leastBytes);
        require(count >= 0 && count <= room, "has room for %d ranges, not %d", room, count);

        set.begin();
        int at = offset + HEADER_BYTES;
        final int end = offset + length;
        for (int i = 0; i < count; i++) {
            at = isText
                    ? decodeText(set, i, buffer, at, end)
                    : decodeNumbers(set, i, buffer, at, (flags & FLAG_POINTS) != 0);
        }
        if ((flags & FLAG_NULL) != 0) {
            set.addNull();
        }
        set.end();
        // So that there is no second way to write the same set.
        require(set.rangeCount() == count, "has ranges that do not touch: %d, not %d", set.rangeCount(), count);
        require(at == end, "ends with its last range, at %d, not at %d", at - offset, length);
        require(flags == flags(set), "says with its flags what it has, %d, not %d", flags(set), flags);
        final int bytes = encodedBytes(set);
        require(bytes == length, "takes %d bytes at its shortest, not %d", bytes, length);
    }

    private static int decodeNumbers(SegmentMonitor set, int range, DirectBuffer buffer, int offset, boolean isPoints) {
        final long low = buffer.getLong(offset, ORDER);
        final long high = isPoints ? low : buffer.getLong(offset + Long.BYTES, ORDER);
        final FieldType type = set.type();
        require(type.minSortable() <= low, "of its type begins at %d, not at %d", type.minSortable(), low);
        require(high <= type.maxSortable(), "of its type ends at %d, not at %d", type.maxSortable(), high);
        require(low <= high, "has ranges that end from %d on, not at %d", low, high);
        set.addRange(low, high);
        requireAscending(set, range);
        return offset + (isPoints ? 8 : 16);
    }

    private static int decodeText(SegmentMonitor set, int range, DirectBuffer buffer, int offset, int end) {
        final int lowLength = lengthAt(set.type(), buffer, offset, end, 0);
        final int lowEnd = offset + 4 + lowLength;
        final int highLength = lengthAt(set.type(), buffer, lowEnd, end, POINT);
        if (highLength == POINT) {
            set.addText(buffer, offset + 4, lowLength);
        } else {
            set.addTextRange(
                    buffer,
                    offset + 4,
                    lowLength,
                    true,
                    highLength == SegmentMonitor.NO_END ? null : buffer,
                    lowEnd + 4,
                    Math.max(0, highLength),
                    false);
        }
        requireAscending(set, range);
        require(highLength == POINT || !set.isPointRange(range), "writes one value as %d, not %d", POINT, highLength);
        return lowEnd + 4 + Math.max(0, highLength);
    }

    private static int lengthAt(FieldType type, DirectBuffer buffer, int offset, int end, int least) {
        require(end - offset >= 4, "has %d bytes for a length, not %d", 4, end - offset);
        final int length = buffer.getInt(offset, ORDER);
        final int left = end - offset - 4;
        require(length >= least && length <= left, "has room for a text of %d bytes, not %d", left, length);
        if (type.kind() == FieldKind.CHAR && length >= 0) {
            require(length == type.length(), "of its type has texts of %d bytes, not %d", type.length(), length);
        }
        // One more for the text behind the longest.
        final int most = FieldType.MAX_TEXT_BYTES + 1;
        require(length <= most, "has texts of at most %d bytes, not %d", most, length);
        return length;
    }

    /** What was added just now was no empty range, and the one before it lies below it. */
    private static void requireAscending(SegmentMonitor set, int range) {
        require(set.ranges().count == range + 1, "has a value in every range: %d, not %d", range + 1, range);
        require(set.ranges().isCanonical(), "has ranges in order and apart, but of %d not the last", range + 1, range);
    }

    private static void require(boolean holds, String rule, long expected, long given) {
        if (!holds) {
            throw new BadValueException("an encoded value set " + rule.formatted(expected, given));
        }
    }
}
