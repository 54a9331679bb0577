package io.keyfarm.farmer;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.flow.SkipField;
import io.keyfarm.query.flow.SkippableActivity;
import io.keyfarm.rows.RecordLayout;

/**
 * The rows of a keyed read in order, that is asked anew from a value on where the way there through its rows would be longer.
 *
 * <pre>
 *   asked                    64 rows, 128 rows, 256 …        twice as many each time, so that few are sent in vain
 *   asked from doc 9000 on   64 rows, 128 …
 * </pre>
 *
 * That pays only where slaves walk a key that has the order: others gather all rows before they send the first. They say so.
 */
final class SkippingRead implements SkippableActivity {
    private static final int FIRST_ROWS = 64;
    private static final int FEWEST_ROWS = 8;

    /**
     * Cancel, ask, open a key, send two or three small frames: 10 to 12 µs a channel, measured where a seek in a cold key took
     * 0.4. Nearly all of that is frames, so that whether the key is hot does not matter.
     */
    private static final double SEEKS_OF_ASKING = 25;

    private final ReadActivity rows;
    private final PreparedQuery query;
    private final int from;
    private final long skipCostRows;
    private int batchRows;
    private boolean isOpen;

    private long asked;
    private long receivedRows;
    private long seeks;
    private long rowsExamined;
    private long slaveNs;
    private String path = "";

    /**
     * Owns the query.
     *
     * @param parameter from which value on it reads
     */
    SkippingRead(PreparedQuery query, String parameter, FlowRun flow, FlowMemory memory, CostModel costs) {
        this.query = query;
        // Rows of one channel are passed over where they lie, in 2.4 ns each, those of several are merged one by one,
        // in 18.
        final double rowNs = channels() == 1 ? costs.scanRowNs() : costs.keyedRowNs();
        skipCostRows = (long) (SEEKS_OF_ASKING * costs.seekNs() * channels() / rowNs);
        rows = new ReadActivity(query, flow, memory);
        from = query.parameters().indexOf(parameter);
    }

    @Override
    public RecordLayout layout() {
        return rows.layout();
    }

    @Override
    public void begin() {
        isOpen = true;
        asked = 1;
        receivedRows = 0;
        seeks = 0;
        rowsExamined = 0;
        slaveNs = 0;
        path = "a key in order";
        beginWithFew();
        rows.begin();
    }

    private void beginWithFew() {
        query.queryRun().beginWithRows(Math.max(FEWEST_ROWS, FIRST_ROWS / channels()));
        batchRows = FIRST_ROWS;
    }

    private int channels() {
        return query.queryRun().channels().length;
    }

    @Override
    public int next(RowBatch batch) {
        rows.limitBatches(batchRows);
        final int count = rows.next(batch);
        if (count > 0) {
            batchRows = Math.min(2 * batchRows, RowBatch.SIZE);
            receivedRows += count;
        }
        return count;
    }

    @Override
    public long skipCostRows() {
        return query.queryRun().canBeginLater() ? skipCostRows : NEVER;
    }

    /** The run's own deadline begins anew, but whoever joins asks for that of the whole query. */
    @Override
    public void skipTo(long row, long[] heapBases, SkipField field) {
        count();
        field.set(query.parameters(), from, row, heapBases);
        beginWithFew();
        query.run();
        asked++;
    }

    /** What slaves do not finish they do not report. */
    private void count() {
        for (final ChannelRun channel : query.queryRun().channels()) {
            seeks += channel.seeks;
            rowsExamined += channel.isEnded ? channel.rowsExamined : channel.receivedCount;
            slaveNs += channel.slaveNs;
            path = channel.isEnded ? channel.keyTaken() : path;
        }
    }

    @Override
    public void close() {
        if (isOpen) {
            isOpen = false;
            count();
            query.onJoined(new RunReport(
                    path,
                    seeks,
                    rowsExamined,
                    receivedRows,
                    slaveNs,
                    asked * query.queryRun().channels().length));
        }
        rows.close();
    }
}
