package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/**
 * Of adjacent rows that are equal in some fields, null equal to null, only the first or only the last.
 *
 * <pre>
 *   batch before        | … x |                    its last row is copied, for the rows stand no longer
 *   batch now           | x x y y z |
 *   keep the first           y z                   and z is copied
 *   keep the last         x y                      and z waits: an equal row may follow it
 * </pre>
 */
public final class DedupActivity implements Activity {
    private final Activity input;
    private final boolean keepsLast;
    private final KeyEquality equality;
    private final RowStore last;
    private final RowBatch own;
    private final long[] before = new long[RowBatch.SIZE];
    private final boolean[] equal = new boolean[RowBatch.SIZE];
    private final int[] places = new int[RowBatch.SIZE];
    private boolean hasOwn;
    private boolean ended;

    private DedupActivity(Activity input, int[] fields, boolean keepsLast, FlowMemory memory) {
        this.input = input;
        this.keepsLast = keepsLast;
        equality = new KeyEquality(new KeyFields(input.layout(), fields), new KeyFields(input.layout(), fields));
        last = new RowStore(input.layout(), memory, "the row before");
        own = new RowBatch(input.layout());
    }

    public static DedupActivity keepFirst(Activity input, int[] fields, FlowMemory memory) {
        return new DedupActivity(input, fields, false, memory);
    }

    public static DedupActivity keepLast(Activity input, int[] fields, FlowMemory memory) {
        return new DedupActivity(input, fields, true, memory);
    }

    @Override
    public RecordLayout layout() {
        return input.layout();
    }

    @Override
    public void begin() {
        last.close();
        hasOwn = false;
        ended = false;
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        return keepsLast ? nextOfLasts(batch) : nextOfFirsts(batch);
    }

    private int nextOfFirsts(RowBatch batch) {
        while (true) {
            final int count = input.next(batch);
            if (count <= 0) {
                return count;
            }
            compareWithBefore(batch);
            int kept = 0;
            for (int i = 0; i < count; i++) {
                places[kept] = i;
                kept += equal[i] ? 0 : 1;
            }
            remember(batch);
            if (kept > 0) {
                batch.keep(places, kept);
                return kept;
            }
        }
    }

    private int nextOfLasts(RowBatch batch) {
        while (true) {
            if (hasOwn) {
                hasOwn = false;
                if (giveLastsOfOwn(batch) > 0) {
                    return batch.count();
                }
            }
            if (ended) {
                batch.begin(last.heapBases());
                return 0;
            }
            final int count = input.next(own);
            if (count == Activity.WAITING) {
                return count;
            }
            ended = count == 0;
            hasOwn = !ended;
            if (hasOwn) {
                compareWithBefore(own);
            }
            if (last.rowCount() > 0 && (ended || !equal[0])) {
                return handOnLast(batch);
            }
        }
    }

    private int giveLastsOfOwn(RowBatch batch) {
        batch.begin(own.heapBases());
        for (int i = 1; i < own.count(); i++) {
            if (!equal[i]) {
                batch.add(own.row(i - 1));
            }
        }
        remember(own);
        return batch.count();
    }

    private int handOnLast(RowBatch batch) {
        batch.begin(last.heapBases());
        batch.add(last.address(0));
        return 1;
    }

    /** Whether each row equals the one before it. */
    private void compareWithBefore(RowBatch batch) {
        final int count = batch.count();
        System.arraycopy(batch.rows(), 0, before, 1, count - 1);
        before[0] = batch.row(0);
        equality.compare(batch.rows(), batch.heapBases(), before, batch.heapBases(), count, equal);
        equal[0] = last.rowCount() > 0
                && equality.isEqual(batch.row(0), batch.heapBases(), last.address(0), last.heapBases());
    }

    private void remember(RowBatch batch) {
        last.clear();
        last.copy(batch.row(batch.count() - 1), batch.heapBases());
    }

    @Override
    public void close() {
        last.close();
        input.close();
    }
}
