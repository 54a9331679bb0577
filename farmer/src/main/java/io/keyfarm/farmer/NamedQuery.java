package io.keyfarm.farmer;

import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.Plan;
import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A query prepared by name: each run does what the name means when the run begins, and finishes on it.
 *
 * <pre>
 *   alias      A ────────────── B ───────────────
 *   runs       |- A -|   |--- A ---|   |- B -|        with the parameters set, which must fit B as they did A
 * </pre>
 *
 * As long as the name means the same, a run costs what one of a {@link PreparedQuery} does, and the counting. Belongs to
 * its session's thread.
 */
public final class NamedQuery implements AutoCloseable {
    private final Session session;
    private final String name;
    private final Map<String, @Nullable Object> values = new HashMap<>();

    private AliasTarget target;
    /** What the name meant when {@link #prepared} was made. */
    private Alias followed;

    private QuerySettings asked = QuerySettings.none();
    private volatile Prepared prepared;
    /** A value was set while the name meant something else than what is prepared, which therefore lacks it. */
    private boolean hasUnbound;

    private boolean closed;

    NamedQuery(Session session, String name) {
        this.session = session;
        this.name = name;
        final PlanRegistry.Meaning meaning = registry().meaning(name);
        target = meaning.target();
        followed = meaning.alias();
        prepared = prepare(meaning);
    }

    public String name() {
        return name;
    }

    /** What the name meant when this query last looked: when it was prepared, and at each run. */
    public Alias alias() {
        return followed;
    }

    public Plan plan() {
        return prepared.plan();
    }

    /**
     * Sets a parameter for the runs to come; a set parameter takes a collection.
     *
     * @throws BadValueException if what the name means now has no such parameter, or it cannot hold the value
     */
    public NamedQuery set(String parameter, @Nullable Object value) {
        final Object kept = copy(value);
        if (followed.equals(target.now())) {
            prepared.parameters().set(parameter, kept);
        } else {
            new Parameters(registry().meaning(name).plan().parameters()).set(parameter, kept);
            hasUnbound = true;
        }
        values.put(parameter, kept);
        return this;
    }

    /** Forgets all parameters: the optional ones are absent again. */
    public NamedQuery clear() {
        values.clear();
        prepared.clear();
        return this;
    }

    /** What the asker wants of the runs to come, where the alias does not say otherwise. */
    public NamedQuery settings(QuerySettings wanted) {
        asked = wanted;
        prepared.settings(followed.settings().over(asked));
        return this;
    }

    /** What the last run went by, or the first one will: the alias's settings, and where they say nothing the asker's. */
    public QuerySettings settings() {
        return prepared.settings();
    }

    /**
     * Runs what the name means now, with the parameters set.
     *
     * @throws BadValueException if the name is gone, or means a plan that the parameters do not fit
     * @throws QueryException if the query failed, or its plan is quarantined
     */
    public Rows run() {
        return follow().run();
    }

    /** Runs a query that counts, and answers the count. */
    public long count() {
        return follow().count();
    }

    /** How a run would read, without reading. */
    public Explained explain() {
        return follow().explain();
    }

    /** What the reads of the last run took: one, or those of a plan of several steps. */
    public List<RunReport> reports() {
        return prepared.reports();
    }

    /** Makes the run under way fail as cancelled; from any thread. */
    public void cancel() {
        prepared.cancel();
    }

    /** Ends the run under way and frees what it holds. */
    @Override
    public void close() {
        closed = true;
        prepared.close();
    }

    private Prepared follow() {
        if ((followed.equals(target.now()) && !hasUnbound) || closed) {
            return prepared;
        }
        final PlanRegistry.Meaning meaning = registry().meaning(name);
        if (meaning.alias().planId().equals(followed.planId())) {
            bind(prepared);
            prepared.settings(meaning.alias().settings().over(asked));
        } else {
            replace(meaning);
        }
        target = meaning.target();
        followed = meaning.alias();
        hasUnbound = false;
        return prepared;
    }

    /** What was prepared stays as it is until the parameters fit what comes. */
    private void replace(PlanRegistry.Meaning meaning) {
        final Prepared next = prepare(meaning);
        try {
            bind(next);
        } catch (BadValueException e) {
            next.close();
            throw e;
        }
        final Prepared last = prepared;
        prepared = next;
        last.close();
    }

    private Prepared prepare(PlanRegistry.Meaning meaning) {
        final Prepared query = session.prepare(meaning.plan());
        query.meter().countInto(meaning.target().counters);
        return query.settings(meaning.alias().settings().over(asked));
    }

    private void bind(Prepared query) {
        try {
            query.clear();
            values.forEach(query.parameters()::set);
            for (final Parameter parameter : query.plan().parameters()) {
                if (!parameter.optional() && !values.containsKey(parameter.name())) {
                    throw new BadValueException(":" + parameter.name() + " is not set, and is not optional");
                }
            }
        } catch (BadValueException e) {
            throw new BadValueException("alias " + name + " means plan "
                    + query.plan().id() + " now, which the parameters do not fit: " + e.getMessage());
        }
    }

    private PlanRegistry registry() {
        return session.farmer().plans();
    }

    /** What is kept must not change with what the asker holds. */
    private static @Nullable Object copy(@Nullable Object value) {
        if (value instanceof Iterable<?> many) {
            final List<Object> all = new ArrayList<>();
            many.forEach(all::add);
            return all;
        }
        if (value instanceof Object[] many) {
            return many.clone();
        }
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }
}
