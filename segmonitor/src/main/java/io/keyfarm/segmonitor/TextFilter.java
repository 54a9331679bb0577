package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TextSlot;

/**
 * Keeps rows by a field of text, and looks at the first bytes first: they decide nearly always.
 *
 * <pre>
 *   one value    slot | length, 4 bytes | 8 bytes |     equal as two longs: all of a short text, else compare on
 *   ranges       the first 8 bytes as a number          between those of the ends: in; outside: out; else compare all
 * </pre>
 */
final class TextFilter {
    private final FieldType type;
    private final int offset;
    private final int nullBit;

    private boolean isPoint;
    private boolean isOneRange;
    private byte[] point = {};
    private int pointOffset;
    private int pointLength;
    /** The 16 bytes of a slot, were the point in one. */
    private long firstWord;

    private long secondWord;
    /** The first bytes of the least admissible text, and of the first above all of them. */
    private long lowPrefix;

    private long highPrefix;

    TextFilter(FieldType type, int offset, int nullBit) {
        this.type = type;
        this.offset = offset;
        this.nullBit = nullBit;
    }

    /** Takes a monitor of at least one range. */
    void prepare(SegmentMonitor monitor) {
        final byte[] arena = monitor.arena();
        final int last = monitor.rangeCount() - 1;
        lowPrefix = ValueGather.number(arena, monitor.lowOffset(0), monitor.lowLength(0));
        highPrefix = monitor.highLength(last) == SegmentMonitor.NO_END
                ? Long.MAX_VALUE
                : ValueGather.number(arena, monitor.highOffset(last), monitor.highLength(last));
        isOneRange = last == 0;
        isPoint = isOneRange
                && type.kind() != FieldKind.CHAR
                && monitor.isPointRange(0)
                && !(nullBit >= 0 && monitor.admitsNull());
        if (isPoint) {
            point = arena;
            pointOffset = monitor.lowOffset(0);
            pointLength = monitor.lowLength(0);
            firstWord = word(0) << Integer.SIZE | pointLength;
            secondWord = word(4) | word(8) << Integer.SIZE;
        }
    }

    /** Four bytes of the point as a little-endian number, zeros behind its end. */
    private long word(int from) {
        long word = 0;
        for (int i = 3; i >= 0; i--) {
            word = word << Byte.SIZE | (from + i < pointLength ? point[pointOffset + from + i] & 0xFF : 0);
        }
        return word;
    }

    int keep(long[] heapBases, SegmentMonitor monitor, long[] rows, int block, int[] rowNumbers, int from, int to) {
        if (isPoint) {
            return keepPoint(heapBases, rows, block, rowNumbers, from, to);
        }
        final int ofNull = monitor.admitsNull() ? 1 : 0;
        int kept = to;
        for (int i = 0; i < block; i++) {
            final long row = rows[i];
            rowNumbers[kept] = rowNumbers[from + i];
            if (RecordLayout.isNullBitSet(row, nullBit)) {
                kept += ofNull;
            } else {
                kept += isAdmitted(heapBases, monitor, row + offset) ? 1 : 0;
            }
        }
        return kept;
    }

    private boolean isAdmitted(long[] heapBases, SegmentMonitor monitor, long field) {
        final boolean isPadded = type.kind() == FieldKind.CHAR;
        final int length = isPadded ? type.length() : TextSlot.length(field);
        final long address = isPadded ? field : TextSlot.address(field, heapBases);
        assert !isPadded || length >= Long.BYTES : type;
        // A slot is padded with zeros, as prefixes are; longer text has eight bytes at least.
        final long prefix = ValueGather.number(Memory.getLong(address));
        if (prefix < lowPrefix || prefix > highPrefix) {
            return false;
        }
        return (isOneRange && lowPrefix < prefix && prefix < highPrefix) || monitor.matchesText(address, length);
    }

    private int keepPoint(long[] heapBases, long[] rows, int block, int[] rowNumbers, int from, int to) {
        final long first = firstWord;
        final long second = secondWord;
        final boolean isShort = pointLength <= TextSlot.INLINE_BYTES;
        int kept = to;
        for (int i = 0; i < block; i++) {
            final long slot = rows[i] + offset;
            rowNumbers[kept] = rowNumbers[from + i];
            if (Memory.getLong(slot) == first
                    && (isShort ? Memory.getLong(slot + Long.BYTES) == second : isPointAt(slot, heapBases))
                    && !RecordLayout.isNullBitSet(rows[i], nullBit)) {
                kept++;
            }
        }
        return kept;
    }

    private boolean isPointAt(long slot, long[] heapBases) {
        return Memory.compare(TextSlot.address(slot, heapBases), pointLength, point, pointOffset, pointLength) == 0;
    }
}
