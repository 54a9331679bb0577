package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import java.util.Arrays;

/** Gathers the distinct stems of a column, up to a limit. On heap. */
final class StemGatherer {
    /** Not more than about what a processor's cache holds. */
    private static final int MAX_BYTES = 2 << 20;

    private byte[] arena = new byte[1 << 10];
    private int[] ends = new int[1 << 6];
    private long[] hashes = new long[1 << 6];
    /** The place of a stem and 1. */
    private int[] slots = new int[1 << 8];

    private int count;
    /** The stem added last: in many tables the next row's is the same. */
    private int before = -1;

    /** Adds a stem, if it is new; false if that would be too much. */
    boolean add(long text, int length) {
        final long hash = StemHash.of(text, length);
        if (before >= 0 && hashes[before] == hash && isSame(before, text, length)) {
            return true;
        }
        int slot = slot(hash);
        while (slots[slot] != 0) {
            final int it = slots[slot] - 1;
            if (hashes[it] == hash && isSame(it, text, length)) {
                before = it;
                return true;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        if (count == Stems.MAX_COUNT || bytes() + length > MAX_BYTES) {
            return false;
        }
        append(text, length, hash);
        slots[slot] = count;
        if (2 * count > slots.length) {
            growSlots();
        }
        return true;
    }

    private void append(long text, int length, long hash) {
        final int start = bytes();
        if (start + length > arena.length) {
            arena = Arrays.copyOf(arena, Math.max(2 * arena.length, start + length));
        }
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
            hashes = Arrays.copyOf(hashes, 2 * count);
        }
        Memory.copy(text, arena, start, length);
        ends[count] = start + length;
        hashes[count] = hash;
        before = count++;
    }

    private void growSlots() {
        slots = new int[2 * slots.length];
        for (int i = 0; i < count; i++) {
            int slot = slot(hashes[i]);
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = i + 1;
        }
    }

    private int slot(long hash) {
        return (int) (hash >>> 32) & (slots.length - 1);
    }

    private boolean isSame(int stem, long text, int length) {
        final int start = start(stem);
        return Memory.compare(text, length, arena, start, ends[stem] - start) == 0;
    }

    private int start(int stem) {
        return stem == 0 ? 0 : ends[stem - 1];
    }

    int count() {
        return count;
    }

    /** Of all stems together. */
    int bytes() {
        return start(count);
    }

    int compare(int left, int right) {
        return Arrays.compareUnsigned(arena, start(left), ends[left], arena, start(right), ends[right]);
    }

    /** Copies a stem's bytes, and answers where they end. */
    int copy(int stem, byte[] target, int at) {
        final int length = ends[stem] - start(stem);
        System.arraycopy(arena, start(stem), target, at, length);
        return at + length;
    }
}
