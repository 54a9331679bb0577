package io.keyfarm.query;

import io.keyfarm.query.plan.QueryPlan;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * For each row, its children among the rows of another side, and what they come to: a child query for each row. Immutable:
 * every word answers a new one.
 *
 * <pre>{@code
 * from(CUSTOMER).denormalize(children(ORDERS)
 *     .on(O_CUSTKEY.is(C_CUSTKEY))
 *     .orderBy(O_ORDERDATE.descending())
 *     .limit(3)
 *     .aggregate(count().as("orders"), sum(O_TOTALPRICE).as("total"), first(O_ORDERDATE).as("latest")))
 * }</pre>
 *
 * Children are found as a join finds its right rows: through keys, or by hash where that costs less.
 */
public final class Children {
    private final Join matching;
    private final List<Order> order;
    private final long most;
    private final List<AggregateCall> aggregates;
    private final List<Running> fold;

    private Children(Join matching, List<Order> order, long most, List<AggregateCall> aggregates, List<Running> fold) {
        this.matching = matching;
        this.order = List.copyOf(order);
        this.most = most;
        this.aggregates = List.copyOf(aggregates);
        this.fold = List.copyOf(fold);
    }

    private static Children of(Join matching) {
        return new Children(matching, List.of(), QueryPlan.UNLIMITED, List.of(), List.of());
    }

    public static Children children(Table of) {
        return of(Join.leftOuter(of));
    }

    public static Children children(Query of) {
        return of(Join.leftOuter(of));
    }

    public static Children children(Flow of) {
        return of(Join.leftOuter(of));
    }

    /** What makes a row a child of another; said twice, both. */
    public Children on(Condition condition) {
        return new Children(matching.on(condition), order, most, aggregates, fold);
    }

    /** In which order the children of one row come. */
    public Children orderBy(Order... by) {
        return new Children(
                matching, Stream.concat(order.stream(), Arrays.stream(by)).toList(), most, aggregates, fold);
    }

    /** Only the first so many children of each row; without an order, any. */
    public Children limit(long count) {
        if (count < 0) {
            throw new BadQueryException("limit takes 0 children or more, not " + count);
        }
        return new Children(matching, order, Math.min(most, count), aggregates, fold);
    }

    /** What is computed of the children of each row; of none a count is 0, and everything else is null. */
    public Children aggregate(AggregateCall... calls) {
        return new Children(
                matching,
                order,
                most,
                Stream.concat(aggregates.stream(), Arrays.stream(calls)).toList(),
                fold);
    }

    /**
     * Values that start with the row and are moved on by one child after another: what came before is the row and the values
     * so far. ECL's DENORMALIZE.
     */
    public Children fold(Running... values) {
        return new Children(
                matching,
                order,
                most,
                aggregates,
                Stream.concat(fold.stream(), Arrays.stream(values)).toList());
    }

    Join matching() {
        return matching;
    }

    List<Order> order() {
        return order;
    }

    long most() {
        return most;
    }

    List<AggregateCall> aggregates() {
        return aggregates;
    }

    List<Running> fold() {
        return fold;
    }

    /** {@code children(from(orders)).on(o_custkey is c_custkey).orderBy(o_orderdate descending).limit(3)}. */
    @Override
    public String toString() {
        final @Nullable Condition on = matching.on();
        return "children(" + matching.right() + ')'
                + (on == null ? "" : ".on(" + on + ')')
                + (order.isEmpty() ? "" : ".orderBy(" + words(order) + ')')
                + (most == QueryPlan.UNLIMITED ? "" : ".limit(" + most + ')')
                + (aggregates.isEmpty() ? "" : ".aggregate(" + words(aggregates) + ')');
    }

    private static String words(List<?> parts) {
        return String.join(", ", parts.stream().map(Object::toString).toList());
    }
}
