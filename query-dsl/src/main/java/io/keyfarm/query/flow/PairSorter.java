package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sorts rows by their {@link SortCodes}, and where these are the same and do not say all, by the rows themselves. Stable.
 *
 * <pre>
 *   pairs     | code 8 | address 8 | code | address | …       sorted by the code's bytes, the last first
 *   scratch   the same                                         what one pass moves the pairs to
 * </pre>
 *
 * Passes over bytes in which all codes agree are left out. For one thread.
 */
final class PairSorter implements AutoCloseable {
    private static final int PAIR_SHIFT = 4;
    private static final int RADIX = 256;
    /** Runs up to here are sorted by insertion. */
    private static final int SMALL_RUN = 12;

    private final FlowOrder order;
    private final FlowMemory memory;
    private final StopSignal stop;
    private final int[] counts = new int[RADIX * Long.BYTES];
    private @Nullable MemoryBlock pairBlock;
    private @Nullable MemoryBlock scratchBlock;
    private long pairs;
    private long scratch;
    private int count;
    private int steps;

    PairSorter(FlowOrder order, FlowMemory memory, StopSignal stop) {
        this.order = order;
        this.memory = memory;
        this.stop = stop;
    }

    /** Room for so many pairs, instead of those there are. */
    void begin(int wanted) {
        close();
        final long bytes = Math.max(1, (long) wanted << PAIR_SHIFT);
        pairBlock = memory.allocate("the order of the rows to sort", bytes);
        pairs = pairBlock.address();
        scratchBlock = memory.allocate("sorting", bytes);
        scratch = scratchBlock.address();
    }

    void add(long code, long row) {
        put(pairs, count++, code, row);
    }

    int count() {
        return count;
    }

    /** The row that is at this place of the order. */
    long row(int place) {
        assert 0 <= place && place < count : place;
        return row(pairs, place);
    }

    /** The code of the row that is at this place of the order. */
    long code(int place) {
        return code(pairs, place);
    }

    void sort(SortCodes codes, long[] heapBases) {
        sort(codes.usedBits(), codes.isExact(), heapBases);
    }

    /** By codes of so many bits, and where these are the same and do not say all, by the rows. */
    void sort(int usedBits, boolean isExact, long[] heapBases) {
        sortByCodes((usedBits + 7) >>> 3);
        if (!isExact) {
            sortTies(heapBases);
        }
        if (scratchBlock != null) {
            memory.free(scratchBlock);
            scratchBlock = null;
        }
    }

    private void sortByCodes(int digits) {
        Arrays.fill(counts, 0);
        for (int i = 0; i < count; i++) {
            look();
            final long code = code(pairs, i);
            for (int digit = 0; digit < digits; digit++) {
                counts[(digit << 8) + octet(code, digit)]++;
            }
        }
        for (int digit = 0; digit < digits && count > 0; digit++) {
            final int some = octet(code(pairs, 0), digit);
            if (counts[(digit << 8) + some] < count) {
                pass(digit);
            }
        }
    }

    private void pass(int digit) {
        final int first = digit << 8;
        int sum = 0;
        for (int i = first; i < first + RADIX; i++) {
            final int here = counts[i];
            counts[i] = sum;
            sum += here;
        }
        for (int i = 0; i < count; i++) {
            look();
            final long code = code(pairs, i);
            put(scratch, counts[first + octet(code, digit)]++, code, row(pairs, i));
        }
        swap();
    }

    private void swap() {
        final long address = pairs;
        pairs = scratch;
        scratch = address;
        final MemoryBlock block = pairBlock;
        pairBlock = scratchBlock;
        scratchBlock = block;
    }

    private void sortTies(long[] heapBases) {
        int first = 0;
        while (first < count) {
            int end = first + 1;
            final long code = code(pairs, first);
            while (end < count && code(pairs, end) == code) {
                end++;
            }
            mergeSort(first, end, heapBases);
            first = end;
        }
    }

    /** Sorts a run of the pairs by their rows; depth is the logarithm of the rows. */
    private void mergeSort(int first, int end, long[] bases) {
        if (end - first <= SMALL_RUN) {
            insertionSort(first, end, bases);
            return;
        }
        final int mid = (first + end) >>> 1;
        mergeSort(first, mid, bases);
        mergeSort(mid, end, bases);
        if (compare(row(pairs, mid - 1), row(pairs, mid), bases) <= 0) {
            return;
        }
        merge(first, mid, end, bases);
    }

    private void merge(int first, int mid, int end, long[] bases) {
        Memory.copy(at(pairs, first), at(scratch, first), (long) (mid - first) << PAIR_SHIFT);
        int left = first;
        int right = mid;
        int to = first;
        while (left < mid && right < end) {
            look();
            if (compare(row(pairs, right), row(scratch, left), bases) < 0) {
                move(pairs, right++, to++);
            } else {
                move(scratch, left++, to++);
            }
        }
        Memory.copy(at(scratch, left), at(pairs, to), (long) (mid - left) << PAIR_SHIFT);
    }

    private void insertionSort(int first, int end, long[] bases) {
        for (int i = first + 1; i < end; i++) {
            look();
            final long code = code(pairs, i);
            final long row = row(pairs, i);
            int to = i;
            while (to > first && compare(row, row(pairs, to - 1), bases) < 0) {
                move(pairs, to - 1, to);
                to--;
            }
            put(pairs, to, code, row);
        }
    }

    private int compare(long left, long right, long[] bases) {
        return order.compare(left, bases, right, bases);
    }

    private void look() {
        if ((++steps & (StopSignal.ROWS - 1)) == 0) {
            stop.throwIfStopped();
        }
    }

    private static int octet(long code, int digit) {
        return (int) (code >>> (digit << 3)) & 0xFF;
    }

    private static long at(long base, int place) {
        return base + ((long) place << PAIR_SHIFT);
    }

    private static long code(long base, int place) {
        return Memory.getLong(at(base, place));
    }

    private static long row(long base, int place) {
        return Memory.getLong(at(base, place) + Long.BYTES);
    }

    private static void put(long base, int place, long code, long row) {
        final long at = at(base, place);
        Memory.putLong(at, code);
        Memory.putLong(at + Long.BYTES, row);
    }

    private void move(long fromBase, int from, int to) {
        put(pairs, to, code(fromBase, from), row(fromBase, from));
    }

    @Override
    public void close() {
        if (pairBlock != null) {
            memory.free(pairBlock);
            pairBlock = null;
        }
        if (scratchBlock != null) {
            memory.free(scratchBlock);
            scratchBlock = null;
        }
        count = 0;
    }
}
