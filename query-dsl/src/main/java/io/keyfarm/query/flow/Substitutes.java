package io.keyfarm.query.flow;

import io.keyfarm.query.eval.compute.Evaluator;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.RecordLayout;
import java.util.stream.IntStream;

/** What stands in the right fields of a row that is handed on in place of too many. For one thread. */
final class Substitutes implements AutoCloseable {
    private final Evaluator evaluator;
    private final StepParameters parameters;
    private final RowStore rows;
    private final int[] fields;
    private final FieldReader[] readers;
    private final int[] one = new int[1];

    /** @param rows what the values are written to, by their names */
    Substitutes(ExpressionList values, RecordLayout left, RowStore rows, FlowMemory memory) {
        this.rows = rows;
        evaluator = new Evaluator(values, left, null, memory);
        parameters = new StepParameters(values.parameters());
        fields = IntStream.range(0, values.size())
                .map(i -> rows.layout().schema().indexOf(values.name(i)))
                .toArray();
        readers = IntStream.of(fields)
                .mapToObj(field -> new FieldReader(rows.layout(), field))
                .toArray(FieldReader[]::new);
    }

    void bind(Parameters run) {
        evaluator.bind(parameters.of(run));
    }

    void begin(RowBatch left) {
        evaluator.begin(left, null);
    }

    /** Of the left row at this place, to the row that was made of it. */
    void write(int place, long row) {
        one[0] = place;
        for (int i = 0; i < fields.length; i++) {
            ComputedValue.replace(readers[i], fields[i], evaluator.compute(i, one, 1), place, row, rows);
        }
    }

    @Override
    public void close() {
        evaluator.close();
    }
}
