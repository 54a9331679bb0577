package io.keyfarm.key.build;

import io.keyfarm.rows.Memory;
import java.util.Arrays;

/**
 * The values of one field met so far, numbered as they came, found by hash. Of numbers the sortable is the value; of texts,
 * an address and a length.
 */
final class DistinctValues {
    private static final int NONE = -1;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private int[] slots = filled(1 << 10);
    private int[] hashes = new int[1 << 9];
    private long[] entries = new long[1 << 9];
    private int[] lengths = new int[1 << 9];
    private int count;

    int count() {
        return count;
    }

    /** The sortable, or the text's address. */
    long entry(int number) {
        return entries[number];
    }

    int length(int number) {
        return lengths[number];
    }

    int numberOf(long sortable) {
        final int hash = fold(sortable * MIX);
        for (int slot = hash & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
            final int number = slots[slot];
            if (number == NONE) {
                return add(slot, hash, sortable, 0);
            }
            if (entries[number] == sortable) {
                return number;
            }
        }
    }

    int numberOfText(long address, int length) {
        final int hash = hash(address, length);
        for (int slot = hash & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
            final int number = slots[slot];
            if (number == NONE) {
                return add(slot, hash, address, length);
            }
            if (hashes[number] == hash && Memory.compare(entries[number], lengths[number], address, length) == 0) {
                return number;
            }
        }
    }

    private static int hash(long address, int length) {
        long hash = length;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            hash = (hash ^ Memory.getLong(address + i)) * MIX;
            hash ^= hash >>> 32;
        }
        for (; i < length; i++) {
            hash = (hash ^ Memory.getByte(address + i)) * MIX;
        }
        return fold(hash);
    }

    private static int fold(long hash) {
        return (int) (hash >>> 32 ^ hash >>> 15);
    }

    private int add(int slot, int hash, long entry, int length) {
        if (count == entries.length) {
            hashes = Arrays.copyOf(hashes, count * 2);
            entries = Arrays.copyOf(entries, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        slots[slot] = count;
        hashes[count] = hash;
        entries[count] = entry;
        lengths[count] = length;
        count++;
        if (count * 2 > slots.length) {
            grow();
        }
        return count - 1;
    }

    private void grow() {
        slots = filled(slots.length * 2);
        for (int number = 0; number < count; number++) {
            int slot = hashes[number] & (slots.length - 1);
            while (slots[slot] != NONE) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = number;
        }
    }

    private static int[] filled(int length) {
        final int[] slots = new int[length];
        Arrays.fill(slots, NONE);
        return slots;
    }
}
