package io.keyfarm.key.build;

import io.keyfarm.key.BuildTurns;
import io.keyfarm.rows.Memory;
import java.util.Arrays;

/**
 * Sorts pairs of a code and a row number, off heap, by LSD radix: stable, so equal codes keep the order they came in.
 *
 * <pre>
 *   code   | digit 2 | digit 1 | digit 0 |     8 to 11 bits each; all histograms in one pass
 *   pass 0   scatter by digit 0, here to there;  pass 1  by digit 1, there to here; …
 * </pre>
 *
 * A digit that is the same in all codes costs no pass. Of many long codes only the leading bits are sorted so, about as
 * many as tell most rows apart; then the short runs that agree in these are put right where they stand:
 *
 * <pre>
 *   4 million codes of 62 bits     33 leading bits: 3 passes, not 6     | run | | run | …   insertion, or radix if long
 * </pre>
 *
 * Not thread-safe: the histograms are reused.
 */
final class RadixSort {
    private static final int FEW = 48;
    private static final int MAX_DIGIT_BITS = 11;
    private static final int MANY = 1 << 16;
    /** Bits beyond those that could number the rows: so that the rows which agree in all are few. */
    private static final int SPARE_BITS = 8;

    private static final int SAMPLE = 1024;

    private final int[] histogram = new int[8 << MAX_DIGIT_BITS];
    private final int[] next = new int[1 << MAX_DIGIT_BITS];
    private final BuildTurns turns;

    RadixSort(BuildTurns turns) {
        this.turns = turns;
    }

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
        final int low = bits - leadingBits(codes, count, bits);
        final boolean isMoved = sortFrom(codes, rows, otherCodes, otherRows, count, low, bits);
        if (low > 0 && isMoved) {
            sortRuns(otherCodes, otherRows, codes, rows, count, low);
        } else if (low > 0) {
            sortRuns(codes, rows, otherCodes, otherRows, count, low);
        }
        return isMoved;
    }

    /** By so many leading bits the passes sort; by all of them if too many rows agree in fewer. */
    private static int leadingBits(long codes, int count, int bits) {
        final int telling = Integer.SIZE - Integer.numberOfLeadingZeros(count) + SPARE_BITS;
        final int leading = (telling + MAX_DIGIT_BITS - 1) / MAX_DIGIT_BITS * MAX_DIGIT_BITS;
        if (count < MANY || bits <= leading + MAX_DIGIT_BITS) {
            return bits;
        }
        final long[] sample = new long[SAMPLE];
        for (int i = 0; i < SAMPLE; i++) {
            sample[i] = Memory.getLong(codes + 8L * ((long) i * count / SAMPLE)) >>> (bits - leading);
        }
        Arrays.sort(sample);
        int alike = 0;
        for (int i = 1; i < SAMPLE; i++) {
            alike += sample[i] == sample[i - 1] ? 1 : 0;
        }
        // So few may be in long runs, which take further passes.
        return alike <= SAMPLE / 16 ? leading : bits;
    }

    /** Sorts within the runs that agree in all bits from {@code low} on. */
    private void sortRuns(long codes, long rows, long otherCodes, long otherRows, int count, int low) {
        int start = 0;
        while (start < count) {
            final int end =
                    sortRuns(codes, rows, otherCodes, otherRows, start, BuildTurns.end(start, count), count, low);
            turns.onRows(end - start);
            start = end;
        }
    }

    /** Those that begin from {@code from} to {@code to}; answers where the last one ends. */
    private int sortRuns(long codes, long rows, long otherCodes, long otherRows, int from, int to, int count, int low) {
        int start = from;
        while (start < to) {
            final long lead = Memory.getLong(codes + 8L * start) >>> low;
            int end = start + 1;
            while (end < count && Memory.getLong(codes + 8L * end) >>> low == lead) {
                end++;
            }
            final int run = end - start;
            final long runCodes = codes + 8L * start;
            final long runRows = rows + 4L * start;
            if (run > 1 && sort(runCodes, runRows, otherCodes + 8L * start, otherRows + 4L * start, run, low)) {
                turns.copy(otherCodes + 8L * start, runCodes, run, Long.BYTES);
                turns.copy(otherRows + 4L * start, runRows, run, Integer.BYTES);
            }
            start = end;
        }
        return start;
    }

    /** By the bits from {@code low} to {@code bits}, in as many passes; answers as {@link #sort}. */
    private boolean sortFrom(long codes, long rows, long otherCodes, long otherRows, int count, int low, int bits) {
        final int most = count < MANY ? 8 : MAX_DIGIT_BITS;
        final int digits = (bits - low + most - 1) / most;
        final int digitBits = digits == 0 ? 0 : (bits - low + digits - 1) / digits;
        countDigitsFrom(codes, count, digits, digitBits, low);

        long fromCodes = codes;
        long fromRows = rows;
        long toCodes = otherCodes;
        long toRows = otherRows;
        for (int digit = 0; digit < digits; digit++) {
            if (startBuckets(digit, digitBits, count)) {
                scatter(fromCodes, fromRows, toCodes, toRows, count, low + digit * digitBits, (1 << digitBits) - 1);
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
        for (int from = 0; from < count; from = BuildTurns.end(from, count)) {
            final int stretch = BuildTurns.end(from, count) - from;
            scatterStretch(codes + 8L * from, rows + 4L * from, toCodes, toRows, stretch, shift, mask);
            turns.onRows(stretch);
        }
    }

    private void scatterStretch(long codes, long rows, long toCodes, long toRows, int count, int shift, int mask) {
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
        final int most = count < MANY ? 8 : MAX_DIGIT_BITS;
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
        for (int start = 0; start < count; start = BuildTurns.end(start, count)) {
            final int stretch = BuildTurns.end(start, count) - start;
            scatterStretch(from + 8L * start, to, stretch, shift, mask);
            turns.onRows(stretch);
        }
    }

    private void scatterStretch(long from, long to, int count, int shift, int mask) {
        final int[] places = next;
        for (long i = 0; i < count; i++) {
            final long it = Memory.getLong(from + 8 * i);
            final long place = places[(int) (it >>> shift) & mask]++;
            Memory.putLong(to + 8 * place, it);
        }
    }

    private void countDigitsFrom(long codes, int count, int digits, int digitBits, int fromBit) {
        Arrays.fill(histogram, 0, digits << digitBits, 0);
        for (int from = 0; from < count; from = BuildTurns.end(from, count)) {
            final int stretch = BuildTurns.end(from, count) - from;
            countStretch(codes + 8L * from, stretch, digits, digitBits, fromBit);
            turns.onRows(stretch);
        }
    }

    private void countStretch(long codes, int count, int digits, int digitBits, int fromBit) {
        final int[] counts = histogram;
        final int size = 1 << digitBits;
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
