package io.keyfarm.key;

import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.Slab;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one slab in the order of one key.
 *
 * <pre>
 *   slab         | 0: GA 30301 | 1: FL 33101 | 2: FL 32004 |     as loaded; never moved
 *   rowNumbers   [ 2, 1, 0 ]                                     by state, then zip; 4 bytes each
 *   codes        [ FL32004, FL33101, GA30301 ]                   hot keys only; 8 bytes each
 *   top index    where in them a code lies, to a row or two      0.4 bytes each
 * </pre>
 *
 * An <em>index</em> is a place in this order, a <em>row number</em> a place in the slab. Row numbers are 4 bytes because
 * they are most of what a key costs: with 4 million rows, 200 MB holds twelve keys of int row numbers but only six of
 * long ones. Immutable, so any thread may read it, until {@link #close}, which its owner calls after the last reader.
 */
public final class SortedKey implements AutoCloseable {
    private static final int FEW_ROWS = 7;

    private final KeyCode coder;
    private final Slab slab;
    private final int rowCount;
    private final KeySummary summary;
    private final MemoryBlock rowNumbersBlock;
    private final @Nullable MemoryBlock codesBlock;
    private final @Nullable TopIndex top;
    private final @Nullable GroupTable groups;
    private final TieIndexes ties;
    private final @Nullable HashDirectory directory;
    private final long rowNumbers;
    /** 0 in a cold key. */
    private final long codes;
    /** Whether {@link #codes} holds the packed codes of all rows. */
    private final boolean isPacked;

    /** Whether finding a code takes text that stands apart from its row. */
    private final boolean hasFarText;

    /**
     * Owns all memory handed in from now on. A key builder calls this.
     *
     * @param codes null for a cold key
     * @param top null if there are no rows, or if there is a table of groups in its place
     */
    public SortedKey(
            KeyCode coder,
            MemoryBlock rowNumbers,
            @Nullable MemoryBlock codes,
            @Nullable TopIndex top,
            @Nullable GroupTable groups,
            TieIndexes ties,
            @Nullable HashDirectory directory,
            KeySummary summary) {
        this.coder = coder;
        this.summary = summary;
        slab = coder.slab();
        rowCount = slab.rowCount();
        rowNumbersBlock = rowNumbers;
        codesBlock = codes;
        this.top = top;
        this.groups = groups;
        this.ties = ties;
        this.directory = directory;
        this.rowNumbers = rowNumbers.address();
        this.codes = codes == null ? 0 : codes.address();
        isPacked = codes != null && ties.isEmpty();
        hasFarText = !isPacked && coder.hasFarText();
    }

    public KeySpec spec() {
        return coder.spec();
    }

    public Slab slab() {
        return slab;
    }

    public KeyCode coder() {
        return coder;
    }

    public int rowCount() {
        return rowCount;
    }

    public KeyTier tier() {
        return codesBlock == null ? KeyTier.COLD : KeyTier.HOT;
    }

    public KeySummary summary() {
        return summary;
    }

    /** Off-heap bytes, as the ledger counts them. */
    public long bytes() {
        return rowNumbersBlock.bytes()
                + (codesBlock == null ? 0 : codesBlock.bytes())
                + (top == null ? 0 : top.bytes())
                + (groups == null ? 0 : groups.bytes())
                + ties.bytes();
    }

    /** The number of the row at this index. */
    public int rowNumber(int index) {
        assert 0 <= index && index < rowCount : index;
        return Memory.getInt(rowNumbers + 4L * index);
    }

    /** Copies {@code count} row numbers from {@code index} on into {@code target}. */
    public void rowNumbers(int index, int count, int[] target, int targetIndex) {
        assert 0 <= index && index + count <= rowCount : index + "+" + count;
        for (int i = 0; i < count; i++) {
            target[targetIndex + i] = Memory.getInt(rowNumbers + 4L * (index + i));
        }
    }

    /**
     * The packed code of the row at this index: one load if the key is hot, read from the row if not; and if long runs of
     * rows tie, whose places hold the bits in which they differ.
     */
    public long codeAt(int index) {
        assert 0 <= index && index < rowCount : index;
        return isPacked ? Memory.getLong(codes + 8L * index) : codeOfRowAt(index);
    }

    private long codeOfRowAt(int index) {
        return coder.code(rowAt(index));
    }

    /** The packed code of a row of the slab. */
    long codeOfRow(int rowNumber) {
        return coder.code(slab.address(rowNumber));
    }

    /** Whether {@link #codeAt} is one load for every row. */
    boolean isPacked() {
        return isPacked;
    }

    @Nullable
    TopIndex top() {
        return top;
    }

    /** The directory for equality, null if the key was built without. */
    public @Nullable HashDirectory directory() {
        return directory;
    }

    /** By the {@link #directory}, what {@link HashDirectory} finds for this packed code: a row, an index, or none. */
    public int find(long code) {
        if (directory == null) {
            throw new IllegalStateException("key " + spec() + " has no hash directory");
        }
        return directory.find(this, code);
    }

    /** As {@link #find} of each of the first {@code count} codes: {@code found[i]} for {@code codes[i]}. */
    public void findAll(long[] codes, int count, int[] found) {
        if (directory == null) {
            throw new IllegalStateException("key " + spec() + " has no hash directory");
        }
        directory.findAll(this, codes, count, found);
    }

    /** Where the row at this index stands. */
    long rowAt(int index) {
        return slab.address(rowNumber(index));
    }

    /** The first index from {@code fromIndex} on whose packed code is not less than {@code code}, or the row count. */
    public int seek(long code, int fromIndex) {
        // One more than the greatest code of 63 bits is negative.
        if (code < 0) {
            return rowCount;
        }
        if (top == null) {
            return groups == null ? rowCount : Math.max(fromIndex, groups.seek(code));
        }
        final long located = top.locate(code);
        final int low = TopIndex.low(located);
        final int high = TopIndex.high(located);
        return Math.max(fromIndex, low == high ? low : finish(code, low, high));
    }

    /** Codes before {@code low} are less, those from {@code high} on are not. */
    int finish(long code, int low, int high) {
        int from = low;
        int to = high;
        while (to - from > FEW_ROWS) {
            // Seven looks at once cost little more than one, and make three steps of a binchop.
            final int step = (to - from) >>> 3;
            if (hasFarText) {
                touch(from + step - 1, step, FEW_ROWS);
            }
            int less = 0;
            for (int i = 1; i < 8; i++) {
                less += isLess(from + i * step - 1, code);
            }
            to = less == 7 ? to : from + (less + 1) * step - 1;
            from += less * step;
        }
        if (hasFarText) {
            touch(from, 1, to - from);
        }
        return !isPacked && to - from <= 2 ? countLess(code, from, to) : firstNotLess(code, from, to);
    }

    /**
     * Reads the text of some rows: all their cache misses at once. Turning text into a code takes so many instructions that
     * the processor would not get to the next row's before it needs them.
     */
    private void touch(int from, int step, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += coder.touchFarText(rowAt(from + i * step));
        }
        KeyCode.use(sum);
    }

    /** Without a branch on what is in a row, which would be guessed wrong and keep the processor from the next seek. */
    private int countLess(long code, int from, int to) {
        int less = 0;
        for (int i = from; i < to; i++) {
            less += isLess(i, code);
        }
        return from + less;
    }

    /** In a longer bin, and where codes are near each other, guessing that the first one is it pays. */
    private int firstNotLess(long code, int from, int to) {
        int at = from;
        while (at < to && codeAt(at) < code) {
            at++;
        }
        return at;
    }

    /** 1 if the code at this index is less, else 0. */
    private int isLess(int index, long code) {
        return (int) ((codeAt(index) - code) >>> 63);
    }

    /** The first index from {@code fromIndex} on whose row does not sort before what is sought, or the row count. */
    public int seek(Sought sought, int fromIndex) {
        if (sought.isBeyond()) {
            return rowCount;
        }
        int index = seek(sought.group(0), 0);
        if (!sought.isPacked() && index < rowCount) {
            index = seekTied(sought, index);
        }
        return Math.max(fromIndex, index);
    }

    /** Goes on from the first row that is not less in group 0, run within run. */
    private int seekTied(Sought sought, int start) {
        int index = start;
        int knownBits = 0;
        while (true) {
            final TieIndexes.Run run = ties.find(index, knownBits);
            if (run == null) {
                return seekShort(sought, index, knownBits / KeyCode.GROUP_BITS);
            }
            final int end = index + run.rowCount;
            final int shared = sought.compareShared(run.shared, run.fromBit);
            if (shared != 0 || run.top == null) {
                return shared < 0 ? end : index;
            }
            final long code = sought.bitsFrom(run.fromBit);
            final int found = seekInRun(run, run.top, index, code);
            knownBits = run.fromBit + KeyCode.GROUP_BITS;
            if (found == end || knownBits >= coder.totalBits() || windowAt(run, found) != code) {
                return found;
            }
            index = found;
        }
    }

    private long windowAt(TieIndexes.Run run, int index) {
        return codes != 0 && run.isOutermost ? Memory.getLong(codes + 8L * index) : run.window.of(rowAt(index));
    }

    private int seekInRun(TieIndexes.Run run, TopIndex within, int start, long code) {
        final long located = within.locate(code);
        int low = start + TopIndex.low(located);
        int high = start + TopIndex.high(located);
        // Most bins hold a row or two.
        while (low < high) {
            final int at = high - low <= 2 ? low : (low + high) >>> 1;
            if (windowAt(run, at) < code) {
                low = at + 1;
            } else {
                high = at;
            }
        }
        return low;
    }

    /** In a run too short for an index, whose first row at {@code index} agrees in some groups: gallops, as most have a row or two. */
    private int seekShort(Sought sought, int index, int groupsKnown) {
        if (sought.compareFrom(rowAt(index), groupsKnown) >= 0) {
            return index;
        }
        final int limit = Math.min(rowCount, index + TieIndexes.MIN_ROWS);
        int low = index;
        int step = 1;
        while (low < limit && sought.compare(rowAt(Math.min(low + step, limit) - 1)) < 0) {
            low = Math.min(low + step, limit);
            step *= 2;
        }
        // Rows before low are less; the one that ended the gallop, if any, is not.
        int high = low == limit ? limit : Math.min(low + step, limit) - 1;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (sought.compare(rowAt(mid)) < 0) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /** Frees the memory. A second call does nothing. */
    @Override
    public void close() {
        rowNumbersBlock.close();
        if (top != null) {
            top.close();
        }
        if (groups != null) {
            groups.close();
        }
        ties.close();
        if (directory != null) {
            directory.close();
        }
        if (codesBlock != null) {
            codesBlock.close();
        }
    }

    @Override
    public String toString() {
        return "%s by %s, %s, %,d rows".formatted(slab.schema().name(), spec(), tier(), rowCount);
    }
}
