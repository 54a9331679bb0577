package io.keyfarm.farmer;

import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.PartialGroups;
import io.keyfarm.query.plan.QueryPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A query of several steps, ready to run. Its reads are queries of their own, bound and started by its run. */
public final class PreparedFlow extends Prepared {
    private final FlowPlan plan;
    private final List<PreparedQuery> reads = new ArrayList<>();
    private final FlowRun run;
    private final Rows rows;

    /** @param partials which groups slaves begin */
    PreparedFlow(Session session, FlowPlan plan, PartialGroups partials) {
        super(session, plan);
        this.plan = plan;
        for (final QueryPlan read : partials.reads()) {
            reads.add(session.prepareRead(read));
        }
        run = new FlowRun(
                session,
                plan,
                parameters(),
                new HeldTables(session.farmer().catalogue(), reads),
                new ActivityBuilder(session.farmer(), reads, partials),
                this::onRunEnded);
        rows = new Rows(plan, run);
    }

    @Override
    public FlowPlan plan() {
        return plan;
    }

    @Override
    public PreparedFlow set(String name, @Nullable Object value) {
        super.set(name, value);
        return this;
    }

    @Override
    public PreparedFlow clear() {
        super.clear();
        return this;
    }

    @Override
    public PreparedFlow timeout(Duration timeout) {
        super.timeout(timeout);
        return this;
    }

    /** As of any query; memory is what each read may take on a slave, and what all steps together may take here. */
    @Override
    public PreparedFlow settings(QuerySettings given) {
        super.settings(given);
        return this;
    }

    @Override
    public PreparedFlow scanning() {
        reads.forEach(PreparedQuery::scanning);
        return this;
    }

    /** Whether the last step that says so puts the rows in an order. */
    @Override
    public boolean isOrdered() {
        return plan.isOrdered();
    }

    @Override
    public Rows run() {
        requireOpen();
        rows.stop();
        reads.forEach(PreparedQuery::forgetRuns);
        reads.forEach(read -> read.settings(QuerySettings.none().memoryBytes(memoryBytes())));
        rows.begin(settings().maxRows());
        meter().begin(session.farmer().clock().nanoTime());
        run.start(timeoutNs(), memoryBytes());
        return rows;
    }

    private void onRunEnded(boolean hasFailed) {
        meter().end(hasFailed, rows.handedOver());
    }

    @Override
    public long count() {
        throw new IllegalStateException("a query of several steps hands on its count as a row: run it");
    }

    @Override
    public void cancel() {
        run.cancel();
        reads.forEach(PreparedQuery::cancel);
    }

    @Override
    public List<RunReport> reports() {
        return reads.stream()
                .filter(PreparedQuery::hasRun)
                .map(PreparedQuery::report)
                .toList();
    }

    @Override
    public FlowExplanation explain() {
        final Set<Integer> lookups = plan.lookups();
        final List<Explanation> explained = new ArrayList<>();
        for (int i = 0; i < reads.size(); i++) {
            final PreparedQuery read = reads.get(i);
            if (lookups.contains(i)) {
                explained.add(LookupWays.explain(
                        read.plan(), read.table(), session.farmer().costs()));
            } else {
                read.parameters().copyFrom(parameters());
                explained.add(read.explain());
            }
        }
        return new FlowExplanation(plan.toString(), explained);
    }

    @Override
    void free() {
        rows.stop();
        rows.free();
        reads.forEach(PreparedQuery::close);
        session.forget(this);
    }
}
