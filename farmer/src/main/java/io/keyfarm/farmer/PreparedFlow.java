package io.keyfarm.farmer;

import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.PartialGroups;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A compiled query of several steps with everything one thread needs to run it: set the parameters, run, read the rows. One
 * run at a time: running again ends the run before.
 */
public final class PreparedFlow implements AutoCloseable {
    private final Session session;
    private final FlowPlan plan;
    private final Parameters parameters;
    private final List<PreparedQuery> reads = new ArrayList<>();
    private final FlowRun run;
    private final Rows rows;
    private long timeoutNs;
    private boolean closed;

    /** @param partials which groups slaves begin */
    PreparedFlow(Session session, FlowPlan plan, PartialGroups partials) {
        this.session = session;
        this.plan = plan;
        parameters = new Parameters(plan.parameters());
        for (final QueryPlan read : partials.reads()) {
            reads.add(session.prepareRead(read));
        }
        run = new FlowRun(
                session,
                plan,
                parameters,
                new HeldTables(session.farmer().catalogue(), reads),
                new ActivityBuilder(session.farmer(), reads, partials));
        rows = new Rows(plan, run);
        timeoutNs = session.farmer().settings().timeoutNs();
    }

    public FlowPlan plan() {
        return plan;
    }

    /** The parameters of the next run, for setting them without boxing. */
    public Parameters parameters() {
        return parameters;
    }

    /** Sets a parameter for the runs to come; a set parameter takes a collection. */
    public PreparedFlow set(String name, Object value) {
        parameters.set(name, value);
        return this;
    }

    /** Forgets all parameters: the optional ones are absent again. */
    public PreparedFlow clear() {
        parameters.clear();
        return this;
    }

    /** How long a run may take; it fails when the time has passed. */
    public PreparedFlow timeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new BadValueException("a timeout is above zero, not " + timeout);
        }
        timeoutNs = timeout.toNanos();
        return this;
    }

    /** Reads by full scan from now on, whatever keys there are. */
    public PreparedFlow scanning() {
        reads.forEach(PreparedQuery::scanning);
        return this;
    }

    /**
     * Runs with the parameters set. The rows are those of this query, started anew.
     *
     * @throws BadValueException if a parameter that is not optional was not set
     * @throws QueryException if the query failed
     */
    public Rows run() {
        if (closed) {
            throw new IllegalStateException("this query is closed");
        }
        rows.stop();
        reads.forEach(PreparedQuery::forgetRuns);
        rows.begin(0);
        run.start(timeoutNs);
        return rows;
    }

    /** Makes the run under way fail as cancelled; from any thread. */
    public void cancel() {
        run.cancel();
        reads.forEach(PreparedQuery::cancel);
    }

    /**
     * What the reads of the last run took, in the order of the plan; of a read that is bound to rows of a join, what its last
     * row took. A join that was hashed has no such read, but one of its whole right side.
     */
    public List<RunReport> reports() {
        return reads.stream()
                .filter(PreparedQuery::hasRun)
                .map(PreparedQuery::report)
                .toList();
    }

    /** Ends the run under way and frees what it holds. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rows.stop();
            rows.free();
            reads.forEach(PreparedQuery::close);
            session.forget(this);
        }
    }
}
