package io.keyfarm.query.flow;

/**
 * Looks up batches of rows of one layout in a {@link RowTable}, whose rows may have another.
 *
 * <pre>
 *   hash all rows ─► read all their slots ─► compare with all rows that these name ─► the few of equal hash, on their own
 * </pre>
 *
 * The cache misses of one stage do not wait for one another. For one thread.
 */
final class RowProbe {
    private final RowTable table;
    private final RowStore store;
    private final KeyFields sought;
    private final KeyEquality equality;

    private long[] soughtRows = {};
    private long[] soughtBases = {};
    private final long[] hashes = new long[RowBatch.SIZE];
    private final long[] entries = new long[RowBatch.SIZE];
    private final int[] candidates = new int[RowBatch.SIZE];
    private final int[] candidateSlots = new int[RowBatch.SIZE];
    private final long[] lefts = new long[RowBatch.SIZE];
    private final long[] rights = new long[RowBatch.SIZE];
    private final boolean[] equal = new boolean[RowBatch.SIZE];

    /** @param sought the fields of the rows looked up, comparable with those of the table */
    RowProbe(RowTable table, KeyFields sought) {
        this.table = table;
        this.sought = sought;
        store = table.store();
        equality = new KeyEquality(sought, table.key());
    }

    /** The number of the row in the table that each row equals, or {@link RowTable#ABSENT}. */
    void find(RowBatch batch, int[] found) {
        find(batch.rows(), batch.count(), batch.heapBases(), found);
    }

    void find(long[] rows, int count, long[] heapBases, int[] found) {
        soughtRows = rows;
        soughtBases = heapBases;
        sought.hash(rows, count, heapBases, hashes);
        if (table.rowCount() == 0) {
            for (int i = 0; i < count; i++) {
                found[i] = RowTable.ABSENT;
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            entries[i] = table.entry(table.slot((int) hashes[i]));
        }
        final int candidateCount = findCandidates(count, found);
        equality.compare(lefts, heapBases, rights, store.heapBases(), candidateCount, equal);
        for (int i = 0; i < candidateCount; i++) {
            if (!equal[i]) {
                final int place = candidates[i];
                found[place] = findFrom(table.slotAfter(candidateSlots[i]), place);
            }
        }
    }

    /** For each row the first of the same hash. */
    private int findCandidates(int count, int[] found) {
        int candidateCount = 0;
        for (int i = 0; i < count; i++) {
            final int hash = (int) hashes[i];
            int slot = table.slot(hash);
            long entry = entries[i];
            while (entry != 0 && RowTable.hash(entry) != hash) {
                slot = table.slotAfter(slot);
                entry = table.entry(slot);
            }
            if (entry == 0) {
                found[i] = RowTable.ABSENT;
                continue;
            }
            found[i] = RowTable.rowNumber(entry);
            candidates[candidateCount] = i;
            candidateSlots[candidateCount] = slot;
            lefts[candidateCount] = soughtRows[i];
            rights[candidateCount++] = store.address(found[i]);
        }
        return candidateCount;
    }

    /** As {@link #find} for one row of the batch looked up last, after others were added. */
    int findAgain(int place) {
        return table.rowCount() == 0 ? RowTable.ABSENT : findFrom(table.slot((int) hashes[place]), place);
    }

    private int findFrom(int firstSlot, int place) {
        final int hash = (int) hashes[place];
        int slot = firstSlot;
        for (long entry = table.entry(slot); entry != 0; entry = table.entry(slot)) {
            final int number = RowTable.rowNumber(entry);
            if (RowTable.hash(entry) == hash
                    && equality.isEqual(soughtRows[place], soughtBases, store.address(number), store.heapBases())) {
                return number;
            }
            slot = table.slotAfter(slot);
        }
        return RowTable.ABSENT;
    }

    /** Adds a row of the store that equals the row at this place of the batch looked up last, which was found absent. */
    void add(int place, int rowNumber) {
        table.add((int) hashes[place], rowNumber);
    }
}
