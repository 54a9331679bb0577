package io.keyfarm.farmer;

import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.wire.KeyHint;
import org.jspecify.annotations.Nullable;

/**
 * Runs one query for many bindings, in batches where that goes, so that each sees what it would see of a run of its own.
 *
 * <pre>
 *   bind a few ahead ─► those that want the same key: one batch ─► consumer, consumer, consumer, …
 *                                    not answered ─► a run of its own ─► consumer
 * </pre>
 */
final class ManyRuns implements AutoCloseable {
    /** So many binders are called before their first consumer, at most. */
    static final int AHEAD = 128;

    private final PreparedQuery query;
    private final Session session;
    private final Bindings bindings = new Bindings();
    private final int[] hints = new int[AHEAD];
    private final BatchRun batch;
    private final BatchRows supply;
    private final Rows rows;

    ManyRuns(PreparedQuery query, Session session, RunMeter meter) {
        this.query = query;
        this.session = session;
        final QueryPlan plan = query.plan();
        batch = new BatchRun(session, plan);
        supply = new BatchRows(plan, batch.answers(), hasFailed -> meter.end(hasFailed, rows().handedOver()));
        rows = new Rows(plan, supply);
    }

    /** Of the last binding that was answered in a batch. */
    Rows rows() {
        return rows;
    }

    RunReport report() {
        return batch.report(rows.handedOver());
    }

    long executeAll(int count, PreparedQuery.Binder binder, PreparedQuery.Consumer consumer) {
        long total = 0;
        for (int place = 0; place < count; ) {
            final TableEntry table =
                    session.farmer().catalogue().require(query.plan().tableName());
            final RuntimeException trouble = bindAhead(table, place, Math.min(AHEAD, count - place), binder);
            final int bound = bindings.count();
            for (int done = 0; done < bound; ) {
                final int answered = ask(table, done, bound);
                if (answered == 0) {
                    total += runAlone(table, place, done, consumer);
                    done++;
                } else {
                    total += handOver(place + done, answered, consumer);
                    done += answered;
                }
            }
            if (trouble != null) {
                throw trouble;
            }
            place += bound;
        }
        return total;
    }

    /** Binds a few; what a binder throws is for those before it to be read first. */
    private @Nullable RuntimeException bindAhead(TableEntry table, int place, int most, PreparedQuery.Binder binder) {
        final Parameters parameters = query.parameters();
        bindings.clear();
        try {
            for (int i = 0; i < most; i++) {
                parameters.clear();
                binder.bind(place + i, parameters);
                bindings.add(parameters);
                hints[i] = query.hintFor(table);
            }
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private int ask(TableEntry table, int from, int bound) {
        if (hints[from] < 0 || batch.isNextAlone()) {
            return 0;
        }
        int to = from + 1;
        while (to < bound && hints[to] == hints[from]) {
            to++;
        }
        return query.ask(batch, table, hints[from], bindings, from, to);
    }

    private long runAlone(TableEntry table, int place, int binding, PreparedQuery.Consumer consumer) {
        final TableEntry now = session.farmer().catalogue().require(query.plan().tableName());
        final int hint = now.keyEpoch() == table.keyEpoch() ? hints[binding] : KeyHint.NONE;
        final Rows answer = query.runAlone(bindings, binding, hint);
        consumer.onRows(place + binding, answer);
        return answer.handedOver();
    }

    private long handOver(int place, int answered, PreparedQuery.Consumer consumer) {
        long total = 0;
        for (int i = 0; i < answered; i++) {
            query.beginBatched(rows);
            supply.begin(i);
            consumer.onRows(place + i, rows);
            total += rows.handedOver();
            rows.stop();
        }
        return total;
    }

    @Override
    public void close() {
        rows.stop();
        batch.close();
    }
}
