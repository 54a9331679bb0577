package io.keyfarm.query.flow;

import io.keyfarm.query.eval.compute.Evaluator;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.rows.RecordLayout;

/** The rows for which a condition holds. */
public final class RowFilterActivity implements Activity {
    private final Activity input;
    private final Evaluator evaluator;
    private final int[] places = new int[RowBatch.SIZE];

    /**
     * @param condition one expression over the input's rows
     * @throws io.keyfarm.query.plan.BadPlanException naming the field that the rows have not
     */
    public RowFilterActivity(Activity input, ExpressionList condition, FlowMemory memory) {
        assert condition.size() == 1 && condition.isCondition(0) : condition;
        this.input = input;
        evaluator = new Evaluator(condition, input.layout(), null, memory);
    }

    /** Takes the parameters of the runs that begin from now on. */
    public void bind(ParameterBlock parameters) {
        evaluator.bind(parameters);
    }

    @Override
    public RecordLayout layout() {
        return input.layout();
    }

    @Override
    public void begin() {
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        int count = input.next(batch);
        while (count > 0) {
            for (int i = 0; i < count; i++) {
                places[i] = i;
            }
            evaluator.begin(batch, null);
            batch.keep(places, evaluator.filter(0, places, count));
            if (batch.count() > 0) {
                return batch.count();
            }
            count = input.next(batch);
        }
        return count;
    }

    @Override
    public void close() {
        input.close();
        evaluator.close();
    }
}
