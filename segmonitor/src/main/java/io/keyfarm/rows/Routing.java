package io.keyfarm.rows;

import org.agrona.DirectBuffer;

/**
 * Which of several channels a value leads to: by hash, so that whoever has the value finds the channel without asking.
 * Equal values have equal hashes wherever they stand: in a row, or among a query's parameters.
 *
 * <pre>
 *   number   its {@link Sortable} form          text   its bytes, a char(n) padded
 *   hash     64 bits, well mixed                channel   the upper 32 of them, scaled to the number of channels
 * </pre>
 */
public final class Routing {
    private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

    private Routing() {}

    public static int channel(long hash, int channelCount) {
        return (int) (((hash >>> Integer.SIZE) * channelCount) >>> Integer.SIZE);
    }

    public static long hash(long sortable) {
        return mixed(sortable * FACTOR);
    }

    /** Of bytes anywhere in memory. */
    public static long hash(long address, int length) {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ Memory.getByte(address + i)) * FACTOR;
        }
        return mixed(hash);
    }

    public static long hash(DirectBuffer buffer, int offset, int length) {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ buffer.getByte(offset + i)) * FACTOR;
        }
        return mixed(hash);
    }

    /** The value of a field that is not null; {@code address} is the field's own. */
    public static long hashOf(FieldType type, long address, long[] heapBases) {
        if (type.kind() == FieldKind.CHAR) {
            return hash(address, type.length());
        }
        return type.kind().isText()
                ? hash(TextSlot.address(address, heapBases), TextSlot.length(address))
                : hash(Sortable.read(type.kind(), address));
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014): each bit depends on all. */
    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }
}
