package io.keyfarm.key.build;

import io.keyfarm.key.BuildTurns;
import io.keyfarm.key.CodeWindow;
import io.keyfarm.key.KeyCode;
import io.keyfarm.key.KeyOrder;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;

/**
 * Sorts the rows of a slab by a key.
 *
 * <pre>
 *   codes   read from all rows in one pass, a column at a time
 *   sort    (code, row number) pairs by radix; where both fit into one long, as one
 *   ties    runs of equal codes by the next group of theirs, and so on; in the end by comparing the rows
 * </pre>
 *
 * Rows that are equal in every field of the key stay in the order of their numbers, so the same rows always make the
 * same key. While it sorts it holds 24 bytes a row, 16 if code and number share a long; it keeps 12. One thread; used
 * for one sort.
 */
final class KeySorter implements AutoCloseable {
    private static final int FEW = 48;
    /** Comparing two rows by their values takes as long as handling so many. */
    private static final int TURNS_A_COMPARISON = 4;

    private final KeyCode coder;
    private final Slab slab;
    private final KeyOrder order;
    private final MemoryLedger ledger;
    private final int count;
    private final BuildTurns turns;
    private final RadixSort radix;

    private final MemoryBlock[] held = new MemoryBlock[5];
    private int heldCount;
    private MemoryBlock codes;
    private MemoryBlock rows;
    private MemoryBlock otherCodes;
    private MemoryBlock otherRows;
    private long tieCodes;
    private int tieCapacity;

    KeySorter(KeyCode coder, MemoryLedger ledger, BuildTurns turns) {
        this.turns = turns;
        radix = new RadixSort(turns);
        this.coder = coder;
        this.ledger = ledger;
        slab = coder.slab();
        order = new KeyOrder(coder);
        count = slab.rowCount();
        try {
            codes = hold("codes", 8L * count);
            otherCodes = hold("sorting", 8L * count);
            final int rowBits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, count - 1));
            final boolean isShared = rowBits + coder.groupBits(0) <= Long.SIZE;
            rows = hold("row numbers", 4L * count);
            otherRows = isShared && coder.groupCount() == 1 && coder.firstUncodedField() == coder.fieldCount()
                    ? rows
                    : hold("sorting", 4L * count);
            extractCodes();
            if (isShared) {
                sortShared(rowBits);
            } else {
                sortPairs();
            }
            resolveTies();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Sorted codes, 8 bytes each; they stay the sorter's. */
    long codes() {
        return codes.address();
    }

    /** Row numbers in the order of the key, 4 bytes each; they stay the sorter's. */
    long rows() {
        return rows.address();
    }

    /** The codes, now the caller's to close. */
    MemoryBlock takeCodes() {
        return take(codes);
    }

    /** The row numbers, now the caller's to close. */
    MemoryBlock takeRows() {
        return take(rows);
    }

    /** Frees what only sorting needed. */
    void freeScratch() {
        for (int i = 0; i < heldCount; i++) {
            if (held[i] != codes && held[i] != rows) {
                held[i].close();
            }
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < heldCount; i++) {
            held[i].close();
        }
        heldCount = 0;
    }

    private void extractCodes() {
        for (int from = 0; from < count; from = BuildTurns.end(from, count)) {
            final int rowsNow = BuildTurns.end(from, count) - from;
            coder.codes(from, rowsNow, codes.address() + 8L * from);
            turns.onRows(rowsNow);
        }
    }

    private MemoryBlock hold(String what, long bytes) {
        final MemoryBlock block = MemoryBlock.allocate(
                ledger,
                what + " of key " + coder.spec() + " of " + slab.schema().name(),
                bytes);
        held[heldCount++] = block;
        return block;
    }

    private MemoryBlock take(MemoryBlock block) {
        for (int i = 0; i < heldCount; i++) {
            if (held[i] == block) {
                held[i] = held[--heldCount];
                return block;
            }
        }
        throw new IllegalStateException(block + " was taken already");
    }

    /** Code and row number as one long: half the memory moved in every pass. */
    private void sortShared(int rowBits) {
        final long from = codes.address();
        for (int start = 0; start < count; start = BuildTurns.end(start, count)) {
            final int end = BuildTurns.end(start, count);
            putTogether(from, start, end, rowBits);
            turns.onRows(end - start);
        }
        if (radix.sortLongs(from, otherCodes.address(), count, rowBits, rowBits + coder.groupBits(0))) {
            swapCodes();
        }
        for (int start = 0; start < count; start = BuildTurns.end(start, count)) {
            final int end = BuildTurns.end(start, count);
            takeApart(start, end, rowBits);
            turns.onRows(end - start);
        }
    }

    private static void putTogether(long codes, int start, int end, int rowBits) {
        for (long i = start; i < end; i++) {
            Memory.putLong(codes + 8 * i, Memory.getLong(codes + 8 * i) << rowBits | i);
        }
    }

    private void takeApart(int start, int end, int rowBits) {
        final long sorted = codes.address();
        final long to = rows.address();
        final int mask = (int) ((1L << rowBits) - 1);
        for (long i = start; i < end; i++) {
            final long both = Memory.getLong(sorted + 8 * i);
            Memory.putLong(sorted + 8 * i, both >>> rowBits);
            Memory.putInt(to + 4 * i, (int) both & mask);
        }
    }

    private void sortPairs() {
        final long to = rows.address();
        for (int start = 0; start < count; start = BuildTurns.end(start, count)) {
            final int end = BuildTurns.end(start, count);
            for (int i = start; i < end; i++) {
                Memory.putInt(to + 4L * i, i);
            }
            turns.onRows(end - start);
        }
        if (radix.sort(
                codes.address(),
                rows.address(),
                otherCodes.address(),
                otherRows.address(),
                count,
                coder.groupBits(0))) {
            swapCodes();
            final MemoryBlock before = rows;
            rows = otherRows;
            otherRows = before;
        }
    }

    private void swapCodes() {
        final MemoryBlock before = codes;
        codes = otherCodes;
        otherCodes = before;
    }

    private void resolveTies() {
        if (coder.groupCount() == 1 && coder.firstUncodedField() == coder.fieldCount()) {
            return;
        }
        final long sorted = codes.address();
        int start = 0;
        while (start < count) {
            final int end = resolveTies(sorted, start, BuildTurns.end(start, count));
            turns.onRows(end - start);
            start = end;
        }
    }

    /** Of the runs that begin from {@code from} to {@code to}; answers where the last one ends. */
    private int resolveTies(long sorted, int from, int to) {
        int start = BuildTurns.nextTie(sorted, from, to, count);
        while (start < to) {
            final int end = turns.runEnd(sorted, start, count);
            resolve(start, end, Math.min(coder.totalBits(), KeyCode.GROUP_BITS));
            start = BuildTurns.nextTie(sorted, end, to, count);
        }
        return start;
    }

    /** Orders rows {@code start} to {@code end}, whose codes agree before {@code fromBit}. */
    private void resolve(int start, int end, int fromBit) {
        final int tied = end - start;
        final long tiedRows = rows.address() + 4L * start;
        final int differsAt = firstDifferentBit(start, end, fromBit);
        if (differsAt == coder.totalBits()) {
            if (coder.firstUncodedField() < coder.fieldCount()) {
                compareRows(tiedRows, otherRows.address() + 4L * start, tied);
            }
            return;
        }
        final CodeWindow window = coder.window(differsAt);
        final long bits = otherCodes.address() + 8L * start;
        for (int i = 0; i < tied; i++) {
            Memory.putLong(bits + 8L * i, window.of(rowAt(tiedRows, i)));
            turns.onRows(1);
        }
        if (tied > FEW) {
            growTies(tied);
            final long tiedOtherRows = otherRows.address() + 4L * start;
            if (radix.sort(bits, tiedRows, tieCodes, tiedOtherRows, tied, KeyCode.GROUP_BITS)) {
                turns.copy(tieCodes, bits, tied, Long.BYTES);
                turns.copy(tiedOtherRows, tiedRows, tied, Integer.BYTES);
            }
        } else {
            radix.sort(bits, tiedRows, 0, 0, tied, KeyCode.GROUP_BITS);
        }
        int from = start;
        while (from < end) {
            final int to = turns.runEnd(otherCodes.address(), from, end);
            if (to - from > 1) {
                resolve(from, to, Math.min(coder.totalBits(), differsAt + KeyCode.GROUP_BITS));
            }
            from = to;
        }
    }

    /** What tied rows have in common is found in one pass, and costs no other. */
    private int firstDifferentBit(int start, int end, int fromBit) {
        final long tiedRows = rows.address() + 4L * start;
        final long first = rowAt(tiedRows, 0);
        int differsAt = coder.totalBits();
        for (int i = 1; i < end - start && differsAt > fromBit; i++) {
            differsAt = Math.min(differsAt, coder.firstDifferentBit(first, rowAt(tiedRows, i), fromBit));
            turns.onRows(1);
        }
        return differsAt;
    }

    private void growTies(int tied) {
        if (tied > tieCapacity) {
            if (tieCapacity > 0) {
                held[--heldCount].close();
            }
            tieCapacity = 0;
            tieCapacity = Math.max(tied, Math.min(count, 1 << 16));
            tieCodes = hold("sorting ties", 8L * tieCapacity).address();
        }
    }

    /** Merge sort bottom up, by the values themselves. */
    private void compareRows(long tiedRows, long scratch, int tied) {
        final int fromField = coder.firstUncodedField();
        long from = tiedRows;
        long to = scratch;
        for (int width = 1; width < tied; width *= 2) {
            for (int start = 0; start < tied; start += 2 * width) {
                final int mid = Math.min(start + width, tied);
                merge(from, to, start, mid, Math.min(mid + width, tied), fromField);
            }
            final long before = from;
            from = to;
            to = before;
        }
        if (from != tiedRows) {
            turns.copy(from, tiedRows, tied, Integer.BYTES);
        }
    }

    private void merge(long from, long to, int start, int mid, int end, int fromField) {
        int left = start;
        int right = mid;
        for (int i = start; i < end; i++) {
            final boolean isLeft = left < mid
                    && (right == end || order.compare(rowAt(from, left), rowAt(from, right), fromField) <= 0);
            final int taken = isLeft ? left++ : right++;
            Memory.putInt(to + 4L * i, Memory.getInt(from + 4L * taken));
            turns.onRows(TURNS_A_COMPARISON);
        }
    }

    private long rowAt(long rowNumbers, int index) {
        return slab.address(Memory.getInt(rowNumbers + 4L * index));
    }
}
