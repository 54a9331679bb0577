package io.keyfarm.farmer;

import io.keyfarm.query.eval.RowOrder;
import io.keyfarm.query.plan.QueryPlan;
import org.jspecify.annotations.Nullable;

/** The rows of one binding after another out of the answers to a batch, all channels' together, as a run's rows would come. */
final class BatchRows implements RowSupply {
    private final BatchAnswer[] answers;
    private final ReplyRows[] rows;
    private final RowOrder order;
    private final boolean isMerged;
    private final QueryRun.Ending ending;
    private int current;
    private boolean isOpen;
    private @Nullable QueryException failure;

    BatchRows(QueryPlan plan, BatchAnswer[] answers, QueryRun.Ending ending) {
        this.answers = answers;
        this.ending = ending;
        order = RowOrder.ofRows(plan);
        isMerged = answers.length > 1 && plan.isOrdered();
        rows = new ReplyRows[answers.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new ReplyRows();
        }
    }

    /** Starts with the binding at this place of the batch. */
    void begin(int binding) {
        assert !isOpen;
        for (int i = 0; i < rows.length; i++) {
            answers[i].wrap(rows[i], binding);
        }
        current = 0;
        failure = null;
        isOpen = true;
    }

    @Override
    public @Nullable ReplyRows next() {
        if (failure != null) {
            throw failure;
        }
        if (isMerged) {
            return nextInOrder();
        }
        while (current < rows.length && rows[current].isEmpty()) {
            current++;
        }
        return current < rows.length ? rows[current] : null;
    }

    private @Nullable ReplyRows nextInOrder() {
        ReplyRows first = null;
        for (final ReplyRows each : rows) {
            if (!each.isEmpty() && (first == null || each.isBefore(first, order))) {
                first = each;
            }
        }
        return first;
    }

    @Override
    public long rowsAtOnce() {
        return isMerged ? 1 : Long.MAX_VALUE;
    }

    @Override
    public long count() {
        throw new IllegalStateException("a query that counts is not asked in batches");
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public boolean hasFailed() {
        return failure != null;
    }

    @Override
    public QueryException failWithMoreThan(long maxRows) {
        QueryException why = failure;
        if (why == null) {
            why = QueryRun.moreThan(maxRows);
            failure = why;
        }
        return why;
    }

    @Override
    public void close() {
        if (isOpen) {
            isOpen = false;
            ending.onEnd(failure != null);
        }
    }
}
