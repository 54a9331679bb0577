package io.keyfarm.farmer;

import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.Plan;
import io.keyfarm.rows.BadValueException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled query, whether of one read or of several steps, with everything one thread needs to run it: set the
 * parameters, run, read the rows. One run at a time: running again ends the run before.
 */
public abstract sealed class Prepared implements AutoCloseable permits PreparedQuery, PreparedFlow {
    final Session session;
    private final Parameters parameters;
    private final RunMeter meter;
    private QuerySettings settings = QuerySettings.none();
    private boolean closed;

    Prepared(Session session, Plan plan) {
        this.session = session;
        parameters = new Parameters(plan.parameters());
        meter = new RunMeter(session.farmer().clock());
        final RegisteredPlan registered = session.farmer().plans().find(plan.id());
        if (registered != null) {
            meter.countInto(registered.counters);
        }
    }

    public abstract Plan plan();

    /** The parameters of the next run, for setting them without boxing. */
    public Parameters parameters() {
        return parameters;
    }

    /**
     * Sets a parameter for the runs to come; a set parameter takes a collection.
     *
     * @throws BadValueException if there is no such parameter, or it cannot hold the value
     */
    public Prepared set(String name, @Nullable Object value) {
        parameters.set(name, value);
        return this;
    }

    /** Forgets all parameters: the optional ones are absent again. */
    public Prepared clear() {
        parameters.clear();
        return this;
    }

    /** How long a run may take; it fails when the time has passed. */
    public Prepared timeout(Duration timeout) {
        return settings(settings.timeout(timeout));
    }

    /** What the runs to come may take; what is not said here is as the farmer's settings say. */
    public Prepared settings(QuerySettings given) {
        settings = given;
        return this;
    }

    public QuerySettings settings() {
        return settings;
    }

    /** Reads by full scan from now on, whatever keys there are. */
    public abstract Prepared scanning();

    /** Whether the plan states an order for its rows. */
    public abstract boolean isOrdered();

    /**
     * Runs with the parameters set. The rows are those of this query, started anew.
     *
     * @throws BadValueException if a parameter that is not optional was not set
     * @throws QueryException if the query failed
     */
    public abstract Rows run();

    /**
     * Runs a query that counts, and answers the count.
     *
     * @throws IllegalStateException if its words do not end with {@code count}
     */
    public abstract long count();

    /** Makes the run under way fail as cancelled; from any thread. */
    public abstract void cancel();

    /** How a run with the parameters set would read, without reading. */
    public abstract Explained explain();

    /**
     * What the reads of the last run took, in the order of the plan; of reads that were bound to rows of a join, what all
     * those took that were asked many together. A join that was hashed has no such read, but one of its whole right side.
     */
    public abstract List<RunReport> reports();

    /** Ends the run under way and frees what it holds. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            free();
        }
    }

    /** Once, when it is closed. */
    abstract void free();

    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this query is closed");
        }
    }

    final RunMeter meter() {
        return meter;
    }

    final long timeoutNs() {
        return settings.timeoutNs() == 0 ? session.farmer().settings().timeoutNs() : settings.timeoutNs();
    }

    final long memoryBytes() {
        final long most = session.farmer().settings().queryMemoryBytes();
        return settings.memoryBytes() == 0 ? most : Math.min(settings.memoryBytes(), most);
    }
}
