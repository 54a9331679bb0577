package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one thread counted between two drains: shapes as numbers, in Space-Saving counters (Metwally, Agrawal, El Abbadi, 2005).
 * When all are taken, a new shape takes over the least one's and its count, which it may then owe in full.
 *
 * <pre>
 *   entry   hash | count | owed | codes: field, use | field, use | …      predicates: 8 slots of 256 bytes
 *   slot    bytes 2 | per field: length 2, its encoded set |
 * </pre>
 *
 * Of a shape's n-th query the predicate is kept with the chance 8/n, in a random slot (Vitter's R). One that does not fit is
 * counted and not kept. Counting allocates nothing.
 */
final class StripeHalf {
    static final int SHAPES = 64;
    static final int SLOTS = 8;
    static final int SLOT_BYTES = 256;

    private static final int TABLE = SHAPES * 4;
    private static final int FIELDS = KeySpec.MAX_FIELDS;

    private final long[] hashes = new long[SHAPES];
    private final long[] counts = new long[SHAPES];
    private final long[] owed = new long[SHAPES];
    private final byte[] widths = new byte[SHAPES];
    private final int[] codes = new int[SHAPES * FIELDS];
    /** Open addressing: the entry plus one, or 0. */
    private final byte[] table = new byte[TABLE];

    private final UnsafeBuffer predicates = new UnsafeBuffer(new byte[SHAPES * SLOTS * SLOT_BYTES]);
    private final int[] asked = new int[FIELDS];
    private int size;
    private long random;

    StripeHalf(long seed) {
        random = seed | 1;
    }

    void count(int[] fields, int fieldCount, @Nullable SegmentMonitor[] monitors) {
        int width = 0;
        long hash = 0;
        for (int i = 0; i < fieldCount && width < FIELDS; i++) {
            final SegmentMonitor monitor = monitors[fields[i]];
            final int use = monitor == null ? FieldUse.NONE : FieldUse.code(monitor);
            if (use != FieldUse.NONE) {
                asked[width] = fields[i] << Byte.SIZE | use;
                hash = (hash ^ asked[width++]) * 0x9E37_79B9_7F4A_7C15L;
                hash ^= hash >>> 29;
            }
        }
        final int entry = entry(hash, width);
        final long nth = ++counts[entry] - owed[entry];
        final long slot = nth <= SLOTS ? nth - 1 : Long.remainderUnsigned(next(), nth);
        if (slot < SLOTS) {
            keep((entry * SLOTS + (int) slot) * SLOT_BYTES, width, monitors);
        }
    }

    private int entry(long hash, int width) {
        int at = place(hash);
        while (table[at] != 0) {
            final int entry = table[at] - 1;
            if (hashes[entry] == hash && isSame(entry, width)) {
                return entry;
            }
            at = (at + 1) & (TABLE - 1);
        }
        return size < SHAPES ? put(size++, hash, width, 0) : replaceLeast(hash, width);
    }

    private static int place(long hash) {
        return (int) (hash >>> 40) & (TABLE - 1);
    }

    private boolean isSame(int entry, int width) {
        return widths[entry] == width && Arrays.equals(codes, entry * FIELDS, entry * FIELDS + width, asked, 0, width);
    }

    private int replaceLeast(long hash, int width) {
        int least = 0;
        for (int i = 1; i < SHAPES; i++) {
            least = counts[i] < counts[least] ? i : least;
        }
        final long debt = counts[least];
        hashes[least] = hash;
        Arrays.fill(table, (byte) 0);
        for (int i = 0; i < SHAPES; i++) {
            if (i != least) {
                enter(i);
            }
        }
        return put(least, hash, width, debt);
    }

    private int put(int entry, long hash, int width, long debt) {
        hashes[entry] = hash;
        counts[entry] = debt;
        owed[entry] = debt;
        widths[entry] = (byte) width;
        System.arraycopy(asked, 0, codes, entry * FIELDS, width);
        for (int slot = 0; slot < SLOTS; slot++) {
            predicates.putShort((entry * SLOTS + slot) * SLOT_BYTES, (short) 0);
        }
        enter(entry);
        return entry;
    }

    private void enter(int entry) {
        int at = place(hashes[entry]);
        while (table[at] != 0) {
            at = (at + 1) & (TABLE - 1);
        }
        table[at] = (byte) (entry + 1);
    }

    private void keep(int slot, int width, @Nullable SegmentMonitor[] monitors) {
        int at = slot + 2;
        predicates.putShort(slot, (short) 0);
        for (int i = 0; i < width; i++) {
            final SegmentMonitor monitor = monitors[asked[i] >>> Byte.SIZE];
            assert monitor != null : "was asked";
            if (monitor.rangeCount() > SLOT_BYTES || monitor.encodedBytes() > slot + SLOT_BYTES - at - 2) {
                return;
            }
            final int bytes = monitor.encode(predicates, at + 2);
            predicates.putShort(at, (short) bytes);
            at += 2 + bytes;
        }
        predicates.putShort(slot, (short) (at - slot - 2));
    }

    private long next() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random;
    }

    void clear() {
        size = 0;
        Arrays.fill(table, (byte) 0);
    }

    int size() {
        return size;
    }

    long count(int entry) {
        return counts[entry];
    }

    long owed(int entry) {
        return owed[entry];
    }

    int width(int entry) {
        return widths[entry];
    }

    int field(int entry, int index) {
        return codes[entry * FIELDS + index] >>> Byte.SIZE;
    }

    FieldUse use(int entry, int index) {
        return FieldUse.of(codes[entry * FIELDS + index] & 0xFF);
    }

    /** Where the slot's first field stands, or −1 if nothing is kept there. */
    int predicateOffset(int entry, int slot) {
        final int at = (entry * SLOTS + slot) * SLOT_BYTES;
        return predicates.getShort(at) == 0 ? -1 : at + 2;
    }

    UnsafeBuffer predicates() {
        return predicates;
    }
}
