package io.keyfarm.farmer;

import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.TableSchema;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one run, read forward once.
 *
 * <pre>{@code
 * while (rows.next()) {
 *     total += rows.getLong(quantity);
 * }
 * }</pre>
 *
 * Belongs to its query and its thread: the next run of the query starts it anew. Rows left unread are held open on the
 * slaves until the query runs again, is closed, or its deadline passes.
 */
public final class Rows implements AutoCloseable {
    private static final long[] NO_HEAP = {};

    private final boolean isCount;
    private final long limit;
    private final long offset;
    private final RowSupply run;
    private final RowView view;
    private final RecordLayout layout;
    private final TableSchema schema;
    /** Where the one row of a query that counts stands; 0 for other queries. */
    private long countRow;

    private Runnable closing = () -> {};
    // The rows at hand: those from nextRow on were not handed over yet, although they are counted as if they were.
    private long nextRow;
    private long endRow;
    private int rowBytes = 1;

    private long skipCount;
    private long leftCount;
    private long takenCount;
    /** A run that would hand over more fails; 0: there is no such number, or the plan's own limit is below it. */
    private long maxRows;

    /** Of a plan that is one read. */
    Rows(QueryPlan plan, RowSupply run) {
        this(plan.rowSchema(), plan.outputSchema(), plan.isCount(), plan.limit(), plan.offset(), run);
    }

    /** Of a flow, which counts and limits by steps of its own. */
    Rows(FlowPlan plan, RowSupply run) {
        this(plan.outputSchema(), plan.outputSchema(), false, QueryPlan.UNLIMITED, 0, run);
    }

    private Rows(TableSchema rowSchema, TableSchema schema, boolean isCount, long limit, long offset, RowSupply run) {
        this.schema = schema;
        this.isCount = isCount;
        this.limit = limit;
        this.offset = offset;
        this.run = run;
        layout = new RecordLayout(rowSchema);
        view = new RowView(layout);
        countRow = isCount ? Memory.allocate(layout.rowBytes()) : 0;
    }

    void begin(long mostRows) {
        forget();
        skipCount = offset;
        maxRows = mostRows < limit ? mostRows : 0;
        leftCount = maxRows == 0 ? limit : maxRows;
        takenCount = 0;
    }

    /** Nothing at hand is read any more. */
    private void forget() {
        takenCount = handedOver();
        nextRow = endRow;
        view.unwrap();
    }

    /** Ends the run, whatever of it was not read. */
    void stop() {
        forget();
        run.close();
    }

    /** The fields of a row, in order. */
    public TableSchema schema() {
        return schema;
    }

    /**
     * Moves to the next row; false behind the last.
     *
     * @throws QueryException if the query failed: too late, cancelled, out of memory
     */
    public boolean next() {
        final long row = nextRow;
        if (row == endRow) {
            return isCount ? nextCount() : nextFrame();
        }
        view.move(row);
        nextRow = row + rowBytes;
        return true;
    }

    /** The next row where none is at hand: perhaps of another frame, or of another channel. */
    private boolean nextFrame() {
        while (leftCount > 0 && run.isOpen()) {
            final ReplyRows rows = run.next();
            if (rows == null) {
                break;
            }
            final long firstRow = rows.next();
            final long count = rows.take(Math.min(run.rowsAtOnce(), skipCount > 0 ? skipCount : leftCount));
            if (skipCount > 0) {
                skipCount -= count;
                continue;
            }
            leftCount -= count;
            takenCount += count;
            rowBytes = rows.rowBytes();
            nextRow = firstRow + rowBytes;
            endRow = rows.next();
            view.wrap(firstRow, rows.heapBases());
            return true;
        }
        if (maxRows > 0 && leftCount == 0 && run.isOpen() && (run.hasFailed() || run.next() != null)) {
            view.unwrap();
            throw run.failWithMoreThan(maxRows);
        }
        stop();
        return false;
    }

    private boolean nextCount() {
        if (leftCount == 0 || !run.isOpen()) {
            view.unwrap();
            return false;
        }
        leftCount = 0;
        takenCount = 1;
        Memory.putLong(countRow + layout.offset(0), run.count());
        view.wrap(countRow, NO_HEAP);
        run.close();
        return true;
    }

    /** The count was taken without reading it as a row. */
    void onCounted() {
        takenCount = 1;
    }

    /** Frees what the rows themselves hold; they are not read again. */
    void free() {
        forget();
        if (countRow != 0) {
            Memory.free(countRow);
            countRow = 0;
        }
    }

    /** Also does this when the rows are closed. */
    public Rows closing(Runnable also) {
        closing = also;
        return this;
    }

    /** Ends the run; rows that were not read are not asked for. */
    @Override
    public void close() {
        stop();
        closing.run();
    }

    /** The row {@link #next} moved to; moves with it. */
    public RowView row() {
        return view;
    }

    /** Reads on to the end and answers how many rows came. */
    public long drain() {
        final long before = handedOver();
        while (next()) {
            nextRow = endRow;
        }
        return handedOver() - before;
    }

    /**
     * Reads on to the end. The view is the same one for every row, and moves with them.
     *
     * @return how many rows came
     */
    public long forEach(Consumer<RowView> consumer) {
        long count = 0;
        while (next()) {
            consumer.accept(view);
            count++;
        }
        return count;
    }

    long handedOver() {
        return nextRow == endRow ? takenCount : takenCount - (endRow - nextRow) / rowBytes;
    }

    public boolean isNull(int field) {
        return view.isNull(field);
    }

    public long getLong(int field) {
        return view.getLong(field);
    }

    public double getDouble(int field) {
        return view.getDouble(field);
    }

    public @Nullable String getString(int field) {
        return view.getString(field);
    }

    public @Nullable Object get(int field) {
        return view.get(field);
    }

    public @Nullable Object get(String field) {
        return view.get(field);
    }

    public long getLong(String field) {
        return view.getLong(field);
    }

    public double getDouble(String field) {
        return view.getDouble(field);
    }

    public @Nullable String getString(String field) {
        return view.getString(field);
    }

    /** A number for the row's visible values: equal rows have equal digests. */
    public long digest() {
        long digest = 1;
        for (int field = 0; field < schema.fieldCount(); field++) {
            digest = mix(digest * 31 + digest(field));
        }
        return digest;
    }

    private long digest(int field) {
        if (view.isNull(field)) {
            return 0x9E37_79B9L;
        }
        final FieldKind kind = layout.kind(field);
        if (!kind.isText()) {
            return view.getSortable(field);
        }
        final long address = view.textAddress(field);
        final int length = view.textBytes(field);
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + Memory.getByte(address + i);
        }
        return hash;
    }

    private static long mix(long value) {
        final long mixed = (value ^ value >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return mixed ^ mixed >>> 32;
    }
}
