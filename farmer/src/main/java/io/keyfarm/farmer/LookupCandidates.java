package io.keyfarm.farmer;

import io.keyfarm.query.flow.CandidateSource;
import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.LeftBindings;
import io.keyfarm.query.flow.PairBatch;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.flow.RowStore;
import io.keyfarm.rows.RecordLayout;
import java.time.Duration;
import java.util.Arrays;
import org.agrona.ExpandableArrayBuffer;

/**
 * Candidates through the keys of the right side: a read bound to each left row, one after another.
 *
 * <pre>
 *   left row ─► parameters ─► request ─► replies ─► right rows, written down while their left row's pairs are handed out
 * </pre>
 */
final class LookupCandidates implements CandidateSource {
    private final PreparedQuery query;
    private final LeftBindings bindings;
    private final FlowRun flow;
    private final RecordLayout layout;
    private final RowStore rows;
    private final ExpandableArrayBuffer block = new ExpandableArrayBuffer();

    private RowBatch left;
    private final long[] counts = new long[RowBatch.SIZE];
    private int counted;
    /** The first row of those written that was not handed out, and the left row that they are of. */
    private int handedOut;

    private int place;
    private boolean isReading;

    /** Owns the query. */
    LookupCandidates(
            PreparedQuery query, LeftBindings bindings, RecordLayout leftLayout, FlowRun flow, FlowMemory memory) {
        this.query = query;
        this.bindings = bindings;
        this.flow = flow;
        layout = new RecordLayout(query.plan().rowSchema());
        rows = new RowStore(layout, memory, "right rows of " + query.plan().tableName());
        left = new RowBatch(leftLayout);
    }

    @Override
    public RecordLayout rightLayout() {
        return layout;
    }

    /** How the first of these left rows would best be looked up. */
    KeyCandidate cheapestWay(RowBatch leftRows) {
        return query.cheapest(block, bindings.write(leftRows.row(0), leftRows.heapBases(), block, 0));
    }

    /** Rows of the right side's table. */
    double rightRowCount() {
        return query.tableRowCount();
    }

    @Override
    public void begin() {
        bindings.begin(flow.parameters());
        query.timeout(Duration.ofNanos(flow.remainingNs()));
        isReading = false;
    }

    @Override
    public void lookup(RowBatch leftRows) {
        left = leftRows;
        Arrays.fill(counts, 0, left.count(), 0);
        counted = 0;
        place = 0;
        handedOut = 0;
        isReading = false;
        rows.clear();
    }

    @Override
    public int countedRows() {
        return counted;
    }

    @Override
    public long candidates(int leftPlace) {
        return counts[leftPlace];
    }

    @Override
    public void skip(int leftPlace) {
        if (leftPlace == place && leftPlace < counted) {
            handedOut = rows.rowCount();
        }
    }

    @Override
    public int next(PairBatch pairs) {
        if (handedOut == rows.rowCount() && !isReading) {
            rows.clear();
            handedOut = 0;
        }
        pairs.begin(rows.heapBases());
        while (place < left.count() && !pairs.isFull()) {
            if (place == counted && !read()) {
                pairs.grown(rows.heapBases());
                return pairs.count() > 0 ? pairs.count() : WAITING;
            }
            handOut(pairs);
        }
        pairs.grown(rows.heapBases());
        return pairs.count();
    }

    private void handOut(PairBatch pairs) {
        while (handedOut < rows.rowCount() && !pairs.isFull()) {
            pairs.add(place, rows.address(handedOut++));
        }
        if (handedOut == rows.rowCount()) {
            place++;
        }
    }

    /** Reads the candidates of the left row; false if there is nothing to do but wait. */
    private boolean read() {
        if (!isReading) {
            final int length = bindings.write(left.row(place), left.heapBases(), block, 0);
            query.run(block, length);
            isReading = true;
        }
        for (ReplyRows next = query.queryRun().poll();
                next != null;
                next = query.queryRun().poll()) {
            if (next.isEmpty()) {
                return false;
            }
            final long row = next.next();
            next.take(1);
            rows.copy(row, next.heapBases());
            counts[place]++;
        }
        isReading = false;
        counted = place + 1;
        return true;
    }

    @Override
    public void close() {
        query.stop();
        rows.close();
    }
}
