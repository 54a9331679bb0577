package io.keyfarm.key.build;

import io.keyfarm.rows.Memory;

/**
 * Sorts pairs of a code and a row number, off heap, by LSD radix: stable, so equal codes keep the order they came in.
 *
 * <pre>
 *   code   | digit 2 | digit 1 | digit 0 |     8 to 11 bits each; all histograms in one pass
 *   pass 0   scatter by digit 0, here to there;  pass 1  by digit 1, there to here; …
 * </pre>
 *
 * A digit that is the same in all codes costs no pass. Not thread-safe: the histograms are reused.
 */
final class RadixSort {
    private static final int FEW = 48;
    private static final int MAX_DIGIT_BITS = 11;

    private final int[] histogram = new int[8 << MAX_DIGIT_BITS];
    private final int[] next = new int[1 << MAX_DIGIT_BITS];

    /**
     * Sorts {@code count} pairs by the low {@code bits} of their codes.
     *
     * @return whether the sorted pairs stand in the second pair of arrays, and not in the first
     */
    boolean sort(long codes, long rows, long otherCodes, long otherRows, int count, int bits) {
        if (count <= FEW) {
            insert(codes, rows, count);
            return false;
        }
        final int most = count < 1 << 16 ? 8 : MAX_DIGIT_BITS;
        final int digits = (bits + most - 1) / most;
        final int digitBits = digits == 0 ? 0 : (bits + digits - 1) / digits;
        countDigits(codes, count, digits, digitBits);

        long fromCodes = codes;
        long fromRows = rows;
        long toCodes = otherCodes;
        long toRows = otherRows;
        for (int digit = 0; digit < digits; digit++) {
            if (startBuckets(digit, digitBits, count)) {
                scatter(fromCodes, fromRows, toCodes, toRows, count, digit * digitBits, (1 << digitBits) - 1);
                final long codesBefore = fromCodes;
                final long rowsBefore = fromRows;
                fromCodes = toCodes;
                fromRows = toRows;
                toCodes = codesBefore;
                toRows = rowsBefore;
            }
        }
        return fromCodes != codes;
    }

    private void scatter(long codes, long rows, long toCodes, long toRows, int count, int shift, int mask) {
        final int[] places = next;
        for (long i = 0; i < count; i++) {
            final long code = Memory.getLong(codes + 8 * i);
            final long place = places[(int) (code >>> shift) & mask]++;
            Memory.putLong(toCodes + 8 * place, code);
            Memory.putInt(toRows + 4 * place, Memory.getInt(rows + 4 * i));
        }
    }

    /**
     * Sorts {@code count} longs by their bits from {@code fromBit} to {@code toBit}.
     *
     * @return whether the sorted ones stand in {@code other}
     */
    boolean sortLongs(long longs, long other, int count, int fromBit, int toBit) {
        final int most = count < 1 << 16 ? 8 : MAX_DIGIT_BITS;
        final int digits = (toBit - fromBit + most - 1) / most;
        final int digitBits = digits == 0 ? 0 : (toBit - fromBit + digits - 1) / digits;
        countDigitsFrom(longs, count, digits, digitBits, fromBit);
        long from = longs;
        long to = other;
        for (int digit = 0; digit < digits; digit++) {
            if (startBuckets(digit, digitBits, count)) {
                scatterLongs(from, to, count, fromBit + digit * digitBits, (1 << digitBits) - 1);
                final long before = from;
                from = to;
                to = before;
            }
        }
        return from != longs;
    }

    private void scatterLongs(long from, long to, int count, int shift, int mask) {
        final int[] places = next;
        for (long i = 0; i < count; i++) {
            final long it = Memory.getLong(from + 8 * i);
            final long place = places[(int) (it >>> shift) & mask]++;
            Memory.putLong(to + 8 * place, it);
        }
    }

    private void countDigits(long codes, int count, int digits, int digitBits) {
        countDigitsFrom(codes, count, digits, digitBits, 0);
    }

    private void countDigitsFrom(long codes, int count, int digits, int digitBits, int fromBit) {
        final int[] counts = histogram;
        final int size = 1 << digitBits;
        java.util.Arrays.fill(counts, 0, digits << digitBits, 0);
        final int mask = size - 1;
        for (long i = 0; i < count; i++) {
            long code = Memory.getLong(codes + 8 * i) >>> fromBit;
            for (int place = 0; place < digits << digitBits; place += size) {
                counts[place + ((int) code & mask)]++;
                code >>>= digitBits;
            }
        }
    }

    /** Turns a digit's counts into the places where its buckets begin; false if one bucket holds all. */
    private boolean startBuckets(int digit, int digitBits, int count) {
        int place = 0;
        for (int i = 0; i < 1 << digitBits; i++) {
            final int inBucket = histogram[(digit << digitBits) + i];
            if (inBucket == count) {
                return false;
            }
            next[i] = place;
            place += inBucket;
        }
        return true;
    }

    private static void insert(long codes, long rows, int count) {
        for (int i = 1; i < count; i++) {
            final long code = Memory.getLong(codes + 8L * i);
            final int row = Memory.getInt(rows + 4L * i);
            int to = i;
            while (to > 0 && Memory.getLong(codes + 8L * (to - 1)) > code) {
                Memory.putLong(codes + 8L * to, Memory.getLong(codes + 8L * (to - 1)));
                Memory.putInt(rows + 4L * to, Memory.getInt(rows + 4L * (to - 1)));
                to--;
            }
            Memory.putLong(codes + 8L * to, code);
            Memory.putInt(rows + 4L * to, row);
        }
    }
}
