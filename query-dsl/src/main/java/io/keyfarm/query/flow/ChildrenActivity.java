package io.keyfarm.query.flow;

import io.keyfarm.query.plan.ChildrenStep;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.RecordLayout;
import org.jspecify.annotations.Nullable;

/**
 * Left rows in order, each with what its children come to: a child query for each row, with an order and a limit of its own.
 *
 * <pre>
 *   left batch ─► candidates ─► rest of the condition ─► in order, the first few ─► aggregated or folded ─► a row each
 * </pre>
 */
public final class ChildrenActivity implements Activity {
    private final Activity left;
    private final CandidateSource candidates;
    private final @Nullable PairFilter rest;
    private final ChildSink sink;
    private final Siblings siblings;
    private final RowStore out;
    private final StopSignal stop;
    private final RowBatch leftRows;
    private final PairBatch pairs;
    private final MatchingPairs matches;
    private boolean isLookingUp;
    private boolean hasRows;

    /**
     * Owns its inputs.
     *
     * @param layout of the rows handed on: the left fields, and what children come to behind them
     * @param rest what candidates must satisfy beyond what they are keyed by; null if nothing
     */
    public ChildrenActivity(
            Activity left,
            CandidateSource candidates,
            ChildrenStep how,
            RecordLayout layout,
            @Nullable PairFilter rest,
            FlowMemory memory,
            StopSignal stop) {
        this.left = left;
        this.candidates = candidates;
        this.rest = rest;
        this.stop = stop;
        final RecordLayout right = candidates.rightLayout();
        out = new RowStore(layout, memory, "rows with their children");
        sink = how.fold() == null
                ? new ChildAggregates(how, left.layout(), right, out, memory)
                : new ChildFold(how.fold(), left.layout(), right, out, memory);
        siblings = new Siblings(
                left.layout(),
                right,
                how.order().stream()
                        .map(by -> new SortField(by.field(), by.descending()))
                        .toList(),
                how.most(),
                sink,
                memory,
                stop);
        leftRows = new RowBatch(left.layout());
        pairs = new PairBatch(right);
        matches = new MatchingPairs(left.layout(), right);
    }

    /** Takes the parameters of a run. */
    public void bind(Parameters run) {
        sink.bind(run);
    }

    @Override
    public RecordLayout layout() {
        return out.layout();
    }

    @Override
    public void begin() {
        left.begin();
        candidates.begin();
        siblings.clear();
        out.clear();
        isLookingUp = false;
        hasRows = false;
    }

    @Override
    public int next(RowBatch batch) {
        while (true) {
            if (hasRows) {
                if (out.next(batch) > 0) {
                    return batch.count();
                }
                hasRows = false;
                out.clear();
            }
            stop.throwIfStopped();
            final int count = isLookingUp ? candidates.next(pairs) : left.next(leftRows);
            if (count == WAITING) {
                return WAITING;
            }
            if (isLookingUp) {
                take(count);
            } else if (count == 0) {
                batch.begin(out.heapBases());
                return 0;
            } else {
                siblings.begin(leftRows);
                candidates.lookup(leftRows);
                isLookingUp = true;
            }
        }
    }

    private void take(int count) {
        if (count == 0) {
            siblings.end();
            isLookingUp = false;
            hasRows = true;
            return;
        }
        int wanted = 0;
        final int[] matching = matches.places();
        for (int i = 0; i < count; i++) {
            final int place = pairs.leftPlace(i);
            if (siblings.isWanted(place)) {
                matching[wanted++] = i;
            } else {
                candidates.skip(place);
            }
        }
        siblings.take(pairs, matching, rest == null ? wanted : matches.confirm(rest, leftRows, pairs, wanted));
    }

    @Override
    public void close() {
        left.close();
        candidates.close();
        siblings.close();
        out.close();
        if (rest != null) {
            rest.close();
        }
    }
}
