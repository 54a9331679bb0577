package io.keyfarm.key;

import io.keyfarm.rows.Memory;

/**
 * Leaves out the bits that are the same in all codes of a set, so that the others lie close together.
 *
 * <pre>
 *   "42"       0011 0100  0011 0010         digits are 10 of 256 bytes: codes of text come in clusters of clusters
 *   squeezed        0100       0010
 * </pre>
 *
 * The order stays the same. A code that differs from the set in a bit left out is rounded up to the next that could be in
 * it, so a lower bound among squeezed codes is a lower bound among the codes. Compression by parallel suffix, as in
 * Warren, Hacker's Delight, 7-4. Immutable.
 */
final class BitSqueeze {
    private static final int STEPS = 6;

    private final long kept;
    private final long same;
    private final long[] moves = new long[STEPS];
    private final boolean isNeeded;

    private BitSqueeze(long kept, long same) {
        this.kept = kept;
        this.same = same;
        isNeeded = (kept & (kept + 1)) != 0;
        long mask = kept;
        long zerosBelow = ~kept << 1;
        for (int i = 0; i < STEPS; i++) {
            long parity = zerosBelow ^ (zerosBelow << 1);
            parity ^= parity << 2;
            parity ^= parity << 4;
            parity ^= parity << 8;
            parity ^= parity << 16;
            parity ^= parity << 32;
            final long move = parity & mask;
            moves[i] = move;
            mask = (mask ^ move) | (move >>> (1 << i));
            zerosBelow &= ~parity;
        }
    }

    /** For the codes at this address; does nothing if those bits that vary lie together at the low end. */
    static BitSqueeze of(long codes, int count, BuildTurns turns) {
        long and = -1;
        long or = 0;
        for (int from = 0; from < count; from = BuildTurns.end(from, count)) {
            final int to = BuildTurns.end(from, count);
            and &= and(codes, from, to);
            or |= or(codes, from, to);
            turns.onRows(to - from);
        }
        final long kept = and ^ or;
        return new BitSqueeze(kept, and & ~kept);
    }

    private static long and(long codes, int from, int to) {
        long and = -1;
        for (int i = from; i < to; i++) {
            and &= Memory.getLong(codes + 8L * i);
        }
        return and;
    }

    private static long or(long codes, int from, int to) {
        long or = 0;
        for (int i = from; i < to; i++) {
            or |= Memory.getLong(codes + 8L * i);
        }
        return or;
    }

    /** The same order, fewer bits; see above for codes that are not in the set. */
    long squeeze(long code) {
        if (!isNeeded) {
            return code;
        }
        final long wrong = (code ^ same) & ~kept;
        if (wrong == 0) {
            return compress(code);
        }
        final long highest = Long.highestOneBit(wrong);
        // All of the set that agrees above that bit is greater, or all of it is less.
        return (code & highest) == 0 ? compress(code & -highest) : compress(code | (highest - 1)) + 1;
    }

    private long compress(long code) {
        long bits = code & kept;
        for (int i = 0; i < STEPS; i++) {
            final long move = bits & moves[i];
            bits = (bits ^ move) | (move >>> (1 << i));
        }
        return bits;
    }
}
