package io.keyfarm.query.flow;

import io.keyfarm.query.eval.compute.Evaluator;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.RecordLayout;
import org.jspecify.annotations.Nullable;

/** A condition of a step, evaluated over rows, or over pairs of them. For one thread. */
public final class FlowCondition implements RowsFilter, PairFilter {
    private final Evaluator evaluator;
    private final StepParameters parameters;

    /** @param right null if it is a condition on rows alone */
    public FlowCondition(ExpressionList condition, RecordLayout left, @Nullable RecordLayout right, FlowMemory memory) {
        evaluator = new Evaluator(condition, left, right, memory);
        parameters = new StepParameters(condition.parameters());
    }

    /** Takes the parameters of a run. */
    public void bind(Parameters run) {
        evaluator.bind(parameters.of(run));
    }

    @Override
    public int confirm(RowBatch rows, int[] places) {
        evaluator.begin(rows, null);
        return filter(rows.count(), places);
    }

    @Override
    public int confirm(RowBatch left, RowBatch right, int[] places) {
        evaluator.begin(left, right);
        return filter(left.count(), places);
    }

    private int filter(int count, int[] places) {
        for (int i = 0; i < count; i++) {
            places[i] = i;
        }
        return evaluator.filter(0, places, count);
    }

    @Override
    public void close() {
        evaluator.close();
    }
}
