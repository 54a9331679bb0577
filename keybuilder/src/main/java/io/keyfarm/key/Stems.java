package io.keyfarm.key;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The distinct stems of a column in order, and where each stands among them: its rank.
 *
 * <pre>
 *   arena     | fl/ford/ | ga/audi/ | ga/ford/ |      rank 0, 1, 2
 *   slots     | hash 48 | rank + 1 16 |               at most half of them taken (not 0), else the next free one
 * </pre>
 *
 * No two stems share those 48 bits, so that a row's stem, which is one of them, is found without looking at the arena.
 * Immutable, on heap: at most {@link #MAX_COUNT} stems.
 */
final class Stems {
    static final int MAX_COUNT = 0xFFFF;

    /** A table of so many slots stays near, and may be emptier. */
    private static final int FEW_SLOTS = 1 << 14;

    private static final int RANK_BITS = 16;
    private static final long RANK_MASK = (1L << RANK_BITS) - 1;

    private final byte[] arena;
    private final int[] offsets;
    private final long[] slots;
    private final int shift;

    private Stems(byte[] arena, int[] offsets, long[] slots) {
        this.arena = arena;
        this.offsets = offsets;
        this.slots = slots;
        shift = Long.numberOfLeadingZeros(slots.length) + 1;
    }

    /** Of what was gathered; null if two hashes are too much alike, which chance does not do. */
    static @Nullable Stems of(StemGatherer gathered, BuildTurns turns) {
        final int count = gathered.count();
        final Integer[] order = IntStream.range(0, count).boxed().toArray(Integer[]::new);
        final Comparator<Integer> byText = (left, right) -> {
            turns.onRows(1);
            return gathered.compare(left, right);
        };
        Arrays.sort(order, byText);
        final byte[] arena = new byte[gathered.bytes()];
        final int[] offsets = new int[count + 1];
        final int fewest = Math.max(4, Integer.highestOneBit(count) << 2);
        final long[] slots = new long[Math.max(fewest, Math.min(FEW_SLOTS, 4 * fewest))];
        final Stems stems = new Stems(arena, offsets, slots);
        for (int rank = 0; rank < count; rank++) {
            offsets[rank + 1] = gathered.copy(order[rank], arena, offsets[rank]);
            final int length = offsets[rank + 1] - offsets[rank];
            if (!stems.add(StemHash.of(arena, offsets[rank], length), rank)) {
                return null;
            }
        }
        return stems;
    }

    private boolean add(long hash, int rank) {
        int slot = slot(hash);
        while (slots[slot] != 0) {
            if (isSame(slots[slot], hash)) {
                return false;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = (hash & ~RANK_MASK) | (rank + 1);
        return true;
    }

    private static boolean isSame(long slot, long hash) {
        return (slot ^ hash) >>> RANK_BITS == 0;
    }

    private int slot(long hash) {
        return (int) (hash >>> shift);
    }

    int count() {
        return offsets.length - 1;
    }

    /** The rank of a stem that is known to be one of these. */
    int rankOfOwn(long text, int length) {
        final long hash = StemHash.of(text, length);
        int slot = slot(hash);
        while (!isSame(slots[slot], hash) || slots[slot] == 0) {
            assert slots[slot] != 0 : "a row's stem is missing";
            slot = (slot + 1) & (slots.length - 1);
        }
        return (int) (slots[slot] & RANK_MASK) - 1;
    }

    /** The rank of any stem, −1 if it is none of these. */
    int rank(byte[] text, int at, int length) {
        final long hash = StemHash.of(text, at, length);
        int slot = slot(hash);
        while (slots[slot] != 0) {
            if (isSame(slots[slot], hash)) {
                final int rank = (int) (slots[slot] & RANK_MASK) - 1;
                return compare(rank, text, at, length) == 0 ? rank : -1;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return -1;
    }

    /** How many of these sort before the text. */
    int countLess(byte[] text, int at, int length) {
        int low = 0;
        int high = count();
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (compare(mid, text, at, length) < 0) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    private int compare(int rank, byte[] text, int at, int length) {
        return Arrays.compareUnsigned(arena, offsets[rank], offsets[rank + 1], text, at, at + length);
    }
}
