package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One input of a merge join: rows in ascending order of their keys, one of them at hand.
 *
 * <pre>
 *   batch     | 3  3  7  8 | 12 …                    at hand: 3; moved to 11
 *               ─────────►                           over the batch in doubling steps,
 *                            ─ ─ ─►  asked anew      beyond it batch by batch, until as many rows were passed over as
 *                                    from 11 on      asking anew costs
 * </pre>
 *
 * That is how one rents skis: not knowing how long the way is, it does not cost more than twice what is best. Where it was long
 * the next is taken to be long as well, and half as many rows are enough, down to an eighth. For one thread.
 */
final class MergeInput implements AutoCloseable {
    private static final int MOST_HALVINGS = 3;

    private final Activity input;
    private final @Nullable SkippableActivity skippable;
    private final SkipField skipField;
    private final boolean takesNulls;
    private final FieldReader[] keys;
    private final RowBatch batch;
    private final RowStore run;
    private final StopSignal stop;
    /** How often {@link SkippableActivity#skipCostRows} is halved. */
    private int halvings;

    private int place;
    private boolean hasEnded;
    /** Passed over since the last value that was looked for and found. */
    private long gap;

    /**
     * Owns the input.
     *
     * @param takesNulls whether rows with null keys count; otherwise they are passed over
     * @param canSkip whether it may be asked anew, if it can
     */
    MergeInput(
            Activity input,
            List<Integer> keyFields,
            boolean takesNulls,
            boolean canSkip,
            FlowMemory memory,
            StopSignal stop) {
        this.stop = stop;
        this.input = input;
        this.takesNulls = takesNulls;
        final RecordLayout layout = input.layout();
        keys = keyFields.stream().map(field -> new FieldReader(layout, field)).toArray(FieldReader[]::new);
        skippable = canSkip && input instanceof SkippableActivity able ? able : null;
        skipField = new SkipField(layout, keyFields.get(0));
        batch = new RowBatch(layout);
        run = new RowStore(layout, memory, "rows of one value");
    }

    RecordLayout layout() {
        return input.layout();
    }

    void begin() {
        run.close();
        batch.begin(new long[0]);
        place = 0;
        hasEnded = false;
        gap = 0;
        halvings = 0;
        input.begin();
    }

    /** Behind its last row. */
    boolean hasEnded() {
        return hasEnded;
    }

    /** Sees to it that a row is at hand, or none is left; false if one must be waited for. */
    boolean fill() {
        while (!hasEnded && place == batch.count()) {
            stop.throwIfStopped();
            final int count = input.next(batch);
            if (count == Activity.WAITING) {
                batch.begin(batch.heapBases());
                place = 0;
                return false;
            }
            place = 0;
            hasEnded = count == 0;
            passNulls();
        }
        return true;
    }

    private void passNulls() {
        while (!takesNulls && place < batch.count() && hasNull()) {
            place++;
        }
    }

    /** Whether a key of the row at hand is null. */
    boolean hasNull() {
        for (final FieldReader key : keys) {
            if (key.isNull(batch.row(place))) {
                return true;
            }
        }
        return false;
    }

    /** How the row at hand compares with that of another input. */
    int compareTo(MergeInput that) {
        return compare(batch.row(place), that);
    }

    private int compare(long row, MergeInput that) {
        final long other = that.batch.row(that.place);
        for (int i = 0; i < keys.length; i++) {
            final int order = compare(keys[i], row, batch.heapBases(), that.keys[i], other, that.batch.heapBases());
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Null comes last; both are of one type. */
    private static int compare(
            FieldReader l, long left, long[] leftBases, FieldReader r, long right, long[] rightBases) {
        final boolean isLeftNull = l.isNull(left);
        if (isLeftNull || r.isNull(right)) {
            return Boolean.compare(isLeftNull, r.isNull(right));
        }
        if (!l.kind().isText()) {
            return Long.compare(l.value(left), r.value(right));
        }
        return Memory.compare(
                l.textAddress(left, leftBases),
                l.paddedBytes(left),
                r.textAddress(right, rightBases),
                r.paddedBytes(right));
    }

    /** Moves to the first row that is not before the one at hand of another input; false if it must be waited for. */
    boolean seek(MergeInput target) {
        while (!hasEnded) {
            if (place < batch.count()) {
                final int before = place;
                gallop(target);
                gap += place - (long) before;
                passNulls();
                if (place < batch.count()) {
                    onFound();
                    return true;
                }
                skip(target);
            }
            if (!fill()) {
                return false;
            }
        }
        return true;
    }

    private void onFound() {
        if (skippable != null && gap > skippable.skipCostRows() >> MOST_HALVINGS) {
            halvings = 0;
        }
        gap = 0;
    }

    /** Moves on within the batch: in steps that double, then by halves back into the last of them. */
    private void gallop(MergeInput target) {
        int low = place;
        int step = 1;
        while (low + step < batch.count() && compare(batch.row(low + step), target) < 0) {
            low += step;
            step *= 2;
        }
        // The row at low is before the target unless it is the first, the one at high is not, or is behind the batch.
        int high = Math.min(low + step, batch.count());
        low = compare(batch.row(low), target) < 0 ? low + 1 : low;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (compare(batch.row(middle), target) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        place = low;
    }

    /** Asks anew from the target on, behind the last row of the batch, if that is worth it by now. */
    private void skip(MergeInput target) {
        if (skippable == null || gap < skippable.skipCostRows() >> halvings || !isBeforeByFirstKey(target)) {
            return;
        }
        skippable.skipTo(target.batch.row(target.place), target.batch.heapBases(), target.skipField);
        batch.begin(batch.heapBases());
        place = 0;
        gap = 0;
        halvings = Math.min(halvings + 1, MOST_HALVINGS);
    }

    /** Otherwise rows would come a second time. */
    private boolean isBeforeByFirstKey(MergeInput target) {
        return compare(
                        keys[0],
                        batch.row(batch.count() - 1),
                        batch.heapBases(),
                        target.keys[0],
                        target.batch.row(target.place),
                        target.batch.heapBases())
                < 0;
    }

    /** Begins a run with the row at hand, and moves on. */
    void beginRun() {
        run.clear();
        run.copy(batch.row(place), batch.heapBases());
        place++;
        gap = 0;
        passNulls();
    }

    /** Takes further rows of the run; false if they must be waited for. */
    boolean goOnRun(boolean isKept) {
        while (fill()) {
            if (hasEnded || !isOfRun()) {
                return true;
            }
            if (isKept) {
                run.copy(batch.row(place), batch.heapBases());
            }
            place++;
            passNulls();
        }
        return false;
    }

    private boolean isOfRun() {
        final long row = batch.row(place);
        for (final FieldReader key : keys) {
            if (compare(key, row, batch.heapBases(), key, run.address(0), run.heapBases()) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The rows of the value at hand, or only the first of them. */
    RowStore run() {
        return run;
    }

    @Override
    public void close() {
        run.close();
        input.close();
    }
}
