package io.keyfarm.wire;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the farmer holds all rows of one attempt, each once, in the order in which the slave sent them.
 *
 * <pre>
 *   value = XXH64(rows of the last frame, seed = XXH64(rows of the one before, seed = … 0))
 * </pre>
 *
 * Both sides add every RowsReply as it is sent or accepted, and the slave puts the value into the attempt's end. Chaining by
 * the seed makes the order count. XXH64 (Yann Collet, xxHash) takes 32 bytes a step on four lanes that do not wait for
 * one another. Needed only where a link is not reliable.
 */
public final class AttemptChecksum {
    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;
    private static final boolean IS_BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    private long value;

    /** Forgets everything, for the next attempt. */
    public void reset() {
        value = 0;
    }

    /** Adds a RowsReply: all that stands behind its header, without the end that it may carry. */
    public void addRows(DirectBuffer frame, int offset, int length) {
        value = hash(frame, offset + Frames.HEADER_BYTES, length - Frames.HEADER_BYTES, value);
    }

    /** The checksum of the rows added so far and the two counts of the EndReply; leaves the rows as they are. */
    public long value(long rowCount, long matchingCount) {
        return finish(finish(value ^ round(PRIME_5, rowCount)) ^ round(0, matchingCount));
    }

    static long hash(DirectBuffer buffer, int offset, int length, long seed) {
        buffer.boundsCheck(offset, length);
        return hash(buffer.byteArray(), buffer.addressOffset() + offset, length, seed);
    }

    private static long hash(byte @Nullable [] base, long from, int length, long seed) {
        final long end = from + length;
        long at = from;
        long hash;
        if (length >= 32) {
            long lane1 = seed + PRIME_1 + PRIME_2;
            long lane2 = seed + PRIME_2;
            long lane3 = seed;
            long lane4 = seed - PRIME_1;
            for (final long lastStripe = end - 32; at <= lastStripe; at += 32) {
                lane1 = round(lane1, getLong(base, at));
                lane2 = round(lane2, getLong(base, at + 8));
                lane3 = round(lane3, getLong(base, at + 16));
                lane4 = round(lane4, getLong(base, at + 24));
            }
            hash = Long.rotateLeft(lane1, 1)
                    + Long.rotateLeft(lane2, 7)
                    + Long.rotateLeft(lane3, 12)
                    + Long.rotateLeft(lane4, 18);
            hash = merge(merge(merge(merge(hash, lane1), lane2), lane3), lane4);
        } else {
            hash = seed + PRIME_5;
        }
        hash += length;

        for (; at + 8 <= end; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, getLong(base, at)), 27) * PRIME_1 + PRIME_4;
        }
        if (at + 4 <= end) {
            hash = Long.rotateLeft(hash ^ (getInt(base, at) & 0xFFFF_FFFFL) * PRIME_1, 23) * PRIME_2 + PRIME_3;
            at += 4;
        }
        for (; at < end; at++) {
            hash = Long.rotateLeft(hash ^ (UnsafeApi.getByte(base, at) & 0xFF) * PRIME_5, 11) * PRIME_1;
        }
        return finish(hash);
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }

    private static long finish(long hash) {
        final long a = (hash ^ hash >>> 33) * PRIME_2;
        final long b = (a ^ a >>> 29) * PRIME_3;
        return b ^ b >>> 32;
    }

    private static long getLong(byte @Nullable [] base, long address) {
        final long bits = UnsafeApi.getLong(base, address);
        return IS_BIG_ENDIAN ? Long.reverseBytes(bits) : bits;
    }

    private static int getInt(byte @Nullable [] base, long address) {
        final int bits = UnsafeApi.getInt(base, address);
        return IS_BIG_ENDIAN ? Integer.reverseBytes(bits) : bits;
    }
}
