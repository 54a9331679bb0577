package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/** Which pairs of a batch are matches as far as is known; cut down by what is asked of them. For one thread. */
final class MatchingPairs {
    private final RowBatch left;
    private final RowBatch right;
    private final int[] matching = new int[RowBatch.SIZE];
    private final int[] confirmed = new int[RowBatch.SIZE];

    MatchingPairs(RecordLayout left, RecordLayout right) {
        this.left = new RowBatch(left);
        this.right = new RowBatch(right);
    }

    /** Places of pairs, ascending; filled by whoever asks, and good until the next batch. */
    int[] places() {
        return matching;
    }

    /** Keeps those of the first so many for which the condition holds; answers how many. */
    int confirm(PairFilter condition, RowBatch leftRows, PairBatch pairs, int count) {
        if (count == 0) {
            return 0;
        }
        left.begin(leftRows.heapBases());
        right.begin(pairs.heapBases());
        for (int i = 0; i < count; i++) {
            left.add(leftRows.row(pairs.leftPlace(matching[i])));
            right.add(pairs.right(matching[i]));
        }
        final int kept = condition.confirm(left, right, confirmed);
        for (int i = 0; i < kept; i++) {
            matching[i] = matching[confirmed[i]];
        }
        return kept;
    }
}
