package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;
import java.util.Arrays;

/**
 * Candidates that are more than equal: those of a hash for which another condition holds too. As limits count only these,
 * all pairs of a batch are found before the first is handed out.
 */
public final class FilteredCandidates implements CandidateSource {
    private final HashJoinCore hashed;
    private final PairFilter condition;
    private final FlowMemory memory;
    private final PairBatch found;
    private final RowBatch leftRows;
    private final RowBatch rightRows;
    private final int[] places = new int[RowBatch.SIZE];

    private RowBatch left;
    private boolean isGathered;
    private int[] lefts = {};
    private long[] rights = {};
    private int pairCount;
    private int handedOut;
    private final long[] counts = new long[RowBatch.SIZE];
    private long[] heapBases = {};

    /** Owns the hash, whose right rows stand until its run ends. */
    public FilteredCandidates(HashJoinCore hashed, RecordLayout leftLayout, PairFilter condition, FlowMemory memory) {
        this.hashed = hashed;
        this.condition = condition;
        this.memory = memory;
        found = new PairBatch(hashed.rightLayout());
        leftRows = new RowBatch(leftLayout);
        rightRows = new RowBatch(hashed.rightLayout());
        left = new RowBatch(leftLayout);
    }

    @Override
    public RecordLayout rightLayout() {
        return hashed.rightLayout();
    }

    @Override
    public void begin() {
        hashed.begin();
        pairCount = 0;
    }

    @Override
    public void lookup(RowBatch rows) {
        left = rows;
        hashed.lookup(rows);
        Arrays.fill(counts, 0, rows.count(), 0);
        isGathered = false;
        pairCount = 0;
        handedOut = 0;
    }

    @Override
    public int countedRows() {
        return isGathered ? left.count() : 0;
    }

    @Override
    public long candidates(int leftPlace) {
        assert isGathered : leftPlace;
        return counts[leftPlace];
    }

    @Override
    public void skip(int leftPlace) {
        while (isGathered && handedOut < pairCount && lefts[handedOut] == leftPlace) {
            handedOut++;
        }
    }

    @Override
    public int next(PairBatch pairs) {
        if (!isGathered && !gather()) {
            return WAITING;
        }
        pairs.begin(heapBases);
        while (handedOut < pairCount && !pairs.isFull()) {
            pairs.add(lefts[handedOut], rights[handedOut]);
            handedOut++;
        }
        return pairs.count();
    }

    private boolean gather() {
        int count;
        while ((count = hashed.next(found)) > 0) {
            leftRows.begin(left.heapBases());
            rightRows.begin(found.heapBases());
            for (int i = 0; i < count; i++) {
                leftRows.add(left.row(found.leftPlace(i)));
                rightRows.add(found.right(i));
            }
            final int kept = condition.confirm(leftRows, rightRows, places);
            ensureRoom(kept);
            for (int i = 0; i < kept; i++) {
                lefts[pairCount] = found.leftPlace(places[i]);
                rights[pairCount++] = found.right(places[i]);
                counts[found.leftPlace(places[i])]++;
            }
            heapBases = found.heapBases();
        }
        isGathered = count == 0;
        return isGathered;
    }

    private void ensureRoom(int more) {
        if (pairCount + more > lefts.length) {
            final int capacity = Math.max(RowBatch.SIZE, 2 * (pairCount + more));
            memory.reserve("the candidates of a join", (long) (capacity - lefts.length) * (Integer.BYTES + Long.BYTES));
            lefts = Arrays.copyOf(lefts, capacity);
            rights = Arrays.copyOf(rights, capacity);
        }
    }

    @Override
    public void close() {
        hashed.close();
        condition.close();
        memory.release((long) lefts.length * (Integer.BYTES + Long.BYTES));
        lefts = new int[0];
        rights = new long[0];
        pairCount = 0;
    }
}
