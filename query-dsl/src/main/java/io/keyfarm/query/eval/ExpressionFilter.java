package io.keyfarm.query.eval;

import io.keyfarm.query.eval.compute.Evaluator;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import java.util.ArrayList;
import java.util.List;

/** A condition on values that are computed of a row, or its opposite. */
final class ExpressionFilter implements RestFilter {
    private final Evaluator evaluator;
    private final RowBatch batch;
    private final int[] places = new int[RowBatch.SIZE];

    /** @param negated whether it is to hold where the condition does not; neither does where it is unknown */
    ExpressionFilter(ExpressionList condition, boolean negated, RecordLayout layout) {
        evaluator = new Evaluator(negated ? opposite(condition) : condition, layout, null);
        batch = new RowBatch(layout);
    }

    private static ExpressionList opposite(ExpressionList condition) {
        final List<Node> nodes = new ArrayList<>(condition.nodes());
        nodes.add(Node.combining(Op.NOT, nodes.size() - 1));
        return ExpressionList.of(condition.fields(), condition.parameters(), nodes, List.of(""));
    }

    void bind(ParameterBlock parameters) {
        evaluator.bind(parameters);
    }

    @Override
    public int confirm(Slab slab, int[] rowNumbers, int count) {
        int stayed = 0;
        for (int from = 0; from < count; from += RowBatch.SIZE) {
            final int block = Math.min(RowBatch.SIZE, count - from);
            batch.begin(slab.heapBases());
            for (int i = 0; i < block; i++) {
                batch.add(slab.address(rowNumbers[from + i]));
                places[i] = i;
            }
            evaluator.begin(batch, null);
            final int kept = evaluator.filter(0, places, block);
            for (int i = 0; i < kept; i++) {
                rowNumbers[stayed++] = rowNumbers[from + places[i]];
            }
        }
        return stayed;
    }
}
