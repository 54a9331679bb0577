package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/**
 * Of adjacent rows that are equal in some fields, null equal to null, only the first or only the last.
 *
 * <pre>
 *   batch before        | … x |
 *   batch now           | x x y y z |
 *   keep the first           y z                   and z is copied
 *   keep the last         x y                      and z waits: an equal row may follow it
 * </pre>
 */
public final class DedupActivity implements Activity {
    private final Activity input;
    private final boolean keepsLast;
    private final Neighbours neighbours;
    private final RowBatch own;
    private final int[] places = new int[RowBatch.SIZE];
    private boolean hasOwn;
    private boolean ended;

    private DedupActivity(Activity input, int[] fields, boolean keepsLast, FlowMemory memory) {
        this.input = input;
        this.keepsLast = keepsLast;
        neighbours = new Neighbours(input.layout(), fields, memory);
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
        neighbours.close();
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
            neighbours.compare(batch);
            int kept = 0;
            for (int i = 0; i < count; i++) {
                places[kept] = i;
                kept += neighbours.isEqual(i) ? 0 : 1;
            }
            neighbours.remember(batch);
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
                batch.begin(neighbours.last().heapBases());
                return 0;
            }
            final int count = input.next(own);
            if (count == Activity.WAITING) {
                return count;
            }
            ended = count == 0;
            hasOwn = !ended;
            if (hasOwn) {
                neighbours.compare(own);
            }
            if (neighbours.hasLast() && (ended || !neighbours.isEqual(0))) {
                return handOnLast(batch);
            }
        }
    }

    private int giveLastsOfOwn(RowBatch batch) {
        batch.begin(own.heapBases());
        for (int i = 1; i < own.count(); i++) {
            if (!neighbours.isEqual(i)) {
                batch.add(own.row(i - 1));
            }
        }
        neighbours.remember(own);
        return batch.count();
    }

    private int handOnLast(RowBatch batch) {
        batch.begin(neighbours.last().heapBases());
        batch.add(neighbours.last().address(0));
        return 1;
    }

    @Override
    public void close() {
        neighbours.close();
        input.close();
    }
}
