package io.keyfarm.query.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Step.Denormalize} makes of the right rows that match a left row, its children.
 *
 * <pre>
 *   left row ─► candidates ─► matches ─► in order, at most so many ─► aggregates, or a fold
 * </pre>
 *
 * @param matching how they are found, as a left outer join finds them; it hands on no fields by itself
 * @param order of the children of one left row; empty: as they come
 * @param most {@link QueryPlan#UNLIMITED} for all
 * @param values of a left and a right row, that the aggregates are of; null if they only count
 * @param aggregates of the values; none where children are folded
 * @param fold over the children, left what came before (the left row, and the values so far), right the child; null where
 *     they are aggregated
 */
public record ChildrenStep(
        JoinStep matching,
        List<OrderBy> order,
        long most,
        @Nullable ExpressionList values,
        List<AggregateCall> aggregates,
        @Nullable FoldStep fold) {
    public ChildrenStep {
        order = List.copyOf(order);
        aggregates = List.copyOf(aggregates);
    }

    /** The step in a plan that has so many more reads before it. */
    ChildrenStep moved(int readShift) {
        return new ChildrenStep(matching.moved(readShift), order, most, values, aggregates, fold);
    }
}
