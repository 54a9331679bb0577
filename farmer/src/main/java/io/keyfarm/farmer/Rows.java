package io.keyfarm.farmer;

import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.TableSchema;
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

    private final QueryPlan plan;
    private final QueryRun run;
    private final RowView view;
    private final RecordLayout layout;
    private final TableSchema schema;
    /** Where the one row of a query that counts stands; 0 for other queries. */
    private long countRow;

    private Runnable closing = () -> {};
    private ReplyRows atHand = ReplyRows.NONE;
    private long skipCount;
    private long leftCount;
    /** A run that would hand over more fails; 0: there is no such number, or the plan's own limit is below it. */
    private long maxRows;

    private long handedOver;

    Rows(QueryPlan plan, QueryRun run) {
        this.plan = plan;
        this.run = run;
        layout = new RecordLayout(plan.rowSchema());
        view = new RowView(layout);
        schema = plan.outputSchema();
        countRow = plan.isCount() ? Memory.allocate(layout.rowBytes()) : 0;
    }

    void begin(long mostRows) {
        atHand = ReplyRows.NONE;
        view.unwrap();
        skipCount = plan.offset();
        maxRows = mostRows < plan.limit() ? mostRows : 0;
        leftCount = maxRows == 0 ? plan.limit() : maxRows;
        handedOver = 0;
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
        if (skipCount == 0 && leftCount > 0 && atHand.next(view)) {
            leftCount--;
            handedOver++;
            return true;
        }
        return plan.isCount() ? nextCount() : nextFrame();
    }

    /** The next row where none is at hand: perhaps of another frame, or of another channel. */
    private boolean nextFrame() {
        while (leftCount > 0 && run.isOpen() && run.next(view)) {
            if (skipCount > 0) {
                skipCount--;
                continue;
            }
            leftCount--;
            handedOver++;
            atHand = run.rowsAtHand();
            return true;
        }
        if (maxRows > 0 && leftCount == 0 && run.isOpen() && (run.hasFailed() || run.next(view))) {
            view.unwrap();
            throw run.failWithMoreThan(maxRows);
        }
        run.close();
        view.unwrap();
        return false;
    }

    private boolean nextCount() {
        if (leftCount == 0 || !run.isOpen()) {
            view.unwrap();
            return false;
        }
        leftCount = 0;
        handedOver = 1;
        Memory.putLong(countRow + layout.offset(0), run.count());
        view.wrap(countRow, NO_HEAP);
        run.close();
        return true;
    }

    /** The count was taken without reading it as a row. */
    void onCounted() {
        handedOver = 1;
    }

    /** Frees what the rows themselves hold; they are not read again. */
    void free() {
        view.unwrap();
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
        run.close();
        view.unwrap();
        closing.run();
    }

    /** The row {@link #next} moved to; moves with it. */
    public RowView row() {
        return view;
    }

    /** Reads on to the end and answers how many rows came. */
    public long drain() {
        final long before = handedOver;
        while (next()) {
            // Only counted.
        }
        return handedOver - before;
    }

    long handedOver() {
        return handedOver;
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
