package io.keyfarm.farmer;

import io.keyfarm.query.eval.compute.ComputeException;
import io.keyfarm.query.flow.Activity;
import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.JoinLimitException;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.flow.StopSignal;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A query of several steps under way: its activities, drawn from at the top.
 *
 * <pre>
 *   rows ◄─ sort ◄─ group ◄─ join ◄─ read orders ◄─ slaves
 *                                ◄─ read customer, bound to each row of orders ◄─ slaves
 * </pre>
 *
 * Whoever draws turns it: nothing runs by itself, and nothing blocks but {@link #next}. All its reads of a table find the
 * same generation of it. Reused from run to run.
 */
final class FlowRun implements RowSupply, StopSignal {
    private final Session session;
    private final Parameters parameters;
    private final HeldTables tables;
    private final Activity top;
    private final RowBatch batch;
    private final FlowMemory memory;
    private final ReplyRows rows = new ReplyRows();
    private final List<Consumer<Parameters>> starting = new ArrayList<>();
    private int handedOver;

    private final QueryRun.Ending ending;
    private boolean isOpen;
    private boolean hasFailed;
    private long deadlineNs;
    private volatile boolean cancelled;

    FlowRun(
            Session session,
            FlowPlan plan,
            Parameters parameters,
            HeldTables tables,
            Steps steps,
            QueryRun.Ending ending) {
        this.ending = ending;
        this.session = session;
        this.parameters = parameters;
        this.tables = tables;
        memory = new FlowMemory(
                session.farmer().ledger(), session.farmer().settings().queryMemoryBytes());
        top = steps.build(plan, this, memory);
        batch = new RowBatch(new RecordLayout(plan.outputSchema()));
    }

    /** Makes the activities of a plan. */
    interface Steps {
        Activity build(FlowPlan plan, FlowRun run, FlowMemory memory);
    }

    void start(long timeoutNs, long memoryBytes) {
        assert !isOpen;
        cancelled = false;
        hasFailed = false;
        memory.limitTo(memoryBytes);
        deadlineNs = session.farmer().clock().nanoTime() + timeoutNs;
        batch.begin(new long[0]);
        rows.clear();
        handedOver = 0;
        isOpen = true;
        try {
            tables.hold(deadlineNs);
            starting.forEach(bound -> bound.accept(parameters));
            top.begin();
        } catch (RuntimeException e) {
            hasFailed = true;
            close();
            throw e;
        }
    }

    /** Whoever must know the parameters before a run begins. */
    void onStart(Consumer<Parameters> bound) {
        starting.add(bound);
    }

    /** Of the whole query. */
    Parameters parameters() {
        return parameters;
    }

    /** Until the deadline; at least a nanosecond, so that whoever takes it as a timeout finds out by itself. */
    long remainingNs() {
        return Math.max(1, deadlineNs - session.farmer().clock().nanoTime());
    }

    @Override
    public @Nullable ReplyRows next() {
        hasFailed = true; // Until it turns out that it has not: what may be thrown is anything.
        final ReplyRows found = findNext();
        hasFailed = false;
        return found;
    }

    private @Nullable ReplyRows findNext() {
        try {
            while (rows.isEmpty()) {
                if (handedOver == batch.count() && !fill()) {
                    return null;
                }
                handedOver += rows.wrap(batch, handedOver);
            }
            return rows;
        } catch (QueryException e) {
            if (e.code() == FailureCode.OTHER_GENERATION) {
                throwIfStopped(); // Held tables stay until the deadline: one that is gone is a sign that it has passed.
            }
            throw e;
        } catch (MemoryLimitException e) {
            throw new QueryException(FailureCode.MEMORY_LIMIT, String.valueOf(e.getMessage()));
        } catch (JoinLimitException e) {
            throw new QueryException(FailureCode.LIMIT_PASSED, String.valueOf(e.getMessage()));
        } catch (ComputeException | BadValueException e) {
            throw new QueryException(FailureCode.BAD_VALUE, String.valueOf(e.getMessage()));
        }
    }

    /** Draws the next batch; false if there is none. */
    private boolean fill() {
        int count = top.next(batch);
        while (count == Activity.WAITING) {
            throwIfStopped();
            session.await();
            count = top.next(batch);
        }
        throwIfStopped();
        handedOver = 0;
        return count > 0;
    }

    @Override
    public void throwIfStopped() {
        if (cancelled) {
            throw new QueryException(FailureCode.CANCELLED, "the query was cancelled");
        }
        if (session.farmer().clock().nanoTime() - deadlineNs > 0) {
            throw new QueryException(FailureCode.DEADLINE_PASSED, "the deadline passed between the query's steps");
        }
    }

    @Override
    public long rowsAtOnce() {
        return Long.MAX_VALUE;
    }

    /** A flow counts by a step of its own. */
    @Override
    public long count() {
        throw new IllegalStateException("a flow hands on its count as a row");
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public void close() {
        if (isOpen) {
            isOpen = false;
            rows.clear();
            try {
                top.close();
            } finally {
                tables.release();
                ending.onEnd(hasFailed);
            }
            assert memory.usedBytes() == 0 : memory.usedBytes();
        }
    }

    @Override
    public boolean hasFailed() {
        return hasFailed;
    }

    @Override
    public QueryException failWithMoreThan(long maxRows) {
        hasFailed = true;
        return new QueryException(
                FailureCode.LIMIT_PASSED, "the answer has more than the %,d rows it may have".formatted(maxRows));
    }

    /** Makes the run fail as cancelled; from any thread. */
    void cancel() {
        cancelled = true;
    }
}
