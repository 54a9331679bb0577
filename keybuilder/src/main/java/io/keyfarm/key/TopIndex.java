package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLedger;

/**
 * Finds the few rows among which a code's lower bound lies: an adaptive radix over every 64th code, and 24 bytes for
 * the 64 rows between two of them.
 *
 * <pre>
 *   code      without the bits that are the same in all of them          {@link BitSqueeze}
 *   radix     by the code's leading bits: which leaves to look at            {@link LeafRadix}, about 3 bytes a leaf
 *   leaf      | base 8 | occupied 8 | begins 8 |
 *
 *   leaf      base 100, the next leaf's base 226: 63 equal bins of 2 codes, and one for 226 itself
 *   rows      100 101 104 105 105 226 226
 *   bins        0   0   2   2   2  63  63
 *   occupied  1 0 1 0 … 1                              bit b: some row lies in bin b
 *   begins    1 0 1 0 0 1 0                            bit i: row i is the first of its bin
 * </pre>
 *
 * Counting {@code occupied} below a code's bin says which of the {@code begins} is its first row; an empty bin, or the
 * last, is answered without looking at a row. Leaves hold equally many rows whatever the distribution, so the size (0.43
 * bytes a row) hardly varies; and within 64 neighbouring rows nearly every distribution is even enough that a bin has
 * one or two. What the radix is to skew, the last bin is to duplicates: a run that crosses a leaf's end begins exactly
 * there.
 *
 * <p>Few instructions matter as much as few cache misses here: the fewer there are, the sooner the processor is at the
 * next seek's. Immutable.
 */
public final class TopIndex implements AutoCloseable {
    private static final int LEAF_SHIFT = 6;
    static final int LEAF_ROWS = 1 << LEAF_SHIFT;
    private static final int LEAF_BYTES = 24;
    /** Leaves read ahead of the last one. */
    private static final int PAD_LEAVES = 4;

    private static final int LAST_BIN = 63;
    private static final byte[] SELECT_IN_BYTE = selectInByte();

    private final MemoryBlock leavesBlock;
    private final MemoryBlock radixBlock;
    private final BitSqueeze squeeze;
    private final int count;
    private final long firstCode;
    private final long lastCode;
    private final long leaves;
    private final long radix;

    /**
     * Over {@code count} ascending codes of 8 bytes, at least one. What the turns throw leaves nothing held.
     *
     * @throws io.keyfarm.rows.MemoryLimitException if there is no room for it; then nothing is held
     */
    public TopIndex(MemoryLedger ledger, String what, long codes, int count, BuildTurns turns) {
        assert count > 0 : count;
        this.count = count;
        squeeze = BitSqueeze.of(codes, count, turns);
        firstCode = squeezedAt(codes);
        lastCode = squeezedAt(codes + 8L * (count - 1));
        final int leafCount = leafCount(count);
        leavesBlock = MemoryBlock.allocate(ledger, what, (long) LEAF_BYTES * (leafCount + PAD_LEAVES));
        leaves = leavesBlock.address();
        final LeafRadix built;
        try {
            fill(codes, leafCount, turns);
            built = new LeafRadix(leaves, LEAF_BYTES, leafCount, turns);
            radixBlock = MemoryBlock.allocate(ledger, what, built.bytes());
        } catch (RuntimeException | Error e) {
            leavesBlock.close();
            throw e;
        }
        radix = radixBlock.address();
        built.copyTo(radix);
    }

    private static int leafCount(int count) {
        return (int) (((long) count + LEAF_ROWS - 1) >>> LEAF_SHIFT);
    }

    int count() {
        return count;
    }

    public long bytes() {
        return leavesBlock.bytes() + radixBlock.bytes();
    }

    @Override
    public void close() {
        leavesBlock.close();
        radixBlock.close();
    }

    private void fill(long codes, int leafCount, BuildTurns turns) {
        for (int leaf = 0; leaf < leafCount; leaf++) {
            final long first = (long) leaf << LEAF_SHIFT;
            fillLeaf(
                    leaves + (long) LEAF_BYTES * leaf,
                    codes + 8 * first,
                    (int) Math.min(LEAF_ROWS, count - first),
                    first + LEAF_ROWS < count ? squeezedAt(codes + 8 * (first + LEAF_ROWS)) : lastCode);
            turns.onRows(LEAF_ROWS);
        }
        for (int i = 0; i < PAD_LEAVES; i++) {
            // The first of these is the next leaf of the last one; none is less than a code that is looked for.
            Memory.putLong(leaves + (long) LEAF_BYTES * (leafCount + i), lastCode);
        }
    }

    private long squeezedAt(long address) {
        return squeeze.squeeze(Memory.getLong(address));
    }

    /** What is looked for in the index in place of the code. */
    long squeezed(long code) {
        return squeeze.squeeze(code);
    }

    private void fillLeaf(long leaf, long codes, int rows, long nextBase) {
        final long base = squeezedAt(codes);
        final long span = nextBase - base;
        final double scale = scale(span);
        long occupied = 0;
        long begins = 0;
        int before = -1;
        for (int i = 0; i < rows; i++) {
            final int bin = bin(squeezedAt(codes + 8L * i) - base, span, scale);
            occupied |= 1L << bin;
            begins |= (bin != before ? 1L : 0L) << i;
            before = bin;
        }
        Memory.putLong(leaf, base);
        Memory.putLong(leaf + 8, occupied);
        Memory.putLong(leaf + 16, begins);
    }

    private static double scale(long span) {
        return (double) LAST_BIN / span;
    }

    /** Ascends with {@code distance}, from 0 to 63, and is 63 for the span alone. */
    private static int bin(long distance, long span, double scale) {
        return distance == span ? LAST_BIN : Math.min(LAST_BIN - 1, (int) (distance * scale));
    }

    /**
     * Where the first code that is not before this one lies: {@link #low} to {@link #high} of the answer, both included;
     * codes before low are less, those from high on are not.
     */
    long locate(long soughtCode) {
        final long code = squeeze.squeeze(soughtCode);
        if (code <= firstCode) {
            return 0;
        }
        if (code > lastCode) {
            return exactly(count);
        }
        return inLeaf(leaf(code), code);
    }

    static int low(long located) {
        return (int) located;
    }

    static int high(long located) {
        return (int) (located >>> 32);
    }

    private static long exactly(int index) {
        return ((long) index << 32) | index;
    }

    /** The last leaf whose base is less than the code, which is greater than the first and not greater than the last. */
    private int leaf(long code) {
        int next = LeafRadix.countLess(radix, code);
        long at = leaves + (long) LEAF_BYTES * next;
        // Codes are not negative, so the sign of a difference is a comparison without a branch.
        final long second = (Memory.getLong(at + LEAF_BYTES) - code) >>> 63;
        next += (int) (((Memory.getLong(at) - code) >>> 63) + second);
        if (second != 0) {
            at += 2 * LEAF_BYTES;
            while (Memory.getLong(at) < code) {
                at += LEAF_BYTES;
                next++;
            }
        }
        return next - 1;
    }

    /** As {@link #leaf} for any {@link #squeezed} code: −1 before all leaves, the leaf count behind them. */
    int leafOrEnd(long code) {
        if (code <= firstCode) {
            return -1;
        }
        return code > lastCode ? leafCount(count) : leaf(code);
    }

    /** As {@link #inLeaf} for what {@link #leafOrEnd} answers. */
    long inLeafOrEnd(int leaf, long code) {
        if (code <= firstCode) {
            return 0;
        }
        return code > lastCode ? exactly(count) : inLeaf(leaf, code);
    }

    /** The second half of {@link #locate}. */
    long inLeaf(int leaf, long code) {
        final long at = leaves + (long) LEAF_BYTES * leaf;
        final long base = Memory.getLong(at);
        final long span = Memory.getLong(at + LEAF_BYTES) - base;
        final int bin = bin(code - base, span, scale(span));
        final long occupied = Memory.getLong(at + 8);
        final long begins = Memory.getLong(at + 16);
        final int first = leaf << LEAF_SHIFT;
        final int groupsBefore = Long.bitCount(occupied & ((1L << bin) - 1));
        if (((occupied >>> bin) & 1) == 0) {
            return exactly(
                    groupsBefore == Long.bitCount(begins)
                            ? Math.min(first + LEAF_ROWS, count)
                            : first + select(begins, groupsBefore));
        }
        final int low = select(begins, groupsBefore);
        if (bin == LAST_BIN) {
            return exactly(first + low);
        }
        final long following = begins >>> low >>> 1;
        final int high = following == 0 ? LEAF_ROWS : low + 1 + Long.numberOfTrailingZeros(following);
        return ((long) Math.min(first + high, count) << 32) | (first + low);
    }

    /** The place of the set bit that has {@code rank} set bits below it (Vigna: Broadword Implementation of Rank/Select Queries, 2008). */
    private static int select(long bits, int rank) {
        long sums = bits - ((bits >>> 1) & 0x5555_5555_5555_5555L);
        sums = (sums & 0x3333_3333_3333_3333L) + ((sums >>> 2) & 0x3333_3333_3333_3333L);
        sums = ((sums + (sums >>> 4)) & 0x0F0F_0F0F_0F0F_0F0FL) * 0x0101_0101_0101_0101L;
        final long notBefore =
                (((rank * 0x0101_0101_0101_0101L) | 0x8080_8080_8080_8080L) - sums) & 0x8080_8080_8080_8080L;
        final int place = Long.bitCount(notBefore) * 8;
        final int within = rank - (int) (((sums << 8) >>> place) & 0xFF);
        return place + SELECT_IN_BYTE[(within << 8) | (int) ((bits >>> place) & 0xFF)];
    }

    private static byte[] selectInByte() {
        final byte[] table = new byte[8 * 256];
        for (int bits = 0; bits < 256; bits++) {
            int rank = 0;
            for (int place = 0; place < 8; place++) {
                if (((bits >>> place) & 1) != 0) {
                    table[(rank++ << 8) | bits] = (byte) place;
                }
            }
        }
        return table;
    }
}
