package io.keyfarm.key;

import io.keyfarm.rows.Memory;

/**
 * Where the stem of a text ends: behind so many bytes, or behind so many marks; at the text's end if it has fewer.
 *
 * <pre>
 *   behind 2 of '/'    fl/ford/1998/0x7      stem fl/ford/
 *   behind 3 bytes     fl/ford/1998/0x7      stem fl/
 * </pre>
 *
 * Either way texts sort as their stems do, and those of one stem as what follows it: where one stem is the beginning of
 * another, it is all of its text. Immutable.
 */
final class TextCut {
    static final TextCut NOTHING = new TextCut(0, (byte) 0, 0);
    static final TextCut ALL = new TextCut(Integer.MAX_VALUE, (byte) 0, 0);

    private static final int STEP = 2 * Long.BYTES;
    private static final long LOW_SEVEN = 0x7F7F_7F7F_7F7F_7F7FL;
    private static final long EVERY_BYTE = 0x0101_0101_0101_0101L;

    private final int bytes;
    private final byte mark;
    private final int marks;
    private final long pattern;

    private TextCut(int bytes, byte mark, int marks) {
        this.bytes = bytes;
        this.mark = mark;
        this.marks = marks;
        pattern = EVERY_BYTE * (mark & 0xFF);
    }

    static TextCut behindBytes(int bytes) {
        return new TextCut(bytes, (byte) 0, 0);
    }

    static TextCut behindMarks(byte mark, int marks) {
        return new TextCut(Integer.MAX_VALUE, mark, marks);
    }

    boolean isNothing() {
        return bytes == 0;
    }

    /** How many bytes of the text are its stem. */
    int end(long text, int length) {
        return marks == 0 ? Math.min(bytes, length) : markEnd(text, length);
    }

    /**
     * Sixteen bytes at a time, and without a branch on where in them the marks are: it would be guessed wrong, which keeps
     * the processor from the next row.
     */
    private int markEnd(long text, int length) {
        int left = marks;
        for (int at = 0; at < length; at += STEP) {
            final int found = marksIn(Memory.getLong(text + at), Memory.getLong(text + at + Long.BYTES), length - at);
            final int count = Integer.bitCount(found);
            if (count >= left) {
                return at + endOf(found, left);
            }
            left -= count;
        }
        return length;
    }

    /** As {@link #end(long, int)} for a text on heap. */
    int end(byte[] text, int at, int length) {
        if (marks == 0) {
            return Math.min(bytes, length);
        }
        int left = marks;
        for (int i = 0; i < length; i += STEP) {
            final int found = marksIn(
                    StemHash.word(text, at + i, length - i),
                    StemHash.word(text, at + i + Long.BYTES, length - i - Long.BYTES),
                    length - i);
            final int count = Integer.bitCount(found);
            if (count >= left) {
                return i + endOf(found, left);
            }
            left -= count;
        }
        return length;
    }

    /** Bit i is set if byte i of the sixteen is the mark, and one of the first {@code count}. */
    private int marksIn(long low, long high, int count) {
        return (marksIn(low) | marksIn(high) << Long.BYTES) & (-1 >>> Math.max(0, Integer.SIZE - count));
    }

    /** What lies behind the mark number {@code ordinal} among those found, counted from 1. */
    private static int endOf(int found, int ordinal) {
        int rest = found;
        for (int i = 1; i < ordinal; i++) {
            rest &= rest - 1;
        }
        return Integer.numberOfTrailingZeros(rest) + 1;
    }

    /** Bit i is set if byte i of the eight is the mark. */
    private int marksIn(long bytes) {
        final long difference = bytes ^ pattern;
        // The highest bit of each byte that is the mark; exact, as no carry leaves its byte.
        final long highest = ~(((difference & LOW_SEVEN) + LOW_SEVEN) | difference | LOW_SEVEN);
        return (int) (((highest >>> 7) * 0x0102_0408_1020_4080L) >>> 56);
    }

    @Override
    public String toString() {
        if (marks > 0) {
            return "behind " + marks + " of '" + (char) (mark & 0xFF) + "'";
        }
        return bytes == Integer.MAX_VALUE ? "all" : "behind " + bytes + " bytes";
    }
}
