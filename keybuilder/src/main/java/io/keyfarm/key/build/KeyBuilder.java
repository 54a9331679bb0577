package io.keyfarm.key.build;

import io.keyfarm.key.BuildTurns;
import io.keyfarm.key.GroupTable;
import io.keyfarm.key.HashDirectory;
import io.keyfarm.key.KeyCode;
import io.keyfarm.key.KeyOrder;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.TieIndexes;
import io.keyfarm.key.TopIndex;
import io.keyfarm.key.advice.GroupStatistics;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import org.jspecify.annotations.Nullable;

/** Builds keys, all their memory counted in one ledger: while it sorts, up to 24 bytes a row beyond what the key keeps. */
public final class KeyBuilder {
    private static final int SAMPLE_ROWS = 256;

    private final MemoryLedger ledger;
    private final BuildPace pace;

    public KeyBuilder(MemoryLedger ledger) {
        this(ledger, BuildPace.FULL);
    }

    public KeyBuilder(MemoryLedger ledger, BuildPace pace) {
        this.ledger = ledger;
        this.pace = pace;
    }

    /**
     * A key over the slab, the caller's to close.
     *
     * @throws BadValueException if the table lacks one of the fields
     * @throws io.keyfarm.rows.MemoryLimitException if there is no room for it; then nothing is held
     */
    public SortedKey build(Slab slab, KeySpec spec, KeyTier tier) {
        return build(slab, spec, tier, 0);
    }

    /**
     * A key with a hash directory over its first {@code hashedFields} fields; 0 for none.
     *
     * @throws BadValueException also if these fields take more than the 63 bits of a packed code
     */
    public SortedKey build(Slab slab, KeySpec spec, KeyTier tier, int hashedFields) {
        final BuildTurns turns = new BuildTurns(pace::onRows);
        final KeyCode coder = new KeyCode(slab, spec, turns);
        if (hashedFields > coder.exactFields()) {
            throw new BadValueException("a hash directory holds fields of 63 bits in all: the first "
                    + coder.exactFields() + " of " + spec + ", but not " + hashedFields);
        }
        try (Parts parts = new Parts(new KeySorter(coder, ledger, turns))) {
            parts.sorter.freeScratch();
            final long rows = parts.sorter.rows();
            final int count = slab.rowCount();
            final KeySummary summary = KeySummary.of(
                    slab,
                    spec,
                    tier,
                    statistics(coder, parts.sorter, turns),
                    SAMPLE_ROWS,
                    index -> Memory.getInt(rows + 4L * index));
            final int groupCount = groups(parts.sorter.codes(), count, turns);
            final boolean hasFewGroups = GroupTable.pays(count, groupCount);
            if (count > 0 && hasFewGroups) {
                parts.groups = new GroupTable(
                        ledger, "group table of key " + spec, parts.sorter.codes(), count, groupCount, turns);
            } else if (count > 0) {
                parts.top = new TopIndex(ledger, "top index of key " + spec, parts.sorter.codes(), count, turns);
            }
            if (hashedFields > 0) {
                final long groups = summary.distinctGroups(hashedFields);
                parts.directory = HashDirectory.empty(ledger, coder, hashedFields, groups, turns);
                fill(parts.directory, coder, parts.sorter, turns);
            }
            // Last, as it overwrites codes.
            final TieIndexes ties = new TieIndexBuilder(coder, ledger, rows, turns).build(parts.sorter.codes());
            parts.isKept = true;
            return new SortedKey(
                    coder,
                    parts.sorter.takeRows(),
                    tier == KeyTier.HOT ? parts.sorter.takeCodes() : null,
                    parts.top,
                    parts.groups,
                    ties,
                    parts.directory,
                    summary);
        }
    }

    /** What was made so far, freed if the rest fails. */
    private static final class Parts implements AutoCloseable {
        final KeySorter sorter;

        @Nullable
        TopIndex top;

        @Nullable
        GroupTable groups;

        @Nullable
        HashDirectory directory;

        boolean isKept;

        Parts(KeySorter sorter) {
            this.sorter = sorter;
        }

        @Override
        public void close() {
            sorter.close();
            if (!isKept && top != null) {
                top.close();
            }
            if (!isKept && groups != null) {
                groups.close();
            }
            if (!isKept && directory != null) {
                directory.close();
            }
        }
    }

    /** How many packed codes are different. */
    private static int groups(long codes, int count, BuildTurns turns) {
        int groups = Math.min(1, count);
        for (int from = 0; from < count; from = BuildTurns.end(from, count)) {
            final int to = BuildTurns.end(from, count);
            groups += differences(codes, Math.max(1, from), to);
            turns.onRows(to - from);
        }
        return groups;
    }

    private static int differences(long codes, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += Memory.getLong(codes + 8L * i) != Memory.getLong(codes + 8L * (i - 1)) ? 1 : 0;
        }
        return count;
    }

    private static void fill(HashDirectory directory, KeyCode coder, KeySorter sorter, BuildTurns turns) {
        final int count = coder.slab().rowCount();
        final int dropped = coder.bitsBehind(directory.fieldCount());
        int start = 0;
        while (start < count) {
            final int end = fill(directory, sorter, start, BuildTurns.end(start, count), count, dropped);
            turns.onRows(end - start);
            start = end;
        }
    }

    /** With the groups that begin from {@code from} to {@code to}; answers where the last one ends. */
    private static int fill(HashDirectory directory, KeySorter sorter, int from, int to, int count, int dropped) {
        int start = from;
        while (start < to) {
            final long code = Memory.getLong(sorter.codes() + 8L * start);
            int end = start + 1;
            while (end < count && Memory.getLong(sorter.codes() + 8L * end) >>> dropped == code >>> dropped) {
                end++;
            }
            if (end - start == 1) {
                directory.addLone(code, Memory.getInt(sorter.rows() + 4L * start));
            } else {
                directory.addRun(code, start);
            }
            start = end;
        }
        return start;
    }

    private static GroupStatistics statistics(KeyCode coder, KeySorter sorter, BuildTurns turns) {
        final GroupStatistics.Builder groups = new GroupStatistics.Builder(coder.fieldCount());
        final int count = coder.slab().rowCount();
        final int[] fieldOfBit = new int[KeyCode.GROUP_BITS + 1];
        for (int bit = 0; bit < coder.groupBits(0); bit++) {
            fieldOfBit[Long.SIZE - coder.groupBits(0) + bit] = coder.fieldOfBit(bit);
        }
        final KeyOrder order = coder.exactFields() < coder.fieldCount() ? new KeyOrder(coder) : null;
        for (int from = 0; from < count; from = BuildTurns.end(from, count)) {
            final int to = BuildTurns.end(from, count);
            addDifferences(coder, sorter, order, Math.max(1, from), to, fieldOfBit, groups);
            turns.onRows(to - from);
        }
        return groups.build(count);
    }

    /** @param order null where rows of equal codes are equal */
    private static void addDifferences(
            KeyCode coder,
            KeySorter sorter,
            @Nullable KeyOrder order,
            int from,
            int to,
            int[] fieldOfBit,
            GroupStatistics.Builder groups) {
        final long codes = sorter.codes();
        long before = Memory.getLong(codes + 8L * (from - 1));
        for (int i = from; i < to; i++) {
            final long code = Memory.getLong(codes + 8L * i);
            if (code != before) {
                groups.onDifference(i, fieldOfBit[Long.numberOfLeadingZeros(code ^ before)]);
            } else if (order != null) {
                onTie(coder, sorter, order, i, groups);
            }
            before = code;
        }
    }

    private static void onTie(KeyCode coder, KeySorter sorter, KeyOrder order, int i, GroupStatistics.Builder groups) {
        final Slab slab = coder.slab();
        final long left = slab.address(Memory.getInt(sorter.rows() + 4L * (i - 1)));
        final long right = slab.address(Memory.getInt(sorter.rows() + 4L * i));
        final int field = order.firstDifference(left, right, coder.exactFields());
        if (field < coder.fieldCount()) {
            groups.onDifference(i, field);
        }
    }
}
