package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.TextSlot;
import java.util.Arrays;

/**
 * About how many distinct values there were, from their hashes: a HyperLogLog of 4,096 registers in a slot of a row.
 *
 * <pre>
 *   hash      | register 12 | 0001… 52 |      a register keeps the largest rank: zeros in front of the first one, plus 1
 *
 *   0 bytes          no values
 *   12, 48, 192      up to 3, 12, 48 registers: | register × 64 + rank, 4 | … | 0 | 0 |
 *   4096             a byte for the rank of each register
 * </pre>
 *
 * The estimate is that of Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), which needs no
 * tables and no correction for small counts. Its standard error is 1.04 / √4096, 1.6 %.
 */
final class Sketch {
    static final int REGISTERS = 1 << 12;

    private static final int REGISTER_SHIFT = 52;
    private static final int RANK_BITS = 6;
    private static final int RANK_MASK = (1 << RANK_BITS) - 1;
    private static final int MAX_RANK = 53;
    /** How many ranks there are, that of an untouched register too. */
    static final int RANKS = MAX_RANK + 1;

    private static final int FIRST_BYTES = 12;
    private static final int MOST_SPARSE_BYTES = 192;
    private static final double ALPHA = 0.5 / Math.log(2);

    private Sketch() {}

    /** Takes the hash of a value into the sketch in this slot of a row of the store. */
    static void add(long slot, long hash, RowStore store, long scratch) {
        final int rank = Math.min(MAX_RANK, Long.numberOfLeadingZeros(hash << (Long.SIZE - REGISTER_SHIFT)) + 1);
        put(slot, (int) (hash >>> REGISTER_SHIFT), rank, store, scratch);
    }

    /** Takes all that another sketch has seen. */
    static void merge(long slot, long otherSlot, long[] otherBases, RowStore store, long scratch) {
        final int bytes = TextSlot.length(otherSlot);
        final long other = TextSlot.address(otherSlot, otherBases);
        if (bytes == REGISTERS) {
            for (int register = 0; register < REGISTERS; register++) {
                final int rank = Memory.getByte(other + register);
                if (rank > 0) {
                    put(slot, register, rank, store, scratch);
                }
            }
            return;
        }
        for (int i = 0; i < bytes; i += Integer.BYTES) {
            final int entry = Memory.getInt(other + i);
            if (entry != 0) {
                put(slot, entry >>> RANK_BITS, entry & RANK_MASK, store, scratch);
            }
        }
    }

    private static void put(long slot, int register, int rank, RowStore store, long scratch) {
        int bytes = TextSlot.length(slot);
        if (bytes < REGISTERS) {
            if (putSparse(slot, TextSlot.address(slot, store.heapBases()), bytes, register, rank)) {
                return;
            }
            grow(slot, bytes, store, scratch);
            bytes = TextSlot.length(slot);
            if (bytes < REGISTERS) {
                putSparse(slot, TextSlot.address(slot, store.heapBases()), bytes, register, rank);
                return;
            }
        }
        final long ranks = TextSlot.address(slot, store.heapBases());
        if (Memory.getByte(ranks + register) < rank) {
            Memory.putByte(ranks + register, (byte) rank);
            repeatFirstBytes(slot, ranks, bytes);
        }
    }

    /** False if there is no room for one register more. */
    private static boolean putSparse(long slot, long entries, int bytes, int register, int rank) {
        for (int i = 0; i < bytes; i += Integer.BYTES) {
            final int entry = Memory.getInt(entries + i);
            if (entry == 0 || entry >>> RANK_BITS == register) {
                final int wanted = (register << RANK_BITS) | rank;
                if (wanted > entry) {
                    Memory.putInt(entries + i, wanted);
                    repeatFirstBytes(slot, entries, bytes);
                }
                return true;
            }
        }
        return false;
    }

    /** The slot of long text has a copy of its first bytes. */
    private static void repeatFirstBytes(long slot, long text, int bytes) {
        if (bytes > TextSlot.INLINE_BYTES) {
            Memory.putInt(slot + Integer.BYTES, Memory.getInt(text));
        }
    }

    private static void grow(long slot, int bytes, RowStore store, long scratch) {
        final int wanted = bytes == 0 ? FIRST_BYTES : bytes == MOST_SPARSE_BYTES ? REGISTERS : bytes * 4;
        final long entries = TextSlot.address(slot, store.heapBases());
        Memory.fill(scratch, wanted, (byte) 0);
        if (wanted < REGISTERS) {
            Memory.copy(entries, scratch, bytes);
        } else {
            for (int i = 0; i < bytes; i += Integer.BYTES) {
                final int entry = Memory.getInt(entries + i);
                Memory.putByte(scratch + (entry >>> RANK_BITS), (byte) (entry & RANK_MASK));
            }
        }
        store.replaceText(slot, scratch, wanted);
    }

    /** @param counts scratch room of {@link #RANKS} */
    static long estimate(long slot, long[] heapBases, int[] counts) {
        Arrays.fill(counts, 0);
        final int bytes = TextSlot.length(slot);
        final long sketch = TextSlot.address(slot, heapBases);
        if (bytes == REGISTERS) {
            for (int i = 0; i < REGISTERS; i++) {
                counts[Memory.getByte(sketch + i)]++;
            }
        } else {
            counts[0] = REGISTERS;
            for (int i = 0; i < bytes; i += Integer.BYTES) {
                final int rank = Memory.getInt(sketch + i) & RANK_MASK;
                counts[0]--;
                counts[rank]++;
            }
        }
        return Math.round(estimate(counts));
    }

    private static double estimate(int[] counts) {
        final double registers = REGISTERS;
        double sum = registers * tau(1 - counts[MAX_RANK] / registers);
        for (int rank = MAX_RANK - 1; rank >= 1; rank--) {
            sum = 0.5 * (sum + counts[rank]);
        }
        sum += registers * sigma(counts[0] / registers);
        return ALPHA * registers * registers / sum;
    }

    private static double sigma(double share) {
        if (share == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = share;
        double y = 1;
        double sum = x;
        double before;
        do {
            x *= x;
            before = sum;
            sum += x * y;
            y += y;
        } while (sum != before);
        return sum;
    }

    private static double tau(double share) {
        if (share == 0 || share == 1) {
            return 0;
        }
        double x = share;
        double y = 1;
        double sum = 1 - x;
        double before;
        do {
            x = Math.sqrt(x);
            before = sum;
            y *= 0.5;
            sum -= (1 - x) * (1 - x) * y;
        } while (sum != before);
        return sum / 3;
    }
}
