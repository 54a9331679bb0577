package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/**
 * INTERSECT and EXCEPT of SQL: rows of the left input that equal, or do not equal, a row of the right input in all fields,
 * null equal to null, in the order of the left input.
 *
 * <pre>
 *   right     a table of its distinct rows, with a count for each
 *   left      intersect        row is there: hand it on, and never again         count := 0
 *             intersect all    count &gt; 0: hand it on                              count − 1
 *             except           row is not there: hand it on, if it is the first    (by a {@link DistinctActivity} behind)
 *             except all       count is 0 or row is not there: hand it on          else count − 1
 * </pre>
 */
public final class SetActivity implements Activity {
    private final Activity left;
    private final Activity right;
    private final Kind kind;
    private final RowStore rightRows;
    private final RowTable table;
    private final RowProbe leftProbe;
    private final RowProbe rightProbe;
    private final OffHeapInts counts;
    private final RowBatch own;
    private final int[] found = new int[RowBatch.SIZE];
    private final int[] places = new int[RowBatch.SIZE];
    private boolean rightIsRead;

    private enum Kind {
        INTERSECT,
        INTERSECT_ALL,
        EXCEPT,
        EXCEPT_ALL
    }

    private SetActivity(Activity left, Activity right, Kind kind, FlowMemory memory) {
        this.left = left;
        this.right = right;
        this.kind = kind;
        final KeyFields leftKey = KeyFields.all(left.layout());
        final KeyFields rightKey = KeyFields.all(right.layout());
        KeyEquality.requireComparable(leftKey, rightKey);
        rightRows = new RowStore(right.layout(), memory, "rows to intersect or except");
        table = new RowTable(rightRows, rightKey, memory, "the table of rows to intersect or except");
        leftProbe = new RowProbe(table, leftKey);
        rightProbe = new RowProbe(table, rightKey);
        counts = new OffHeapInts(memory, "how often rows to intersect or except come");
        own = new RowBatch(right.layout());
    }

    /**
     * Each row that both inputs have, once; or with {@code all} as often as both have it.
     *
     * @throws io.keyfarm.rows.BadValueException naming two fields that cannot be compared
     */
    public static Activity intersect(Activity left, Activity right, boolean all, FlowMemory memory) {
        return new SetActivity(left, right, all ? Kind.INTERSECT_ALL : Kind.INTERSECT, memory);
    }

    /**
     * Each row of the left input that the right one has not, once; or with {@code all} as often as the left has it more.
     *
     * @throws io.keyfarm.rows.BadValueException naming two fields that cannot be compared
     */
    public static Activity except(Activity left, Activity right, boolean all, FlowMemory memory) {
        return all
                ? new SetActivity(left, right, Kind.EXCEPT_ALL, memory)
                : new DistinctActivity(new SetActivity(left, right, Kind.EXCEPT, memory), memory);
    }

    @Override
    public RecordLayout layout() {
        return left.layout();
    }

    @Override
    public void begin() {
        free();
        left.begin();
        right.begin();
    }

    @Override
    public int next(RowBatch batch) {
        while (!rightIsRead) {
            final int count = right.next(own);
            if (count == WAITING) {
                return WAITING;
            }
            if (count > 0) {
                keepRight();
            } else {
                right.close();
                rightIsRead = true;
            }
        }
        while (true) {
            final int count = left.next(batch);
            if (count <= 0) {
                return count;
            }
            leftProbe.find(batch, found);
            final int chosen = choose(count);
            if (chosen > 0) {
                batch.keep(places, chosen);
                return chosen;
            }
        }
    }

    private void keepRight() {
        rightProbe.find(own, found);
        for (int i = 0; i < own.count(); i++) {
            final int number = found[i] == RowTable.ABSENT ? rightProbe.findAgain(i) : found[i];
            if (number == RowTable.ABSENT) {
                rightProbe.add(i, rightRows.rowCount());
                rightRows.copy(own.row(i), own.heapBases());
                counts.add(1);
            } else {
                counts.set(number, Math.min(counts.get(number), Integer.MAX_VALUE - 1) + 1);
            }
        }
    }

    private int choose(int count) {
        int chosen = 0;
        for (int i = 0; i < count; i++) {
            places[chosen] = i;
            chosen += isWanted(found[i]) ? 1 : 0;
        }
        return chosen;
    }

    private boolean isWanted(int number) {
        final int left = number == RowTable.ABSENT ? 0 : counts.get(number);
        if (left > 0 && kind != Kind.EXCEPT) {
            counts.set(number, kind == Kind.INTERSECT ? 0 : left - 1);
        }
        return left > 0 == (kind == Kind.INTERSECT || kind == Kind.INTERSECT_ALL);
    }

    private void free() {
        table.close();
        rightRows.close();
        counts.close();
        rightIsRead = false;
    }

    @Override
    public void close() {
        free();
        left.close();
        right.close();
    }
}
