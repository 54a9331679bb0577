package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import java.util.Objects;
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
 * A query may stand for others that were not counted, and then weighs as much as they do. The predicate of one of weight w is
 * kept with the chance 8w/n, where its shape weighs n by then, in a random slot (Vitter's R; Chao, 1982, with weights). One
 * that does not fit is counted and not kept. Counting allocates nothing but, once for each entry, its slots.
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

    /** The slots of an entry; null before it is first taken, for few tables are asked so many shapes. */
    private final @Nullable UnsafeBuffer[] predicates = new UnsafeBuffer[SHAPES];
    /** How many of an entry's slots were filled, which some predicates were too long for. */
    private final byte[] filled = new byte[SHAPES];

    private final int[] asked = new int[FIELDS];
    private int size;
    private int calls;
    private long random;

    StripeHalf(long seed) {
        random = seed | 1;
    }

    void count(int[] fields, int fieldCount, @Nullable SegmentMonitor[] monitors, long weight) {
        calls++;
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
        counts[entry] += weight;
        final int slot = filled[entry] < SLOTS ? filled[entry]++ : slotFor(weight, counts[entry] - owed[entry]);
        if (slot < SLOTS) {
            keep(slots(entry), slot * SLOT_BYTES, width, monitors);
        }
    }

    /** A random slot, or none. */
    private int slotFor(long weight, long all) {
        // Slots are as wide as the weight.
        final long place = Long.remainderUnsigned(next(), Math.max(all, SLOTS * weight)) / weight;
        return (int) Math.min(place, SLOTS);
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
        filled[entry] = 0;
        if (predicates[entry] == null) {
            predicates[entry] = new UnsafeBuffer(new byte[SLOTS * SLOT_BYTES]);
        }
        enter(entry);
        return entry;
    }

    private UnsafeBuffer slots(int entry) {
        return Objects.requireNonNull(predicates[entry]);
    }

    private void enter(int entry) {
        int at = place(hashes[entry]);
        while (table[at] != 0) {
            at = (at + 1) & (TABLE - 1);
        }
        table[at] = (byte) (entry + 1);
    }

    private void keep(UnsafeBuffer slots, int slot, int width, @Nullable SegmentMonitor[] monitors) {
        int at = slot + 2;
        slots.putShort(slot, (short) 0);
        for (int i = 0; i < width; i++) {
            final SegmentMonitor monitor = monitors[asked[i] >>> Byte.SIZE];
            assert monitor != null : "was asked";
            if (monitor.rangeCount() > SLOT_BYTES || monitor.encodedBytes() > slot + SLOT_BYTES - at - 2) {
                return;
            }
            final int bytes = monitor.encode(slots, at + 2);
            slots.putShort(at, (short) bytes);
            at += 2 + bytes;
        }
        slots.putShort(slot, (short) (at - slot - 2));
    }

    private long next() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random;
    }

    void clear() {
        size = 0;
        calls = 0;
        Arrays.fill(table, (byte) 0);
    }

    /** How often it was counted since it was cleared, whatever that weighed. */
    int calls() {
        return calls;
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

    /** How many slots may hold a predicate. */
    int filled(int entry) {
        return filled[entry];
    }

    /** Where the slot's first field stands, or −1 if nothing is kept there. */
    int predicateOffset(int entry, int slot) {
        final int at = slot * SLOT_BYTES;
        return slots(entry).getShort(at) == 0 ? -1 : at + 2;
    }

    UnsafeBuffer predicates(int entry) {
        return slots(entry);
    }
}
