package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import java.util.Arrays;

/**
 * Goes through the codes of a column copy and keeps the numbers of those rows whose code is admitted.
 *
 * <pre>
 *   few rows, one range or two, of 1 or 2 bytes    eight or four codes at once: {@link LaneRange}; most words are passed over
 *   1 byte                                         a table of 256
 *   one range                                      two subtractions
 *   more, of 2 bytes                               a bit for each code
 *   more, of 4 bytes                               a bit for all codes that agree in their upper bits, then a search
 * </pre>
 *
 * But for the first, keeping is storing always and counting by the condition, so that no branch depends on the data. For
 * one thread; reusable by {@link #bind}.
 */
final class CodeFilter {
    /** Where fewer than one row in so many match, a word of eight is mostly passed over. */
    private static final int FEW = 32;

    private static final int MAX_BITS = 1 << 16;

    private final long codes;
    private final int rowCount;
    private final int codeBytes;
    /** From a row number to the offset of its code. */
    private final int byteShift;

    private final int laneBits;
    private final int lanes;
    private final AdmittedCodes admitted;

    private final LaneRange first = new LaneRange();
    private final LaneRange second = new LaneRange();
    private boolean isOneRange;
    private boolean isByLanes;
    private boolean isFew;

    private final byte[] table;
    private final long[] bits;
    private final int bitShift;

    CodeFilter(ColumnCopy column, AdmittedCodes admitted) {
        codes = column.codes();
        rowCount = column.rowCount();
        codeBytes = column.codeBytes();
        byteShift = Integer.numberOfTrailingZeros(codeBytes);
        laneBits = Byte.SIZE * codeBytes;
        lanes = Long.BYTES / codeBytes;
        this.admitted = admitted;
        table = new byte[codeBytes == 1 ? 256 : 0];
        bits = new long[codeBytes == 1 ? 0 : MAX_BITS / Long.SIZE];
        bitShift = codeBytes == 1 || column.isSketch()
                ? 0
                : Math.max(0, column.fieldCode().bits() - Integer.numberOfTrailingZeros(MAX_BITS));
    }

    /** Takes what is admitted now. */
    void bind() {
        final int count = admitted.count();
        isOneRange = count == 1;
        isByLanes = count <= 2;
        isFew = admitted.expectedRows() * FEW < rowCount;
        if (isByLanes) {
            bind(first, 0);
            bind(second, 1);
        }
        if (codeBytes == 1) {
            Arrays.fill(table, (byte) 0);
            for (int i = 0; i < count; i++) {
                Arrays.fill(table, (int) admitted.low(i), (int) admitted.high(i) + 1, (byte) 1);
            }
        } else if (!isOneRange) {
            Arrays.fill(bits, 0);
            for (int i = 0; i < count; i++) {
                setBits((int) (admitted.low(i) >>> bitShift), (int) (admitted.high(i) >>> bitShift));
            }
        }
    }

    private void bind(LaneRange lane, int range) {
        if (range < admitted.count()) {
            lane.bind(laneBits, admitted.low(range), admitted.high(range));
        } else {
            lane.bindNothing();
        }
    }

    private void setBits(int from, int to) {
        final int firstWord = from >>> 6;
        final int lastWord = to >>> 6;
        final long behindFrom = -1L << from;
        final long beforeTo = -1L >>> (63 - (to & 63));
        if (firstWord == lastWord) {
            bits[firstWord] |= behindFrom & beforeTo;
            return;
        }
        bits[firstWord] |= behindFrom;
        Arrays.fill(bits, firstWord + 1, lastWord, -1L);
        bits[lastWord] |= beforeTo;
    }

    private long code(int row) {
        final long at = codes + ((long) row << byteShift);
        return switch (codeBytes) {
            case 1 -> Memory.getByte(at) & 0xFFL;
            case 2 -> Memory.getShort(at) & 0xFFFFL;
            default -> Memory.getInt(at) & 0xFFFF_FFFFL;
        };
    }

    // What a walk over rows has found: one call answers two numbers.
    private int kept;

    /** How many rows the last {@link #find} found. */
    int kept() {
        return kept;
    }

    /**
     * Puts the rows {@code [from, to)} that match where there is room for them, and answers up to which row it came: to the
     * end, or nearly all room is taken.
     */
    int find(int from, int to, int[] rows) {
        kept = 0;
        if (isFew && isByLanes && codeBytes <= 2 && rows.length >= lanes) {
            return findFew(from, to, rows);
        }
        int at = from;
        while (at < to && kept < rows.length) {
            final int end = Math.min(to, at + rows.length - kept);
            kept = findAny(at, end, rows, kept);
            at = end;
        }
        return at;
    }

    private int findFew(int from, int to, int[] rows) {
        final int limit = rows.length - lanes;
        final int laneShift = Integer.numberOfTrailingZeros(laneBits);
        final boolean isOne = admitted.count() < 2;
        int found = 0;
        int at = from;
        while (at < to && found <= limit) {
            final long word = Memory.getLong(codes + ((long) at << byteShift));
            long inside = first.inside(word) | (isOne ? 0 : second.inside(word));
            if (inside != 0) {
                inside &= lanesUpTo(to - at);
                while (inside != 0) {
                    rows[found++] = at + (Long.numberOfTrailingZeros(inside) >>> laneShift);
                    inside &= inside - 1;
                }
            }
            at += lanes;
        }
        kept = found;
        return Math.min(at, to);
    }

    /** There is room for all rows {@code [from, to)} behind the first {@code found}; answers how many are found then. */
    private int findAny(int from, int to, int[] rows, int found) {
        if (codeBytes == 1) {
            return findByTable(from, to, rows, found);
        }
        if (!isOneRange) {
            return findByBits(from, to, rows, found);
        }
        final long low = admitted.low(0);
        final long high = admitted.high(0);
        return codeBytes == 2
                ? findShorts(from, to, low, high, rows, found)
                : isFew ? findFewInts(from, to, low, high, rows, found) : findInts(from, to, low, high, rows, found);
    }

    private int findByTable(int from, int to, int[] rows, int found) {
        int at = found;
        for (int row = from; row < to; row++) {
            rows[at] = row;
            at += table[Memory.getByte(codes + row) & 0xFF];
        }
        return at;
    }

    private int findShorts(int from, int to, long low, long high, int[] rows, int found) {
        int at = found;
        for (int row = from; row < to; row++) {
            rows[at] = row;
            at += isInside(Memory.getShort(codes + 2L * row) & 0xFFFFL, low, high);
        }
        return at;
    }

    private int findInts(int from, int to, long low, long high, int[] rows, int found) {
        int at = found;
        for (int row = from; row < to; row++) {
            rows[at] = row;
            at += isInside(Memory.getInt(codes + 4L * row) & 0xFFFF_FFFFL, low, high);
        }
        return at;
    }

    private int findFewInts(int from, int to, long low, long high, int[] rows, int found) {
        int at = found;
        for (int row = from; row < to; row++) {
            if (isInside(Memory.getInt(codes + 4L * row) & 0xFFFF_FFFFL, low, high) != 0) {
                rows[at++] = row;
            }
        }
        return at;
    }

    /** 1 or 0; for codes, which are no negative numbers. */
    private static int isInside(long code, long low, long high) {
        return 1 - (int) (((code - low) | (high - code)) >>> 63);
    }

    /** The lanes of so many codes, of which a word may hold more. */
    private long lanesUpTo(int codesLeft) {
        return codesLeft >= lanes ? -1L : (1L << (codesLeft * laneBits)) - 1;
    }

    private int findByBits(int from, int to, int[] rows, int found) {
        int at = found;
        for (int row = from; row < to; row++) {
            final int bit = (int) (code(row) >>> bitShift);
            rows[at] = row;
            at += (int) (bits[bit >>> 6] >>> bit) & 1;
        }
        return bitShift == 0 ? at : retainBySearch(rows, found, at);
    }

    private int retainBySearch(int[] rows, int from, int to) {
        int left = from;
        for (int i = from; i < to; i++) {
            final int row = rows[i];
            rows[left] = row;
            left += admitted.admits(code(row));
        }
        return left;
    }

    /** Keeps those of the first rows whose code is admitted; answers how many stayed. */
    int retain(int[] rows, int count) {
        if (codeBytes > 1) {
            return retainBySearch(rows, 0, count);
        }
        int left = 0;
        for (int i = 0; i < count; i++) {
            final int row = rows[i];
            rows[left] = row;
            left += table[Memory.getByte(codes + row) & 0xFF];
        }
        return left;
    }

    /** How many of the rows {@code [from, to)} match. */
    int count(int from, int to) {
        if (isByLanes) {
            return countByLanes(from, to);
        }
        int found = 0;
        if (codeBytes == 1) {
            for (int row = from; row < to; row++) {
                found += table[Memory.getByte(codes + row) & 0xFF];
            }
            return found;
        }
        for (int row = from; row < to; row++) {
            final long code = code(row);
            final int bit = (int) (code >>> bitShift);
            final int isIn = (int) (bits[bit >>> 6] >>> bit) & 1;
            found += bitShift == 0 || isIn == 0 ? isIn : admitted.admits(code);
        }
        return found;
    }

    private int countByLanes(int from, int to) {
        final boolean isOne = admitted.count() < 2;
        final int whole = to - (to - from) % lanes;
        int found = 0;
        for (int at = from; at < whole; at += lanes) {
            final long word = Memory.getLong(codes + ((long) at << byteShift));
            found += Long.bitCount(first.inside(word) | (isOne ? 0 : second.inside(word)));
        }
        for (int at = whole; at < to; at++) {
            found += admitted.admits(code(at));
        }
        return found;
    }
}
