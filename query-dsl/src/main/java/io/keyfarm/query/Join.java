package io.keyfarm.query;

import io.keyfarm.query.plan.JoinKind;
import io.keyfarm.query.plan.JoinLimit;
import io.keyfarm.query.plan.JoinLimit.Excess;
import io.keyfarm.query.plan.QueryPlan;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What rows are joined with, and how. Immutable: every word answers a new one.
 *
 * <pre>{@code
 * from(ORDERS).join(inner(CUSTOMER).on(C_CUSTKEY.is(O_CUSTKEY)).keep(1))
 * }</pre>
 *
 * The <em>candidates</em> of a left row are the right rows that satisfy every condition of the join which a segment monitor
 * can express (comparisons of a right field with left fields, and conditions on single right fields), or those that
 * {@link #keyed} names. Limits count candidates, before the other conditions are asked. Where the right side is a table, or
 * a query of one, its candidates come through its keys where that costs less than hashing it.
 */
public final class Join {
    private final JoinKind kind;
    private final Flow right;
    private final @Nullable Query rightQuery;
    private final @Nullable Condition on;
    private final @Nullable Condition keyed;
    private final @Nullable Condition skip;
    private final JoinLimit limit;
    private final long keep;
    private final boolean unordered;
    private final List<Column> substitute;

    private Join(
            JoinKind kind,
            Flow right,
            @Nullable Query rightQuery,
            @Nullable Condition on,
            @Nullable Condition keyed,
            @Nullable Condition skip,
            JoinLimit limit,
            long keep,
            boolean unordered,
            List<Column> substitute) {
        this.kind = kind;
        this.right = right;
        this.rightQuery = rightQuery;
        this.on = on;
        this.keyed = keyed;
        this.skip = skip;
        this.limit = limit;
        this.keep = keep;
        this.unordered = unordered;
        this.substitute = List.copyOf(substitute);
    }

    private static Join of(JoinKind kind, Query right) {
        return new Join(
                kind,
                Flow.of(right),
                right.isPlain() ? right : null,
                null,
                null,
                null,
                JoinLimit.NONE,
                QueryPlan.UNLIMITED,
                false,
                List.of());
    }

    private static Join of(JoinKind kind, Flow right) {
        return new Join(kind, right, null, null, null, null, JoinLimit.NONE, QueryPlan.UNLIMITED, false, List.of());
    }

    /** A row for every left row and each of its matches. */
    public static Join inner(Table right) {
        return of(JoinKind.INNER, Query.from(right));
    }

    public static Join inner(Query right) {
        return of(JoinKind.INNER, right);
    }

    public static Join inner(Flow right) {
        return of(JoinKind.INNER, right);
    }

    /** The same, and every left row without a match, its right fields null. */
    public static Join leftOuter(Table right) {
        return of(JoinKind.LEFT_OUTER, Query.from(right));
    }

    public static Join leftOuter(Query right) {
        return of(JoinKind.LEFT_OUTER, right);
    }

    public static Join leftOuter(Flow right) {
        return of(JoinKind.LEFT_OUTER, right);
    }

    /** Left rows without a match, alone. */
    public static Join leftOnly(Table right) {
        return of(JoinKind.LEFT_ONLY, Query.from(right));
    }

    public static Join leftOnly(Query right) {
        return of(JoinKind.LEFT_ONLY, right);
    }

    public static Join leftOnly(Flow right) {
        return of(JoinKind.LEFT_ONLY, right);
    }

    /** Left rows with a match, each once, alone. */
    public static Join semi(Table right) {
        return of(JoinKind.SEMI, Query.from(right));
    }

    public static Join semi(Query right) {
        return of(JoinKind.SEMI, right);
    }

    public static Join semi(Flow right) {
        return of(JoinKind.SEMI, right);
    }

    /** Rows of all of these that are equal in fields which they have in common: {@code all(a, b, c).by("doc")}. */
    public static JoinAll all(Query... inputs) {
        return JoinAll.of(Arrays.stream(inputs).map(Flow::of).toList());
    }

    public static JoinAll all(Flow... inputs) {
        return JoinAll.of(List.of(inputs));
    }

    /** What a left and a right row must satisfy to match; said twice, both. */
    public Join on(Condition condition) {
        return new Join(
                kind,
                right,
                rightQuery,
                on == null ? condition : on.and(condition),
                keyed,
                skip,
                limit,
                keep,
                unordered,
                substitute);
    }

    /** What they must satisfy, too; only this makes a right row a candidate. */
    public Join keyed(Condition condition) {
        return new Join(
                kind,
                right,
                rightQuery,
                on,
                keyed == null ? condition : keyed.and(condition),
                skip,
                limit,
                keep,
                unordered,
                substitute);
    }

    /** Rows made for which this holds vanish; that makes no left row unmatched. */
    public Join skipping(Condition condition) {
        return new Join(
                kind,
                right,
                rightQuery,
                on,
                keyed,
                skip == null ? condition : skip.or(condition),
                limit,
                keep,
                unordered,
                substitute);
    }

    /** A left row with more candidates counts as one without a match. */
    public Join atMost(long candidates) {
        return limited(candidates, Excess.UNMATCHED);
    }

    /** A left row with more candidates fails the query, unless {@link #skip} or {@link #onFail} say otherwise. */
    public Join limit(long candidates) {
        return limited(candidates, Excess.FAIL);
    }

    /** Behind {@link #limit}: a left row with more candidates vanishes, even from a left outer join. */
    public Join skip() {
        return instead("skip()", Excess.SKIP, List.of());
    }

    /** Behind {@link #limit}: of a left row with more candidates comes one row, its right fields null. */
    public Join onFail() {
        return instead("onFail()", Excess.SUBSTITUTE, List.of());
    }

    /**
     * The same, with values in place of right fields, which are named as the join hands them on; computed of the left row.
     * Those that are not named are null.
     */
    public Join onFail(Column... values) {
        return instead("onFail(...)", Excess.SUBSTITUTE, List.of(values));
    }

    /** At most so many rows of each left row; rows that are skipped do not count. */
    public Join keep(long rows) {
        if (rows < 0) {
            throw new BadQueryException("keep takes 0 rows or more, not " + rows);
        }
        return new Join(kind, right, rightQuery, on, keyed, skip, limit, rows, unordered, substitute);
    }

    /**
     * Rows may come in another order than their left rows: an order of these that serves nothing else is left out. Candidates are
     * found in the order of the left rows either way, so there is nothing to gain where these come in none.
     */
    public Join unordered() {
        return new Join(kind, right, rightQuery, on, keyed, skip, limit, keep, true, substitute);
    }

    private Join limited(long candidates, Excess excess) {
        if (candidates < 0) {
            throw new BadQueryException("a join's limit is 0 candidates or more, not " + candidates);
        }
        return limited(new JoinLimit(candidates, excess), List.of());
    }

    private Join limited(JoinLimit candidates, List<Column> values) {
        return new Join(kind, right, rightQuery, on, keyed, skip, candidates, keep, unordered, values);
    }

    private Join instead(String word, Excess excess, List<Column> values) {
        if (!limit.isLimited() || limit.excess() == Excess.UNMATCHED) {
            throw new BadQueryException(
                    word + " says what becomes of a left row beyond limit(n), so say limit(n) first");
        }
        return limited(new JoinLimit(limit.most(), excess), values);
    }

    JoinKind kind() {
        return kind;
    }

    Flow right() {
        return right;
    }

    /** What the right side is if it can be read for one left row; null if it cannot. */
    @Nullable
    Query rightQuery() {
        return rightQuery;
    }

    @Nullable
    Condition on() {
        return on;
    }

    /** Null: whatever of {@link #on} a monitor can express. */
    @Nullable
    Condition keyed() {
        return keyed;
    }

    @Nullable
    Condition skipped() {
        return skip;
    }

    JoinLimit candidateLimit() {
        return limit;
    }

    /** What stands in right fields of a row in place of too many. */
    List<Column> substitute() {
        return substitute;
    }

    long kept() {
        return keep;
    }

    boolean isUnordered() {
        return unordered;
    }

    /** {@code inner(customer).on(c_custkey is o_custkey).keep(1)}. */
    @Override
    public String toString() {
        return JoinWords.of(this);
    }
}
