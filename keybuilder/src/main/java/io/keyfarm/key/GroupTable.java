package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLedger;

/**
 * Where each group of equal packed codes begins, for keys that have few groups: what a {@link TopIndex} over all rows
 * would say 32 times over, and without a look at a row.
 *
 * <pre>
 *   codes    | FL | GA | NY |               8 bytes a group, under a top index of their own
 *   starts   | 0  | 70 | 95 | row count |   4 bytes
 * </pre>
 *
 * Immutable.
 */
public final class GroupTable implements AutoCloseable {
    private static final int MIN_ROWS_A_GROUP = 32;

    private final MemoryBlock block;
    private final TopIndex top;
    private final long codes;
    private final long starts;

    /** Over {@code count} sorted codes of 8 bytes, of which {@code groupCount} are different. */
    public GroupTable(MemoryLedger ledger, String what, long sortedCodes, int count, int groupCount, BuildTurns turns) {
        block = MemoryBlock.allocate(ledger, what, 12L * groupCount + 4);
        codes = block.address();
        starts = codes + 8L * groupCount;
        try {
            fill(sortedCodes, count, groupCount, turns);
            top = new TopIndex(ledger, what, codes, groupCount, turns);
        } catch (RuntimeException | Error e) {
            block.close();
            throw e;
        }
    }

    private void fill(long sortedCodes, int count, int groupCount, BuildTurns turns) {
        int group = 0;
        int start = 0;
        while (start < count) {
            final int end = turns.runEnd(sortedCodes, start, count);
            Memory.putLong(codes + 8L * group, Memory.getLong(sortedCodes + 8L * start));
            Memory.putInt(starts + 4L * group, start);
            group++;
            start = end;
        }
        assert group == groupCount : group + " of " + groupCount;
        Memory.putInt(starts + 4L * group, count);
    }

    /** Whether a key of so many rows and groups is better off with a table of its groups. */
    public static boolean pays(int rowCount, long groupCount) {
        return groupCount <= rowCount / MIN_ROWS_A_GROUP;
    }

    /** The first index whose code is not less, or the row count. */
    int seek(long code) {
        final long located = top.locate(code);
        int group = TopIndex.low(located);
        final int high = TopIndex.high(located);
        while (group < high && Memory.getLong(codes + 8L * group) < code) {
            group++;
        }
        return Memory.getInt(starts + 4L * group);
    }

    public long bytes() {
        return block.bytes() + top.bytes();
    }

    @Override
    public void close() {
        block.close();
        top.close();
    }
}
