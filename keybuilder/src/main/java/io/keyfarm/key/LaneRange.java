package io.keyfarm.key;

/**
 * Which of several codes in one long lie in a range of codes, all at once and without a branch.
 *
 * <pre>
 *   word      | 17 | 3 | 250 | 12 | 12 | 0 | 9 | 255 |      eight codes of a byte, or four of two, or two of four
 *   [3, 12]   |    | x |     | x  | x  |   | x |     |      the highest bit of each lane
 * </pre>
 *
 * The range's low end is taken from each lane, and the rest compared with its length (Warren, "Hacker's Delight", 2-18).
 */
final class LaneRange {
    /** The highest bit of each lane. */
    private long top;

    private long low;
    private long notLowTop;
    private long room;
    private long isShort;

    /** From one code to another, both among them, of lanes of 8, 16 or 32 bits. */
    void bind(int laneBits, long lowCode, long highCode) {
        final long ones = Long.divideUnsigned(-1, (1L << laneBits) - 1);
        final long half = 1L << (laneBits - 1);
        final long span = highCode - lowCode;
        assert 0 <= lowCode && 0 <= span && highCode < 2 * half : lowCode + " to " + highCode;
        top = half * ones;
        low = (lowCode & (half - 1)) * ones;
        notLowTop = ~(lowCode * ones) & top;
        room = (half - 1 - (span & (half - 1))) * ones;
        isShort = span < half ? -1 : 0;
    }

    /** Admits nothing. */
    void bindNothing() {
        top = 0;
        low = 0;
        notLowTop = 0;
        room = 0;
        isShort = 0;
    }

    /** The highest bit of each lane that lies in the range. */
    long inside(long word) {
        final long rest = ((word | top) - low) ^ ((word & top) ^ notLowTop);
        final long sum = (rest & ~top) + room;
        final long above = (sum & rest) | ((sum | rest) & isShort);
        return ~above & top;
    }
}
