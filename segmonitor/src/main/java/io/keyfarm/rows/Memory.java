package io.keyfarm.rows;

import java.nio.ByteOrder;
import org.agrona.UnsafeApi;

/**
 * Off-heap memory by absolute address: the one class through which rows, keys and heaps are read and written.
 *
 * <p>Nothing here checks bounds. A row number or an index is checked once per batch where it enters; from there on the
 * addresses are computed. All multi-byte values are little-endian; big-endian machines are refused at start.
 */
public final class Memory {
    /** So many bytes behind every allocation may be read (never used), so that short text is read as one long. */
    public static final int READ_PAD_BYTES = 16;

    private static final long BYTES_BASE = UnsafeApi.arrayBaseOffset(byte[].class);

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("Keyfarm needs a little-endian machine, and this one is big-endian");
        }
    }

    private Memory() {}

    /** {@code bytes} of zeroed memory and {@link #READ_PAD_BYTES} more; the caller has reserved them in a ledger. */
    public static long allocate(long bytes) {
        final long address = UnsafeApi.allocateMemory(bytes + READ_PAD_BYTES);
        UnsafeApi.setMemory(address, bytes + READ_PAD_BYTES, (byte) 0);
        return address;
    }

    /** As {@link #allocate}, but what the memory holds is undefined. */
    public static long allocateRaw(long bytes) {
        return UnsafeApi.allocateMemory(bytes + READ_PAD_BYTES);
    }

    static long reallocate(long address, long bytes) {
        return UnsafeApi.reallocateMemory(address, bytes + READ_PAD_BYTES);
    }

    public static void free(long address) {
        UnsafeApi.freeMemory(address);
    }

    public static byte getByte(long address) {
        return UnsafeApi.getByte(address);
    }

    public static short getShort(long address) {
        return UnsafeApi.getShort(address);
    }

    public static int getInt(long address) {
        return UnsafeApi.getInt(address);
    }

    public static long getLong(long address) {
        return UnsafeApi.getLong(address);
    }

    public static void putByte(long address, byte value) {
        UnsafeApi.putByte(address, value);
    }

    public static void putShort(long address, short value) {
        UnsafeApi.putShort(address, value);
    }

    public static void putInt(long address, int value) {
        UnsafeApi.putInt(address, value);
    }

    public static void putLong(long address, long value) {
        UnsafeApi.putLong(address, value);
    }

    public static void copy(long from, long to, long bytes) {
        UnsafeApi.copyMemory(from, to, bytes);
    }

    public static void copy(byte[] from, int fromOffset, long to, int bytes) {
        UnsafeApi.copyMemory(from, BYTES_BASE + fromOffset, null, to, bytes);
    }

    public static void copy(long from, byte[] to, int toOffset, int bytes) {
        UnsafeApi.copyMemory(null, from, to, BYTES_BASE + toOffset, bytes);
    }

    public static void fill(long address, long bytes, byte value) {
        UnsafeApi.setMemory(address, bytes, value);
    }

    /** The order of two runs of unsigned bytes, a shorter one before those it begins. */
    public static int compare(long left, int leftBytes, long right, int rightBytes) {
        final int shared = Math.min(leftBytes, rightBytes);
        int i = 0;
        for (; i + Long.BYTES <= shared; i += Long.BYTES) {
            final long l = getLong(left + i);
            final long r = getLong(right + i);
            if (l != r) {
                return Long.compareUnsigned(Long.reverseBytes(l), Long.reverseBytes(r));
            }
        }
        for (; i < shared; i++) {
            final int difference = (getByte(left + i) & 0xFF) - (getByte(right + i) & 0xFF);
            if (difference != 0) {
                return difference;
            }
        }
        return leftBytes - rightBytes;
    }

    /** As {@link #compare(long, int, long, int)}, the right side on heap. */
    public static int compare(long left, int leftBytes, byte[] right, int rightOffset, int rightBytes) {
        assert rightOffset >= 0 && rightOffset + rightBytes <= right.length : rightOffset + "+" + rightBytes;
        final int shared = Math.min(leftBytes, rightBytes);
        int i = 0;
        for (; i + Long.BYTES <= shared; i += Long.BYTES) {
            final long l = getLong(left + i);
            final long r = UnsafeApi.getLong(right, BYTES_BASE + rightOffset + i);
            if (l != r) {
                return Long.compareUnsigned(Long.reverseBytes(l), Long.reverseBytes(r));
            }
        }
        for (; i < shared; i++) {
            final int difference = (getByte(left + i) & 0xFF) - (right[rightOffset + i] & 0xFF);
            if (difference != 0) {
                return difference;
            }
        }
        return leftBytes - rightBytes;
    }
}
