package io.keyfarm.farmer;

import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.wire.KeyHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A compiled query with everything one thread needs to run it: set the parameters, run, read the rows. Running allocates
 * nothing. One run at a time: running again ends the run before.
 *
 * <pre>{@code
 * try (PreparedQuery fords = session.prepare(from(VEHICLES).where(MAKE.is(param("make"))))) {
 *     final Rows rows = fords.set("make", "FORD").run();
 *     while (rows.next()) …
 * }
 * }</pre>
 */
public final class PreparedQuery extends Prepared {
    private final QueryPlan plan;
    private final RequestFrame request;
    private final QueryRun run;
    private final Rows rows;
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();

    private int forcedHint = KeyHint.NONE;
    private long pickedEpoch = -1;
    private long pickedShape;
    private int pickedHint = KeyHint.NONE;
    private @Nullable BoundConditions conditions;
    /** What the runs to come read, whatever the catalogue says meanwhile. */
    private @Nullable TableEntry held;

    /** What the last answer to many rows of a join took, if that is what ran last. */
    private @Nullable RunReport joined;

    /** What slaves were asked in this one's place. */
    private final Set<PlanId> routedPlans = new HashSet<>();

    private boolean hasRun;
    private @Nullable ManyRuns manyRuns;
    private boolean isExecutingAll;
    private Rows lastRows;
    private final OpenChannel[] channels;
    private final boolean ownsChannels;

    /**
     * @param channels the slaves' ends that it reads through
     * @param ownsChannels whether they are closed with it
     */
    PreparedQuery(Session session, QueryPlan plan, OpenChannel[] channels, boolean ownsChannels) {
        super(session, plan);
        this.channels = channels;
        this.ownsChannels = ownsChannels;
        this.plan = plan;
        request = new RequestFrame(session.farmer().settings(), plan);
        run = new QueryRun(session, channels, plan, request, this::onRunEnded);
        rows = new Rows(plan, run);
        lastRows = rows;
    }

    @Override
    public QueryPlan plan() {
        return plan;
    }

    @Override
    public PreparedQuery set(String name, @Nullable Object value) {
        super.set(name, value);
        return this;
    }

    @Override
    public PreparedQuery clear() {
        super.clear();
        return this;
    }

    @Override
    public PreparedQuery timeout(Duration timeout) {
        super.timeout(timeout);
        return this;
    }

    @Override
    public PreparedQuery settings(QuerySettings given) {
        super.settings(given);
        return this;
    }

    @Override
    public PreparedQuery scanning() {
        forcedHint = KeyHint.SCAN;
        return this;
    }

    @Override
    public boolean isOrdered() {
        return plan.isOrdered();
    }

    @Override
    public Rows run() {
        requireOpen();
        return start(null, 0, 0, KeyHint.NONE);
    }

    /** Runs with one of these bindings. */
    Rows runAlone(Bindings bindings, int binding, int keyHint) {
        return start(bindings.frame(), bindings.offset(binding), bindings.length(binding), keyHint);
    }

    /** The hint for bindings that all give the same parameters as this one does. */
    int hintFor(TableEntry table, Bindings bindings, int binding) {
        return forcedHint == KeyHint.NONE
                ? hint(table, bindings.frame(), bindings.offset(binding), bindings.length(binding))
                : forcedHint;
    }

    /**
     * Asks for many bindings at once, which want the same key; answers how many of the first are answered.
     *
     * @throws QueryException if the query is quarantined, or was cancelled since {@link #forgetCancel}
     */
    int ask(BatchRun batch, TableEntry table, int keyHint, Bindings bindings, int from, int to) {
        return batch.ask(table, keyHint, timeoutNs(), memoryBytes(), bindings, from, to, beginAsking());
    }

    /**
     * Many bindings are about to be asked for at once; answers the run that cancels what is asked.
     *
     * @throws QueryException if the query is quarantined, or was cancelled since {@link #forgetCancel}
     */
    QueryRun beginAsking() {
        requireOpen();
        rows.stop();
        session.farmer().quarantine().requireFree(plan.id());
        run.throwIfCancelled();
        if (meter().isCounting()) {
            meter().begin(session.farmer().clock().nanoTime());
        }
        hasRun = true;
        return run;
    }

    /** Slaves are asked this plan as well, until the query is closed. */
    void isAskedAs(QueryPlan routed) {
        routedPlans.add(routed.id());
    }

    /** Whether it may take the ways that there are, and not only the one it was told. */
    boolean isFreeToChoose() {
        return forcedHint == KeyHint.NONE;
    }

    /** What a join's lookups took, which forgets them now. */
    void onJoined(RunReport report) {
        joined = report;
    }

    /** These rows, out of a batch, are those of the next run. */
    void beginBatched(Rows batched) {
        requireOpen();
        run.throwIfCancelled();
        batched.begin(settings().maxRows());
        lastRows = batched;
        meter().goOn();
    }

    /** What was cancelled before does not count for what comes. */
    void forgetCancel() {
        run.forgetCancel();
    }

    boolean canBatch() {
        return BatchRun.isPossible(session, plan);
    }

    Session session() {
        return session;
    }

    private Rows start(@Nullable DirectBuffer block, int offset, int length, int givenHint) {
        rows.stop();
        hasRun = true;
        joined = null;
        lastRows = rows;
        session.farmer().quarantine().requireFree(plan.id());
        final long memoryBytes = memoryBytes();
        TableEntry table;
        do {
            meter().forget(); // Where the table was replaced, the run did not happen.
            rows.stop();
            table = table();
            if (block == null) {
                request.begin(table, hintFor(table), memoryBytes, parameters());
            } else {
                request.begin(table, givenHint, memoryBytes, block, offset, length);
            }
            rows.begin(settings().maxRows());
            meter().begin(run.start(timeoutNs(), memoryBytes));
            // The table may have been replaced between the look at the catalogue and the slave's at its parts.
        } while (run.isOtherGeneration() && hasChanged(table));
        return rows;
    }

    /** The hint for a run with the parameters set. */
    int hintFor(TableEntry table) {
        return forcedHint == KeyHint.NONE ? hint(table) : forcedHint;
    }

    private void onRunEnded(boolean hasFailed) {
        meter().end(hasFailed, rows.handedOver());
    }

    /** Reads this generation of the table from now on, which whoever says so holds; null: the one there is. */
    void readOnly(@Nullable TableEntry table) {
        held = table;
    }

    TableEntry table() {
        final TableEntry table = held;
        return table == null ? session.farmer().catalogue().require(plan.tableName()) : table;
    }

    private boolean hasChanged(TableEntry table) {
        if (held != null) {
            return false;
        }
        final TableEntry now = session.farmer().catalogue().find(plan.tableName());
        return now == null || now.generationDigest() != table.generationDigest();
    }

    /**
     * Runs once for each of {@code count} bindings, in their order, reusing all of this query. Where slaves are within the
     * process, many bindings are asked at once: up to 128 binders are called before the first of their consumers. Rows,
     * limits and errors are those of one run after another, rows in another order where the query orders none; a timeout counts for each batch anew. What {@link #report}
     * says afterwards is of the last batch.
     *
     * @param binder sets the parameters of the run with this place, from 0; they are all unset when it is called
     * @param consumer gets each run's rows, and reads of them what it wants until it returns
     * @return the rows read, of all runs
     */
    public long executeAll(int count, Binder binder, Consumer consumer) {
        requireOpen();
        // Within a consumer, the batch that it reads of must stay.
        if (isExecutingAll || !canBatch()) {
            return executeOneByOne(count, binder, consumer);
        }
        ManyRuns many = manyRuns;
        if (many == null) {
            many = new ManyRuns(this, session, meter());
            manyRuns = many;
        }
        isExecutingAll = true;
        run.forgetCancel();
        try {
            return many.executeAll(count, binder, consumer);
        } finally {
            isExecutingAll = false;
            many.rows().stop();
            rows.stop();
        }
    }

    private long executeOneByOne(int count, Binder binder, Consumer consumer) {
        long total = 0;
        for (int place = 0; place < count; place++) {
            parameters().clear();
            binder.bind(place, parameters());
            consumer.onRows(place, run());
            total += rows.handedOver();
        }
        rows.stop();
        return total;
    }

    /** Sets the parameters of one of many runs. */
    @FunctionalInterface
    public interface Binder {
        void bind(int place, Parameters parameters);
    }

    /** Takes the rows of one of many runs. */
    @FunctionalInterface
    public interface Consumer {
        void onRows(int place, Rows rows);
    }

    /** The rows of the last run. */
    public Rows rows() {
        return lastRows;
    }

    @Override
    public long count() {
        if (!plan.isCount()) {
            throw new IllegalStateException("this query does not count; its words need .count()");
        }
        run();
        try {
            final long count = run.count();
            rows.onCounted();
            return count;
        } finally {
            rows.stop();
        }
    }

    /** Runs a query that asks whether any row matches, and answers that. */
    public boolean exists() {
        if (!plan.isExists()) {
            throw new IllegalStateException("this query does not ask whether there is a row; its words need .exists()");
        }
        return count() > 0;
    }

    @Override
    public void cancel() {
        run.cancel();
    }

    /** What the last run took. */
    public RunReport report() {
        if (manyRuns != null && lastRows == manyRuns.rows()) {
            return manyRuns.report();
        }
        if (joined != null) {
            return joined;
        }
        long seeks = 0;
        long rowsExamined = 0;
        long slaveNs = 0;
        for (final ChannelRun channel : run.channels()) {
            seeks += channel.seeks;
            rowsExamined += channel.rowsExamined;
            slaveNs += channel.slaveNs;
        }
        return new RunReport(run.channels()[0].keyTaken(), seeks, rowsExamined, rows.handedOver(), slaveNs)
                .withAsked(run.channels().length);
    }

    @Override
    public List<RunReport> reports() {
        return List.of(report());
    }

    @Override
    public Explanation explain() {
        final TableEntry table = table();
        final BoundConditions bound = bind(table);
        final List<KeyCandidate> candidates = rank(table, bound);
        final List<String> narrowed = new ArrayList<>();
        final List<String> confirmed = new ArrayList<>();
        final @Nullable SegmentMonitor[] monitors = bound.monitors();
        for (int field = 0; field < monitors.length; field++) {
            final SegmentMonitor monitor = monitors[field];
            if (monitor != null && !monitor.isWild()) {
                final String name = table.schema().field(field).name();
                final boolean isKeyed = candidates.get(0).fields().contains(name);
                (isKeyed ? narrowed : confirmed).add(name + " in " + monitor);
            }
        }
        if (bound.hasRest() && !bound.isNothing()) {
            confirmed.add("what no segment monitor expresses: patterns, fields against fields, or across fields");
        }
        return new Explanation(plan.toString(), table.schema().name(), candidates, narrowed, confirmed);
    }

    @Override
    void free() {
        rows.stop();
        rows.free();
        if (manyRuns != null) {
            manyRuns.close();
        }
        for (final OpenChannel channel : session.channels()) {
            routedPlans.forEach(channel::forget);
        }
        session.forget(this);
        if (ownsChannels) {
            for (final OpenChannel channel : channels) {
                channel.close();
            }
        }
    }

    /**
     * The hint for this run, picked anew when keys or the parameters that are given have changed. Where the values of a run
     * want another key than those it was picked for, the slave counts so many rows that it looks for itself.
     */
    private int hint(TableEntry table) {
        if (table.summaries().isEmpty()) {
            return KeyHint.NONE;
        }
        final long shape = shape();
        if (table.keyEpoch() != pickedEpoch || shape != pickedShape) {
            final KeyCandidate best = rank(table, bind(table)).get(0);
            pickedEpoch = table.keyEpoch();
            pickedShape = shape;
            // Where a scan looks best the slave, who has true counts, looks again.
            pickedHint = best.hint() == KeyHint.SCAN ? KeyHint.NONE : best.hint();
        }
        return pickedHint;
    }

    /** As above, where always the same parameters are given. */
    private int hint(TableEntry table, DirectBuffer block, int offset, int length) {
        if (table.summaries().isEmpty()) {
            return KeyHint.NONE;
        }
        if (table.keyEpoch() != pickedEpoch) {
            final KeyCandidate best =
                    rank(table, bind(table, block, offset, length)).get(0);
            pickedEpoch = table.keyEpoch();
            pickedHint = best.hint() == KeyHint.SCAN ? KeyHint.NONE : best.hint();
        }
        return pickedHint;
    }

    /** The cheapest way to answer one run with this block, by estimate. */
    KeyCandidate cheapest(DirectBuffer block, int length) {
        final TableEntry table = table();
        return rank(table, bind(table, block, 0, length)).get(0);
    }

    double tableRowCount() {
        return (double) table().rowCount();
    }

    /** Whether it ran since {@link #forgetRuns}. */
    boolean hasRun() {
        return hasRun;
    }

    void forgetRuns() {
        hasRun = false;
    }

    QueryRun queryRun() {
        return run;
    }

    /** Ends the run under way. */
    void stop() {
        rows.stop();
    }

    /** Which parameters are given. */
    private long shape() {
        long shape = 0;
        for (int i = 0; i < parameters().count(); i++) {
            shape = shape * 31 + (parameters().isSet(i) ? 1 : 2);
        }
        return shape;
    }

    private BoundConditions bind(TableEntry table) {
        return bind(table, scratch, 0, parameters().encode(scratch, 0));
    }

    private BoundConditions bind(TableEntry table, DirectBuffer block, int offset, int length) {
        BoundConditions bound = conditions;
        if (bound == null) {
            bound = new BoundConditions(plan, table.layout());
            conditions = bound;
        }
        bound.bind(block, offset, length);
        return bound;
    }

    private List<KeyCandidate> rank(TableEntry table, BoundConditions bound) {
        final long rowsPerChannel = table.rowCount() / Math.max(1, session.channels().length);
        return KeyPicker.rank(
                table, rowsPerChannel, bound.monitors(), session.farmer().costs());
    }
}
