package io.keyfarm.key;

import io.keyfarm.rows.Memory;

/**
 * Which bytes stand at each place behind the stems of a column, and the few bits that tell them apart.
 *
 * <pre>
 *   1998/0x7     place 0   1 2          1 bit
 *   2004/2       place 1   0 9          1 bit
 *                place 4   /            no bit: it is the same in all texts
 *                place 6   end x …      the end, where some texts end, before every byte
 * </pre>
 *
 * So the places' symbols, one behind the other, order the texts, and say where each ends. Immutable.
 */
final class Alphabets {
    private static final int BYTES = 256;

    private final int places;
    /** By place and byte its symbol; of a byte that is not there, −1 − the first symbol above it, or the symbol count. */
    private final short[] symbols;

    private final boolean[] hasEnd;
    private final int[] widths;
    private final int[] symbolCounts;
    /** Where a place's bits begin, counted from the first; the last one is where all end. */
    private final int[] bitStarts;

    private final int shortest;
    /**
     * The first bits of them all, at most so many: by place and byte its symbol, shifted to where it stands in them; negative
     * if the byte is not there.
     */
    private final int headBits;

    private final int headPlaces;
    private final long[] head;

    /**
     * @param present by place and byte whether it is there; {@code places} times 256
     * @param shortest the bytes of the shortest text behind its stem
     * @param room bits that a packed code has left for them
     */
    Alphabets(boolean[] present, int places, int shortest, int room) {
        this.places = places;
        this.shortest = shortest;
        symbols = new short[places * BYTES];
        hasEnd = new boolean[places];
        widths = new int[places];
        symbolCounts = new int[places];
        bitStarts = new int[places + 1];
        for (int place = 0; place < places; place++) {
            hasEnd[place] = place >= shortest;
            int next = hasEnd[place] ? 1 : 0;
            for (int b = 0; b < BYTES; b++) {
                final int at = place * BYTES + b;
                symbols[at] = (short) (present[at] ? next++ : -1 - next);
            }
            symbolCounts[place] = next;
            widths[place] = FieldCode.bitsFor(next - 1);
            bitStarts[place + 1] = bitStarts[place] + widths[place];
        }
        headBits = Math.min(room, bits());
        int reached = 0;
        while (reached < places && (bitStarts[reached] < headBits || headBits == bits())) {
            reached++;
        }
        headPlaces = reached;
        head = new long[reached * BYTES];
        for (int at = 0; at < head.length; at++) {
            final int behind = headBits - bitStarts[at / BYTES + 1];
            final long symbol = symbols[at];
            head[at] = symbol < 0 ? Long.MIN_VALUE : behind >= 0 ? symbol << behind : symbol >>> -behind;
        }
    }

    int places() {
        return places;
    }

    /** Of all places together. */
    int bits() {
        return bitStarts[places];
    }

    int width(int place) {
        return widths[place];
    }

    /** Whether some text ends before this place. */
    boolean hasEnd(int place) {
        return hasEnd[place];
    }

    int symbolCount(int place) {
        return symbolCounts[place];
    }

    /** The byte's symbol; if it is not there, −1 − the symbol of the next one above it, or −1 − the symbol count. */
    int symbol(int place, byte it) {
        return symbols[place * BYTES + (it & 0xFF)];
    }

    int headBits() {
        return headBits;
    }

    /** The first {@link #headBits} of a text of the column. */
    long head(long text, int length) {
        final int reached = Math.min(length, headPlaces);
        long bits = 0;
        for (int place = 0; place < reached; place++) {
            bits |= head[(place << 8) | (Memory.getByte(text + place) & 0xFF)];
        }
        return bits;
    }

    /** As {@link #head} for any text, where this is all bits; negative if it has a byte or an end that is not there. */
    long exact(byte[] text, int at, int length) {
        if (length < shortest || length > places) {
            return -1;
        }
        long bits = 0;
        for (int place = 0; place < length; place++) {
            bits |= head[(place << 8) | (text[at + place] & 0xFF)];
        }
        return bits;
    }

    /** {@code count} bits from {@code fromBit} on of the symbols of a text of the column, at most 63. */
    long bits(long text, int length, int fromBit, int count) {
        int place = placeOfBit(fromBit);
        int at = bitStarts[place];
        final int end = fromBit + count;
        long bits = 0;
        while (at < end) {
            final int width = widths[place];
            final int taken = Math.min(width, end - at);
            final long symbol = place < length ? symbols[place * BYTES + (Memory.getByte(text + place) & 0xFF)] : 0;
            // What stands before fromBit is pushed out at the top.
            bits = (bits << taken) | (symbol >>> (width - taken));
            at += taken;
            place++;
        }
        return bits & ((1L << count) - 1);
    }

    private int placeOfBit(int bit) {
        int low = 0;
        int high = places;
        while (low + 1 < high) {
            final int mid = (low + high) >>> 1;
            if (bitStarts[mid] <= bit) {
                low = mid;
            } else {
                high = mid;
            }
        }
        return low;
    }
}
