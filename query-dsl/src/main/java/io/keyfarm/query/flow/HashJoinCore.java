package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/**
 * Candidates by hash: all right rows are kept, and found by fields that equal those of the left rows. A row with a null
 * among these fields has no candidates, and is none.
 *
 * <pre>
 *   right      | 0: FL | 1: GA | 2: FL | 3: FL |      as the right input has them
 *   table        FL ─► 0   GA ─► 1                      the first row of each key
 *   counts     | 3     | 1     | 0     | 0     |      of the key, at its first row
 *   starts     | 0     | 3     | 4     | 4     |      where its rows begin in
 *   ordered    | 0 2 3 | 1 |                          row numbers, key by key, each in the order of the input
 * </pre>
 *
 * Where every key is unique the last three are left out. All right rows are read before the first pair is handed out.
 */
public final class HashJoinCore implements CandidateSource {
    private final Activity right;
    private final StopSignal stop;
    private final KeyFields rightKey;
    private final RowStore rows;
    private final RowTable table;
    private final RowProbe leftProbe;
    private final RowProbe rightProbe;
    /** The first row of each row's key, while rows come. */
    private final OffHeapInts firsts;

    private final OffHeapInts counts;
    private final OffHeapInts starts;
    private final OffHeapInts ordered;
    private final RowBatch own;
    private boolean built;
    private long rowsUntilLook;

    private RowBatch left;
    private boolean counted;
    private final int[] found = new int[RowBatch.SIZE];
    private final int[] candidates = new int[RowBatch.SIZE];
    private final boolean[] skipped = new boolean[RowBatch.SIZE];
    private int place;
    private int handedOut;

    /** @throws io.keyfarm.rows.BadValueException naming two fields that cannot be compared */
    public HashJoinCore(
            RecordLayout leftLayout,
            int[] leftFields,
            Activity right,
            int[] rightFields,
            FlowMemory memory,
            StopSignal stop) {
        this.right = right;
        this.stop = stop;
        final KeyFields leftKey = new KeyFields(leftLayout, leftFields);
        rightKey = new KeyFields(right.layout(), rightFields);
        KeyEquality.requireComparable(leftKey, rightKey);
        rows = new RowStore(right.layout(), memory, "the right rows of a join");
        table = new RowTable(rows, rightKey, memory, "the table of a join");
        leftProbe = new RowProbe(table, leftKey);
        rightProbe = new RowProbe(table, rightKey);
        firsts = new OffHeapInts(memory, "the keys of a join");
        counts = new OffHeapInts(memory, "the counts of a join");
        starts = new OffHeapInts(memory, "the keys of a join");
        ordered = new OffHeapInts(memory, "the row numbers of a join");
        own = new RowBatch(right.layout());
        left = new RowBatch(leftLayout);
    }

    @Override
    public RecordLayout rightLayout() {
        return right.layout();
    }

    @Override
    public void begin() {
        free();
        right.begin();
    }

    @Override
    public void lookup(RowBatch leftRows) {
        left = leftRows;
        counted = false;
        place = 0;
        handedOut = 0;
        for (int i = 0; i < left.count(); i++) {
            skipped[i] = false;
        }
        if (built) {
            count();
        }
    }

    @Override
    public int countedRows() {
        return counted ? left.count() : 0;
    }

    @Override
    public long candidates(int leftPlace) {
        assert counted && leftPlace < left.count() : leftPlace;
        return candidates[leftPlace];
    }

    @Override
    public void skip(int leftPlace) {
        skipped[leftPlace] = true;
    }

    @Override
    public int next(PairBatch pairs) {
        if (!built && !build()) {
            return WAITING;
        }
        if (!counted) {
            count();
        }
        pairs.begin(rows.heapBases());
        while (place < left.count() && !pairs.isFull()) {
            if (skipped[place] || handedOut == candidates[place]) {
                place++;
                handedOut = 0;
            } else {
                handOut(pairs);
            }
        }
        return pairs.count();
    }

    /** Of one left row as many as there is room for. */
    private void handOut(PairBatch pairs) {
        final int first = found[place];
        if (counts.count() == 0) {
            pairs.add(place, rows.address(first));
            handedOut++;
            return;
        }
        final int start = starts.get(first);
        while (handedOut < candidates[place] && !pairs.isFull()) {
            pairs.add(place, rows.address(ordered.get(start + handedOut)));
            handedOut++;
        }
    }

    private void count() {
        leftProbe.find(left, found);
        for (int i = 0; i < left.count(); i++) {
            // A null finds nothing, for no row in the table has one.
            final int first = found[i];
            candidates[i] = first == RowTable.ABSENT ? 0 : counts.count() == 0 ? 1 : counts.get(first);
        }
        counted = true;
    }

    /** Takes the right rows there are; true when they are all. */
    private boolean build() {
        int count;
        while ((count = right.next(own)) > 0) {
            rowsUntilLook -= count;
            lookForStop();
            keep();
        }
        if (count == Activity.WAITING) {
            return false;
        }
        right.close();
        if (table.rowCount() < rows.rowCount()) {
            order();
        }
        firsts.close();
        built = true;
        return true;
    }

    private void keep() {
        rightProbe.find(own, found);
        for (int i = 0; i < own.count(); i++) {
            if (rightKey.hasNull(own.row(i))) {
                continue;
            }
            final int number = rows.rowCount();
            rows.copy(own.row(i), own.heapBases());
            int first = found[i] == RowTable.ABSENT ? rightProbe.findAgain(i) : found[i];
            if (first == RowTable.ABSENT) {
                rightProbe.add(i, number);
                first = number;
            }
            firsts.add(first);
        }
    }

    /** A counting sort of the row numbers by the first row of their key. */
    private void order() {
        final int rowCount = rows.rowCount();
        counts.fillZero(rowCount);
        for (int i = 0; i < rowCount; i++) {
            counts.set(firsts.get(i), counts.get(firsts.get(i)) + 1);
        }
        starts.fillZero(rowCount);
        int start = 0;
        for (int i = 0; i < rowCount; i++) {
            starts.set(i, start);
            start += counts.get(i);
        }
        ordered.fillZero(rowCount);
        for (int i = 0; i < rowCount; i++) {
            rowsUntilLook--;
            lookForStop();
            final int first = firsts.get(i);
            ordered.set(starts.get(first), i);
            starts.set(first, starts.get(first) + 1);
        }
        for (int i = 0; i < rowCount; i++) {
            starts.set(i, starts.get(i) - counts.get(i));
        }
    }

    private void lookForStop() {
        if (rowsUntilLook <= 0) {
            stop.throwIfStopped();
            rowsUntilLook = StopSignal.ROWS;
        }
    }

    private void free() {
        table.close();
        rows.close();
        firsts.close();
        counts.close();
        starts.close();
        ordered.close();
        built = false;
        counted = false;
        rowsUntilLook = 0;
    }

    @Override
    public void close() {
        free();
        right.close();
    }
}
