package io.keyfarm.query.flow;

import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.rows.RecordLayout;

/** Rows of values that are computed of the input's rows, one for each. */
public final class TransformActivity implements Activity {
    private final Activity input;
    private final RowTransform transform;
    private final RowBatch rows;

    /**
     * @param name of the rows' schema
     * @throws io.keyfarm.query.plan.BadPlanException naming the field that the input has not
     */
    public TransformActivity(Activity input, ExpressionList columns, String name, FlowMemory memory) {
        this.input = input;
        transform = new RowTransform(columns, input.layout(), null, name, memory);
        rows = new RowBatch(input.layout());
    }

    /** Takes the parameters of the runs that begin from now on. */
    public void bind(ParameterBlock parameters) {
        transform.bind(parameters);
    }

    @Override
    public RecordLayout layout() {
        return transform.layout();
    }

    @Override
    public void begin() {
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        final int count = input.next(rows);
        if (count <= 0) {
            return count;
        }
        transform.run(rows, null, batch);
        return count;
    }

    @Override
    public void close() {
        transform.close();
        input.close();
    }
}
