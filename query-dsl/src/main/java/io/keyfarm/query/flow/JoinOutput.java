package io.keyfarm.query.flow;

import io.keyfarm.query.plan.JoinKind;
import io.keyfarm.query.plan.JoinStep;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.RecordLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a join writes for one run of pairs, until they have been handed on.
 *
 * <pre>
 *   add…       rows written, each with the place of its left row
 *   finish     those to be skipped vanish, and of each left row all beyond keep
 *   next       the others are handed on
 * </pre>
 *
 * Kinds without right fields hand on the left rows themselves, where they stand.
 */
final class JoinOutput implements AutoCloseable {
    /** Of one run: a batch of pairs, and unmatched rows among them. */
    private static final int MOST_ROWS = 3 * RowBatch.SIZE;

    private final JoinKind kind;
    private final RecordLayout layout;
    private final RowStore store;
    private final @Nullable PairWriter writer;
    private final long keep;
    private final @Nullable RowsFilter skip;
    private final @Nullable Substitutes substitutes;

    private @Nullable RowBatch leftRows;
    private long[] heapBases = {};
    private final long[] rows = new long[MOST_ROWS];
    private final int[] lefts = new int[MOST_ROWS];
    private final boolean[] isSubstitute = new boolean[MOST_ROWS];
    private int count;
    private int handedOn;
    private final long[] kept = new long[RowBatch.SIZE];

    private final RowBatch skipping;
    private final int[] skipped = new int[RowBatch.SIZE];

    JoinOutput(
            RecordLayout left,
            RecordLayout right,
            RecordLayout layout,
            JoinStep how,
            @Nullable RowsFilter skip,
            FlowMemory memory) {
        kind = how.kind();
        this.layout = layout;
        keep = how.keep();
        this.skip = skip;
        store = new RowStore(layout, memory, "joined rows");
        writer = kind.hasRightFields() ? new PairWriter(left, right, how.outputs(), store) : null;
        skipping = new RowBatch(layout);
        substitutes = how.substitute() == null ? null : new Substitutes(how.substitute(), left, store, memory);
    }

    RecordLayout layout() {
        return layout;
    }

    void clear() {
        store.clear();
        count = 0;
        handedOn = 0;
    }

    /** Takes the parameters of a run. */
    void bind(Parameters run) {
        if (substitutes != null) {
            substitutes.bind(run);
        }
    }

    /** Rows to come are of this batch of left rows. */
    void begin(RowBatch left) {
        leftRows = left;
        if (substitutes != null) {
            substitutes.begin(left);
        }
        Arrays.fill(kept, 0, left.count(), 0);
    }

    void addMatch(int place, long right, long[] rightBases) {
        if (isWanted(place)) {
            writer().write(left(place), leftBases(), right, rightBases);
            add(place, store.lastRow(), false);
        }
    }

    void addUnmatched(int place) {
        if (kind == JoinKind.LEFT_ONLY) {
            addLeft(place);
        } else if (kind == JoinKind.LEFT_OUTER && isWanted(place)) {
            writer().writeUnmatched(left(place), leftBases());
            add(place, store.lastRow(), false);
        }
    }

    /** One row in place of all matches, its right fields null, or what is said instead. */
    void addSubstitute(int place) {
        if (kind == JoinKind.SEMI) {
            addLeft(place);
        } else if (kind.hasRightFields() && isWanted(place)) {
            writer().writeUnmatched(left(place), leftBases());
            if (substitutes != null) {
                substitutes.write(place, store.lastRow());
            }
            add(place, store.lastRow(), true);
        }
    }

    void addLeft(int place) {
        if (isWanted(place)) {
            add(place, left(place), false);
        }
    }

    /** Whether another row of this left row may still be handed on; where rows are skipped that is known only later. */
    private boolean isWanted(int place) {
        return skip != null || kept[place]++ < keep;
    }

    private void add(int place, long row, boolean isForExcess) {
        rows[count] = row;
        lefts[count] = place;
        isSubstitute[count] = isForExcess;
        count++;
    }

    /** Decides which of the rows added are handed on. */
    void finish() {
        heapBases = kind.hasRightFields() ? store.heapBases() : leftRows == null ? heapBases : leftRows.heapBases();
        if (skip == null) {
            return;
        }
        int stay = 0;
        for (int from = 0; from < count; from += RowBatch.SIZE) {
            stay = finish(skip, from, Math.min(count, from + RowBatch.SIZE), stay);
        }
        count = stay;
    }

    private int finish(RowsFilter toSkip, int from, int to, int before) {
        skipping.begin(heapBases);
        for (int i = from; i < to; i++) {
            skipping.add(rows[i]);
        }
        final int skippedCount = toSkip.confirm(skipping, skipped);
        int next = 0;
        int stay = before;
        for (int i = from; i < to; i++) {
            final boolean isSkipped = next < skippedCount && skipped[next] == i - from;
            next += isSkipped ? 1 : 0;
            if ((isSubstitute[i] || !isSkipped) && kept[lefts[i]]++ < keep) {
                rows[stay++] = rows[i];
            }
        }
        return stay;
    }

    /** Hands on what is left; 0 if nothing is, and then the rows' memory serves for the next. */
    int next(RowBatch batch) {
        batch.begin(heapBases);
        while (handedOn < count && !batch.isFull()) {
            batch.add(rows[handedOn++]);
        }
        if (batch.count() == 0) {
            clear();
        }
        return batch.count();
    }

    private long left(int place) {
        assert leftRows != null;
        return leftRows.row(place);
    }

    private long[] leftBases() {
        assert leftRows != null;
        return leftRows.heapBases();
    }

    private PairWriter writer() {
        assert writer != null : kind;
        return writer;
    }

    @Override
    public void close() {
        clear();
        store.close();
        if (skip != null) {
            skip.close();
        }
        if (substitutes != null) {
            substitutes.close();
        }
    }
}
