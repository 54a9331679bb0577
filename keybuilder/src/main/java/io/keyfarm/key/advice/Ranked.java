package io.keyfarm.key.advice;

import java.util.Arrays;

/** Places in an array by what stands there, the greatest first; equal ones in their order. */
final class Ranked {
    private static final long LOW_BITS = 0xFFFF_FFFFL;

    private Ranked() {}

    /** Those above 0, at most so many. */
    static int[] descending(double[] values, int most) {
        final long[] packed = new long[values.length];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                // Bits of positive numbers sort as the numbers do; 32 of them are enough to rank by.
                packed[count++] = -(Double.doubleToRawLongBits(values[i]) >>> 32) << 32 | i;
            }
        }
        Arrays.sort(packed, 0, count);
        final int[] places = new int[Math.min(count, most)];
        for (int i = 0; i < places.length; i++) {
            places[i] = (int) (packed[i] & LOW_BITS);
        }
        return places;
    }
}
