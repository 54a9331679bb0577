package io.keyfarm.slave;

import org.agrona.BitUtil;

/**
 * Chooses one query of each so many, at a random place among them: so none is chosen more often for coming at regular times,
 * and no two stretches differ by more than one.
 *
 * <pre>
 *   |..x.....|.....x..|x.......|      one of each 8
 * </pre>
 *
 * For one thread, and made for passing over: that costs a subtraction.
 */
final class EachOf {
    private final int stride;
    private long random;

    // Those of many threads must not share a cache line.
    @SuppressWarnings("unused")
    private long p1, p2, p3, p4, p5, p6, p7;

    /** So many queries come before the chosen one. */
    private long left;

    /** How many of its stretch come before the chosen one. */
    private int place;

    @SuppressWarnings("unused")
    private long q1, q2, q3, q4, q5, q6, q7;

    /** @param stride a power of two */
    EachOf(int stride, long seed) {
        assert BitUtil.isPowerOfTwo(stride) : stride;
        this.stride = stride;
        random = seed | 1;
        place = next();
        left = place;
    }

    /** Passes over so many queries; answers as how many the chosen ones among them count, which is mostly 0. */
    long weightOf(int queries) {
        left -= queries;
        return left >= 0 ? 0 : chosen();
    }

    private long chosen() {
        long weight = 0;
        while (left < 0) {
            weight += stride;
            left += stride - place;
            place = next();
            left += place;
        }
        return weight;
    }

    private int next() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) (random >>> 32) & (stride - 1);
    }
}
