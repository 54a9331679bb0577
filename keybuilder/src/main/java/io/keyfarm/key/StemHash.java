package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A hash of some bytes, the same of bytes off heap and on heap. Up to sixteen of them, as most stems have, are read as two
 * words without a branch on how many there are.
 */
final class StemHash {
    private static final VarHandle LITTLE_ENDIAN_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int SHORT_BYTES = 2 * Long.BYTES;

    private StemHash() {}

    /** Bytes behind the text may be read, but do not count. */
    static long of(long text, int length) {
        long hash = mix(length, Memory.getLong(text) & firstBytes(length));
        hash = mix(hash, Memory.getLong(text + Long.BYTES) & firstBytes(length - Long.BYTES));
        for (int i = SHORT_BYTES; i < length; i += Long.BYTES) {
            hash = mix(hash, Memory.getLong(text + i) & firstBytes(length - i));
        }
        return end(hash);
    }

    static long of(byte[] text, int at, int length) {
        long hash = mix(length, word(text, at, length));
        hash = mix(hash, word(text, at + Long.BYTES, length - Long.BYTES));
        for (int i = SHORT_BYTES; i < length; i += Long.BYTES) {
            hash = mix(hash, word(text, at + i, length - i));
        }
        return end(hash);
    }

    /** The first {@code count} bytes of a word, none if it is negative, all if it is more than eight. */
    private static long firstBytes(int count) {
        final int bits = 8 * Math.max(0, Math.min(Long.BYTES, count));
        // In two shifts, as one of 64 bits would do nothing.
        return ~(-1L << (bits >>> 1) << (bits - (bits >>> 1)));
    }

    /** The first {@code count} bytes from here on, at most eight, zeros behind them. */
    static long word(byte[] text, int at, int count) {
        if (at >= 0 && at + Long.BYTES <= text.length) {
            return (long) LITTLE_ENDIAN_LONG.get(text, at) & firstBytes(count);
        }
        long word = 0;
        for (int i = Math.min(count, Long.BYTES) - 1; i >= 0; i--) {
            word = (word << 8) | (text[at + i] & 0xFF);
        }
        return word;
    }

    private static long mix(long hash, long word) {
        final long mixed = (hash ^ word) * 0xBF58_476D_1CE4_E5B9L;
        return mixed ^ (mixed >>> 29);
    }

    private static long end(long hash) {
        final long mixed = hash * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 32);
    }
}
