package io.keyfarm.segmonitor;

import java.util.Arrays;

/**
 * Keeps row numbers whose values, gathered as numbers, lie in ranges. Without a branch on data: conditions are computed
 * as 0 or 1, since a guess that goes wrong costs more than the whole row.
 *
 * <pre>
 *   one range      one subtraction, one unsigned comparison
 *   many, close    a bit for every number between the least and the greatest, made once enough rows came to pay for it
 *   many, wide     binary search
 * </pre>
 */
final class NumberFilter {
    /** 64 KiB: it should leave room in the second-level cache. */
    private static final int MAX_BITS = 1 << 19;

    private long[] lows = {};
    private long[] highs = {};
    private int rangeCount;
    private long[] bits = {};
    private boolean hasBits;
    private long rowsSeen;

    /** Takes the ranges, at least one; the arrays stay the caller's and stand still until the next call. */
    void prepare(long[] rangeLows, long[] rangeHighs, int count) {
        lows = rangeLows;
        highs = rangeHighs;
        rangeCount = count;
        hasBits = false;
        rowsSeen = 0;
    }

    /** A number that lies in a range, or one that does not. */
    long example(boolean inside) {
        if (inside) {
            return lows[0];
        }
        if (lows[0] != Long.MIN_VALUE) {
            return lows[0] - 1;
        }
        assert highs[0] != Long.MAX_VALUE : "all numbers are inside";
        return highs[0] + 1;
    }

    /** Moves those row numbers of a block that match from {@code from} to {@code to}; answers where they end. */
    int keep(long[] values, int block, int[] rowNumbers, int from, int to) {
        if (rangeCount == 1) {
            return keepOneRange(values, block, rowNumbers, from, to);
        }
        if (!hasBits) {
            makeBitsIfTheyPay(block);
        }
        return hasBits
                ? keepByBits(values, block, rowNumbers, from, to)
                : keepBySearch(values, block, rowNumbers, from, to);
    }

    private int keepOneRange(long[] values, int block, int[] rowNumbers, int from, int to) {
        final long low = lows[0];
        final long span = highs[0] - low;
        int kept = to;
        for (int i = 0; i < block; i++) {
            rowNumbers[kept] = rowNumbers[from + i];
            kept += 1 - below(span, values[i] - low);
        }
        return kept;
    }

    private int keepByBits(long[] values, int block, int[] rowNumbers, int from, int to) {
        final long[] words = bits;
        final long low = lows[0];
        final long span = highs[rangeCount - 1] - low;
        int kept = to;
        for (int i = 0; i < block; i++) {
            final long bit = values[i] - low;
            final int inside = 1 - below(span, bit);
            rowNumbers[kept] = rowNumbers[from + i];
            kept += (int) (words[(int) bit >>> 6 & -inside] >>> bit) & inside;
        }
        return kept;
    }

    private int keepBySearch(long[] values, int block, int[] rowNumbers, int from, int to) {
        final long[] rangeLows = lows;
        final long[] rangeHighs = highs;
        int kept = to;
        for (int i = 0; i < block; i++) {
            final long value = values[i];
            int first = 0;
            // The first range that ends at the value or behind it is among [first, first + left), or there is none.
            for (int left = rangeCount; left > 1; ) {
                final int half = left >>> 1;
                first += half & -signedBelow(rangeHighs[first + half - 1], value);
                left -= half;
            }
            rowNumbers[kept] = rowNumbers[from + i];
            kept += 1 - below(rangeHighs[first] - rangeLows[first], value - rangeLows[first]);
        }
        return kept;
    }

    /** 1 if {@code left} is less than {@code right}, both unsigned, else 0 (Warren, "Hacker's Delight", 2-12). */
    private static int below(long left, long right) {
        return (int) (((~left & right) | ((~left | right) & (left - right))) >>> 63);
    }

    private static int signedBelow(long left, long right) {
        return (int) (((left & ~right) | (~(left ^ right) & (left - right))) >>> 63);
    }

    private void makeBitsIfTheyPay(int block) {
        rowsSeen += block;
        final long span = highs[rangeCount - 1] - lows[0];
        // Clearing a word and setting a range cost about what searching for a row does.
        if (span < 0 || span >= MAX_BITS || rowsSeen < (span >>> 6) + rangeCount) {
            return;
        }
        final int words = (int) (span >>> 6) + 1;
        if (bits.length < words) {
            bits = new long[Math.max(words, Math.min(bits.length * 2, MAX_BITS >>> 6))];
        }
        Arrays.fill(bits, 0, words, 0);
        for (int i = 0; i < rangeCount; i++) {
            final int last = (int) (highs[i] - lows[0]);
            for (int bit = (int) (lows[i] - lows[0]); bit <= last; bit++) {
                bits[bit >>> 6] |= 1L << bit;
            }
        }
        hasBits = true;
    }
}
