package io.keyfarm.query.flow;

import io.keyfarm.query.plan.JoinKind;
import io.keyfarm.query.plan.JoinLimit;
import io.keyfarm.query.plan.JoinStep;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.RecordLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Left rows with the right rows that match them, left rows in order.
 *
 * <pre>
 *   left batch ─► candidates, counted ─► limit ─► rest of the condition ─► matched or not ─► written ─► skip ─► keep
 * </pre>
 *
 * A left row is matched when a candidate passes the rest of the condition, whatever becomes of the row written for it: a
 * row that is skipped makes no left row unmatched. {@code keep} counts rows that were not skipped.
 */
public final class JoinActivity implements Activity {
    private final Activity left;
    private final CandidateSource candidates;
    private final JoinKind kind;
    private final JoinLimit limit;
    private final @Nullable PairFilter rest;
    private final JoinOutput output;

    private final RowBatch leftRows;
    private final PairBatch pairs;
    private final MatchingPairs matches;
    private final boolean[] isMatched = new boolean[RowBatch.SIZE];
    /** Left rows before this place are done with. */
    private int nextLeft;

    private boolean isLookingUp;
    private boolean isAtEnd;

    /**
     * Owns its inputs.
     *
     * @param layout of the rows handed on: the outputs of the step, or the left rows' where the kind has no right fields
     * @param rest what candidates must satisfy beyond what the join is keyed by; null if nothing
     * @param skip rows handed on for which this holds vanish; null for none
     */
    public JoinActivity(
            Activity left,
            CandidateSource candidates,
            JoinStep how,
            RecordLayout layout,
            @Nullable PairFilter rest,
            @Nullable RowsFilter skip,
            FlowMemory memory) {
        this.left = left;
        this.candidates = candidates;
        kind = how.kind();
        limit = how.limit();
        this.rest = rest;
        leftRows = new RowBatch(left.layout());
        pairs = new PairBatch(candidates.rightLayout());
        matches = new MatchingPairs(left.layout(), candidates.rightLayout());
        output = new JoinOutput(left.layout(), candidates.rightLayout(), layout, how, skip, memory);
    }

    /** Takes the parameters of a run. */
    public void bind(Parameters run) {
        output.bind(run);
    }

    @Override
    public RecordLayout layout() {
        return output.layout();
    }

    @Override
    public void begin() {
        left.begin();
        candidates.begin();
        output.clear();
        isLookingUp = false;
        isAtEnd = false;
    }

    @Override
    public int next(RowBatch batch) {
        while (true) {
            final int handedOn = output.next(batch);
            if (handedOn > 0 || isAtEnd) {
                return handedOn;
            }
            final int more = isLookingUp ? matchMore() : takeLeft();
            if (more == WAITING) {
                return WAITING;
            }
            output.finish();
        }
    }

    private int takeLeft() {
        final int count = left.next(leftRows);
        if (count > 0) {
            output.begin(leftRows);
            Arrays.fill(isMatched, 0, count, false);
            nextLeft = 0;
            candidates.lookup(leftRows);
            isLookingUp = true;
        } else if (count == 0) {
            isAtEnd = true;
        }
        return count;
    }

    private int matchMore() {
        final int count = candidates.next(pairs);
        if (count == WAITING) {
            return WAITING;
        }
        if (count == 0) {
            finishLeftBefore(leftRows.count());
            isLookingUp = false;
            return 0;
        }
        final int[] matching = matches.places();
        final int within = withinLimit(matching);
        final int matchCount = rest == null ? within : matches.confirm(rest, leftRows, pairs, within);
        for (int i = 0; i < matchCount; i++) {
            final int place = pairs.leftPlace(matching[i]);
            finishLeftBefore(place);
            if (kind.hasRightFields()) {
                output.addMatch(place, pairs.right(matching[i]), pairs.heapBases());
            } else if (kind == JoinKind.SEMI && !isMatched[place]) {
                output.addLeft(place);
            }
            isMatched[place] = true;
        }
        finishLeftBefore(pairs.leftPlace(count - 1));
        return count;
    }

    /** Where a left row has more candidates than allowed, none of them counts. Answers how many pairs are left. */
    private int withinLimit(int[] matching) {
        int kept = 0;
        for (int pair = 0; pair < pairs.count(); pair++) {
            if (!isInExcess(pairs.leftPlace(pair))) {
                matching[kept++] = pair;
            }
        }
        return kept;
    }

    private boolean isInExcess(int place) {
        if (!limit.isLimited() || candidates.candidates(place) <= limit.most()) {
            return false;
        }
        candidates.skip(place);
        return true;
    }

    /** No more pairs come of the left rows before this place. */
    private void finishLeftBefore(int place) {
        for (; nextLeft < place; nextLeft++) {
            if (isInExcess(nextLeft)) {
                finishExcess(nextLeft);
            } else if (!isMatched[nextLeft]) {
                output.addUnmatched(nextLeft);
            }
        }
    }

    private void finishExcess(int place) {
        switch (limit.excess()) {
            case FAIL -> throw new JoinLimitException(limit.most());
            case UNMATCHED -> output.addUnmatched(place);
            case SKIP -> {
                // The left row vanishes.
            }
            case SUBSTITUTE -> output.addSubstitute(place);
        }
    }

    @Override
    public void close() {
        left.close();
        candidates.close();
        output.close();
        if (rest != null) {
            rest.close();
        }
    }
}
