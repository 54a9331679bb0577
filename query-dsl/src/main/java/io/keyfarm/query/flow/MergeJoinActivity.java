package io.keyfarm.query.flow;

import io.keyfarm.query.plan.MergeJoinStep;
import io.keyfarm.rows.RecordLayout;
import java.util.List;

/**
 * Rows of inputs that are equal in their keys, brought together by next-at-or-after: no row is looked at that lies before a
 * value which enough inputs may have.
 *
 * <pre>
 *   in all 3       a    3   4   9  12         the pivot is the last of the rows at hand: no value before it is in all of them
 *                  b    9  10  12             a and c move on to 9; c has none, and stands at 12, the next pivot
 *                  c    1   5  12
 *
 *   in 2 of 3      the pivot is the second of them, 3: before it there is one input only
 * </pre>
 *
 * Values of the inputs are so found in order, each once. See {@link MergeJoinStep} for what becomes of them.
 */
public final class MergeJoinActivity implements Activity {
    private final MergeInput[] inputs;
    private final MergeJoinStep how;
    private final MergedRows rows;
    /** Inputs with a row at hand, in the order of these. */
    private final int[] order;

    private int live;
    /** Those that have the value; runs are taken of one after another. */
    private final int[] present;

    private int presentCount;
    private int taken;
    private boolean isTaking;
    private boolean isNullValue;
    private boolean hasEnded;

    /**
     * Owns its inputs, which are in ascending order of their keys.
     *
     * @param layout of the rows handed on
     */
    public MergeJoinActivity(
            List<? extends Activity> inputs,
            MergeJoinStep how,
            RecordLayout layout,
            FlowMemory memory,
            StopSignal stop) {
        this.how = how;
        this.inputs = new MergeInput[inputs.size()];
        for (int i = 0; i < this.inputs.length; i++) {
            final boolean canSkip = !how.skips().get(i).isEmpty();
            this.inputs[i] = new MergeInput(inputs.get(i), how.keys().get(i), how.takesNulls(i), canSkip, memory, stop);
        }
        rows = new MergedRows(this.inputs, how, layout, memory);
        order = new int[this.inputs.length];
        present = new int[this.inputs.length];
    }

    @Override
    public RecordLayout layout() {
        return rows.layout();
    }

    @Override
    public void begin() {
        rows.close();
        isTaking = false;
        hasEnded = false;
        live = inputs.length;
        for (int i = 0; i < live; i++) {
            order[i] = i;
            inputs[i].begin();
        }
    }

    @Override
    public int next(RowBatch batch) {
        rows.clear();
        while (!rows.isFull()) {
            if (rows.hasMore()) {
                rows.write();
            } else if (hasEnded) {
                break;
            } else if (!findValue()) {
                if (rows.isEmpty()) {
                    return WAITING;
                }
                break;
            }
        }
        return rows.next(batch);
    }

    /** Finds the next value that is handed on, and takes its rows, or the end; false if input must be waited for. */
    private boolean findValue() {
        if (!isTaking) {
            if (!align()) {
                return false;
            }
            if (hasEnded) {
                for (final MergeInput input : inputs) {
                    input.close();
                }
                return true;
            }
            beginRuns();
        }
        if (!takeRuns()) {
            return false;
        }
        isTaking = false;
        if (isWanted()) {
            rows.begin(present, presentCount);
        }
        return true;
    }

    private boolean isWanted() {
        return presentCount <= how.most();
    }

    /** Moves inputs until so many stand at one value as must have it; false if one must be waited for. */
    private boolean align() {
        while (true) {
            if (!fill()) {
                return false;
            }
            sort();
            if (live < how.least() || (how.needsFirst() && inputs[0].hasEnded())) {
                hasEnded = true;
                return true;
            }
            final MergeInput pivot = pivot();
            boolean hasMoved = false;
            // Nothing equals null, so that nobody needs to come there.
            for (int i = 0; !pivot.hasNull() && i < live && inputs[order[i]].compareTo(pivot) < 0; i++) {
                hasMoved = true;
                if (!inputs[order[i]].seek(pivot)) {
                    return false;
                }
            }
            if (!hasMoved) {
                findPresent(pivot);
                return true;
            }
        }
    }

    /** False if an input must be waited for; all are asked before that. */
    private boolean fill() {
        boolean isFilled = true;
        for (final MergeInput input : inputs) {
            isFilled &= input.fill();
        }
        return isFilled;
    }

    /** Few have moved since it was done last. */
    private void sort() {
        int left = 0;
        for (int i = 0; i < live; i++) {
            final int input = order[i];
            if (inputs[input].hasEnded()) {
                continue;
            }
            int at = left++;
            while (at > 0 && inputs[input].compareTo(inputs[order[at - 1]]) < 0) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = input;
        }
        live = left;
    }

    private MergeInput pivot() {
        final MergeInput pivot = inputs[order[how.least() - 1]];
        return how.needsFirst() && inputs[0].compareTo(pivot) > 0 ? inputs[0] : pivot;
    }

    /** No row at hand is before the pivot, if that has a value. */
    private void findPresent(MergeInput pivot) {
        presentCount = 0;
        isNullValue = pivot.hasNull();
        for (int i = 0; i < inputs.length; i++) {
            final boolean isThere =
                    isNullValue ? inputs[i] == pivot : !inputs[i].hasEnded() && inputs[i].compareTo(pivot) == 0;
            if (isThere) {
                present[presentCount++] = i;
            }
        }
    }

    private void beginRuns() {
        isTaking = true;
        taken = 0;
        for (int i = 0; i < presentCount; i++) {
            inputs[present[i]].beginRun();
        }
    }

    /** Takes the other rows of the value; false if input must be waited for. */
    private boolean takeRuns() {
        for (; !isNullValue && taken < presentCount; taken++) {
            if (!inputs[present[taken]].goOnRun(isWanted() && !how.once())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        rows.close();
        for (final MergeInput input : inputs) {
            input.close();
        }
    }
}
