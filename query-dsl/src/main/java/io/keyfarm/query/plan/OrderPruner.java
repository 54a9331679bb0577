package io.keyfarm.query.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out orders that nobody sees: of the left side of a join that may hand on its rows in any. A pure function.
 *
 * <pre>
 *   read orders, ordered ─► filter ─► sort ─► join, unordered
 *   read orders          ─► filter ───────► join, unordered
 * </pre>
 *
 * An order that decides which rows there are, because of a limit or an offset, stays.
 */
final class OrderPruner {
    private final List<QueryPlan> reads;
    private final List<Step> steps;

    private OrderPruner(FlowDraft draft) {
        reads = new ArrayList<>(draft.reads());
        steps = new ArrayList<>(draft.steps());
    }

    /** @param draft of steps that make a flow */
    static FlowDraft prune(FlowDraft draft) {
        final OrderPruner pruner = new OrderPruner(draft);
        for (final Step step : draft.steps()) {
            if (step instanceof Step.Join join && join.how().unordered()) {
                pruner.forget(join.left());
            }
        }
        return new FlowDraft(draft.parameters(), pruner.reads, pruner.steps);
    }

    /** Forgets the order of a step's rows, as far down as rows are handed on one by one. */
    private void forget(int from) {
        int place = from;
        while (true) {
            final Step step = steps.get(place);
            if (step instanceof Step.Filter filter) {
                place = filter.input();
            } else if (step instanceof Step.Project project) {
                place = project.input();
            } else if (step instanceof Step.Transform transform) {
                place = transform.input();
            } else if (step instanceof Step.Sort sort && isWhole(sort.limit(), sort.offset())) {
                steps.set(place, new Step.Sort(sort.input(), List.of(), sort.limit(), sort.offset()));
                place = sort.input();
            } else {
                if (step instanceof Step.Read read) {
                    forgetOrder(read.read());
                }
                return;
            }
        }
    }

    private static boolean isWhole(long limit, long offset) {
        return limit == QueryPlan.UNLIMITED && offset == 0;
    }

    /** Fields by which rows are ordered stay fields of the rows, which steps name by place. */
    private void forgetOrder(int place) {
        final QueryPlan read = reads.get(place);
        if (read.isOrdered() && isWhole(read.limit(), read.offset())) {
            final int[] output = new int[read.rowFieldCount()];
            for (int i = 0; i < output.length; i++) {
                output[i] = read.rowField(i);
            }
            reads.set(
                    place,
                    QueryPlan.of(new PlanDraft(
                            read.tableName(),
                            read.fields(),
                            read.parameters(),
                            read.nodes(),
                            false,
                            output,
                            List.of(),
                            read.limit(),
                            read.offset())));
        }
    }
}
