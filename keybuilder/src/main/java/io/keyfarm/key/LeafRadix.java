package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import java.util.Arrays;

/**
 * An adaptive radix over the ascending base codes of leaves: how many are less than the first code of a bin.
 *
 * <pre>
 *   node    | base 8 | greatest base 8 | first leaf 4 | end leaf 4 | shift 4 | 0 | bin 0 | bin 1 | … |   4 bytes a bin
 *   bin     the count of leaves before it, or −1 − the place of the child that knows better
 * </pre>
 *
 * A node has half as many to as many bins as leaves; a bin of more than {@value #MOST_IN_BIN} leaves has a child, with a
 * base and a shift of its own, so that skew and clusters cost a level where they are and nothing elsewhere. Equal bases
 * end in a node of shift 0, whose bins are exact. Built on heap, then copied.
 */
final class LeafRadix {
    static final int HEADER_INTS = 8;
    private static final int MOST_IN_BIN = 8;

    private final long leaves;
    private final int leafBytes;
    private final BuildTurns turns;
    private int[] ints = new int[1 << 10];
    private int used;

    /** Over the bases of {@code leafCount} leaves, the first long of each. */
    LeafRadix(long leaves, int leafBytes, int leafCount, BuildTurns turns) {
        this.turns = turns;
        this.leaves = leaves;
        this.leafBytes = leafBytes;
        addNode(0, leafCount);
    }

    long bytes() {
        return 4L * used;
    }

    void copyTo(long address) {
        for (int i = 0; i < used; i++) {
            Memory.putInt(address + 4L * i, ints[i]);
        }
    }

    private long base(int leaf) {
        return Memory.getLong(leaves + (long) leafBytes * leaf);
    }

    private int addNode(int from, int to) {
        final long base = base(from);
        final long span = base(to - 1) - base;
        // The smallest shift with no more bins than leaves.
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(span / Math.max(1, to - from)));
        while (shift > 0 && (span >>> (shift - 1)) < to - from) {
            shift--;
        }
        final int bins = (int) (span >>> shift) + 1;
        final int node = used;
        grow(HEADER_INTS + bins + (bins & 1));
        putLong(node, base);
        putLong(node + 2, base + span);
        ints[node + 4] = from;
        ints[node + 5] = to;
        ints[node + 6] = shift;
        int leaf = from;
        for (int bin = 0; bin < bins; bin++) {
            turns.onRows(1);
            final int first = leaf;
            while (leaf < to && (base(leaf) - base) >>> shift == bin) {
                leaf++;
            }
            final boolean isCrowded = shift > 0 && leaf - first > MOST_IN_BIN;
            final int entry = isCrowded ? -1 - addNode(first, leaf) : first;
            ints[node + HEADER_INTS + bin] = entry;
        }
        return node;
    }

    private void grow(int more) {
        used += more;
        if (used > ints.length) {
            ints = Arrays.copyOf(ints, Math.max(used, ints.length * 2));
        }
    }

    private void putLong(int place, long value) {
        ints[place] = (int) value;
        ints[place + 1] = (int) (value >>> 32);
    }

    /** How many leaves are known to have a base less than the code; not many more have. */
    static int countLess(long nodes, long code) {
        long node = nodes;
        while (true) {
            final long base = Memory.getLong(node);
            if (code <= base) {
                return Memory.getInt(node + 16);
            }
            if (code > Memory.getLong(node + 8)) {
                return Memory.getInt(node + 20);
            }
            final int bin = (int) ((code - base) >>> Memory.getInt(node + 24));
            final int entry = Memory.getInt(node + 4 * HEADER_INTS + 4L * bin);
            if (entry >= 0) {
                return entry;
            }
            node = nodes + 4L * (-1 - entry);
        }
    }
}
