package io.keyfarm.farmer;

import io.keyfarm.query.flow.Activity;
import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.flow.RowStore;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.time.Duration;

/**
 * The rows of a keyed read, as the slaves answer it. Rows of one reply are handed on where they lie; where replies of
 * several channels are merged, or the answer is a count, they are written anew.
 */
final class ReadActivity implements Activity {
    private final PreparedQuery query;
    private final FlowRun flow;
    private final RecordLayout layout;
    private final RowStore written;
    private boolean isCounted;
    private int mostRows = RowBatch.SIZE;

    /** Owns the query. */
    ReadActivity(PreparedQuery query, FlowRun flow, FlowMemory memory) {
        this.query = query;
        this.flow = flow;
        layout = new RecordLayout(query.plan().rowSchema());
        written = new RowStore(layout, memory, "rows of " + query.plan().tableName());
    }

    @Override
    public RecordLayout layout() {
        return layout;
    }

    @Override
    public void begin() {
        query.parameters().copyFrom(flow.parameters());
        query.timeout(Duration.ofNanos(flow.remainingNs())).run();
        isCounted = false;
    }

    /** The batches to come have so many rows at most. */
    void limitBatches(int rows) {
        mostRows = Math.min(rows, RowBatch.SIZE);
    }

    @Override
    public int next(RowBatch batch) {
        final QueryPlan plan = query.plan();
        if (plan.isCount()) {
            return isCounted ? 0 : count(batch);
        }
        return query.queryRun().rowsAtOnce() == 1 ? merge(batch) : takeWhereTheyLie(batch);
    }

    private int takeWhereTheyLie(RowBatch batch) {
        final ReplyRows rows = query.queryRun().poll();
        if (rows == null || rows.isEmpty()) {
            return rows == null ? 0 : WAITING;
        }
        batch.begin(rows.heapBases());
        final long first = rows.next();
        return batch.addRun(first, (int) rows.take(RowBatch.SIZE));
    }

    private int merge(RowBatch batch) {
        written.clear();
        while (written.rowCount() < mostRows) {
            final ReplyRows rows = query.queryRun().poll();
            if (rows == null) {
                break;
            }
            if (rows.isEmpty()) {
                if (written.rowCount() == 0) {
                    return WAITING;
                }
                break;
            }
            final long row = rows.next();
            rows.take(1);
            written.copy(row, rows.heapBases());
        }
        return written.next(batch);
    }

    private int count(RowBatch batch) {
        written.clear();
        Memory.putLong(written.append() + layout.offset(0), query.queryRun().count());
        isCounted = true;
        return written.next(batch);
    }

    @Override
    public void close() {
        query.stop();
        written.close();
    }
}
