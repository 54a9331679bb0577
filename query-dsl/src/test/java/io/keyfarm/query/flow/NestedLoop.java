package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/** Candidates the slow way: every left row with every right row. */
final class NestedLoop implements CandidateSource {
    private final RowStore right;
    private final BiPredicate<RowView, RowView> isCandidate;
    private final RandomGenerator random;
    private final List<List<Long>> found = new ArrayList<>();
    private RowBatch left;
    private int place;
    private int nextOfPlace;

    NestedLoop(RowStore right, RecordLayout left, RandomGenerator random, BiPredicate<RowView, RowView> isCandidate) {
        this.right = right;
        this.random = random;
        this.isCandidate = isCandidate;
        this.left = new RowBatch(left);
    }

    @Override
    public RecordLayout rightLayout() {
        return right.layout();
    }

    @Override
    public void begin() {
        found.clear();
    }

    @Override
    public void lookup(RowBatch leftRows) {
        left = leftRows;
        found.clear();
        place = 0;
        nextOfPlace = 0;
        final RowView leftView = new RowView(left.layout());
        final RowView rightView = new RowView(right.layout());
        final RowBatch all = new RowBatch(right.layout());
        for (int i = 0; i < left.count(); i++) {
            left.view(i, leftView);
            final List<Long> candidates = new ArrayList<>();
            right.rewind();
            while (right.next(all) > 0) {
                for (int k = 0; k < all.count(); k++) {
                    all.view(k, rightView);
                    if (isCandidate.test(leftView, rightView)) {
                        candidates.add(all.row(k));
                    }
                }
            }
            found.add(candidates);
        }
    }

    @Override
    public int next(PairBatch pairs) {
        if (random.nextInt(4) == 0) {
            return Activity.WAITING;
        }
        pairs.begin(right.heapBases());
        final int most = 1 + random.nextInt(RowBatch.SIZE);
        while (place < found.size() && pairs.count() < most) {
            if (nextOfPlace == found.get(place).size()) {
                place++;
                nextOfPlace = 0;
            } else {
                pairs.add(place, found.get(place).get(nextOfPlace++));
            }
        }
        return pairs.count();
    }

    @Override
    public int countedRows() {
        return found.size();
    }

    @Override
    public long candidates(int leftPlace) {
        return found.get(leftPlace).size();
    }

    @Override
    public void skip(int leftPlace) {
        if (leftPlace == place) {
            nextOfPlace = found.get(place).size();
        }
    }

    @Override
    public void close() {
        found.clear();
    }
}
