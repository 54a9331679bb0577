package io.keyfarm.query.eval;

import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.QueryPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan's condition without the values that are computed in it: a comparison of such values is a leaf as any other is, but
 * of no field, and what it computes stands beside it.
 *
 * <pre>
 *   0: field a   1: field b   2: + 0 1   3: constant 7   4: &lt; 2 3   5: c is 1   6: and 4 5
 *
 *   0: &lt; (expression 0 to 4)   1: c is 1   2: and 0 1
 * </pre>
 */
final class ConditionNodes {
    private final List<Node> nodes = new ArrayList<>();
    private final List<@Nullable ExpressionList> expressions = new ArrayList<>();

    /** @param places where the plan's fields are in the table */
    ConditionNodes(QueryPlan plan, int[] places) {
        final List<Node> all = plan.nodes();
        final int[] starts = new int[all.size()];
        final boolean[] isInside = isInside(all);
        final int[] own = new int[all.size()];
        for (int i = 0; i < all.size(); i++) {
            final Node node = all.get(i);
            starts[i] = node.operandCount() == 0 ? i : starts[node.operand(0)];
            if (isInside[i]) {
                continue;
            }
            own[i] = nodes.size();
            if (node.isOfValues()) {
                nodes.add(Node.computing(node.op(), node.argument()));
                expressions.add(expression(plan, starts[i], i));
            } else {
                final int[] operands = new int[node.operandCount()];
                Arrays.setAll(operands, k -> own[node.operand(k)]);
                nodes.add(node.withFields(places).withOperands(operands));
                expressions.add(null);
            }
        }
    }

    /** Which nodes belong to a comparison of values, its own node aside. */
    private static boolean[] isInside(List<Node> nodes) {
        final boolean[] isInside = new boolean[nodes.size()];
        for (int i = nodes.size() - 1; i >= 0; i--) {
            final Node node = nodes.get(i);
            for (int k = 0; k < node.operandCount(); k++) {
                isInside[node.operand(k)] = isInside[i] || node.isOfValues();
            }
        }
        return isInside;
    }

    private static ExpressionList expression(QueryPlan plan, int start, int root) {
        return ExpressionList.of(
                plan.fields().stream()
                        .map(field -> new InputField(InputField.LEFT, field))
                        .toList(),
                plan.parameters(),
                plan.nodes().subList(start, root + 1).stream()
                        .map(node -> node.shifted(-start))
                        .toList(),
                List.of(""));
    }

    List<Node> nodes() {
        return nodes;
    }

    /** What the leaf asks of values; null if it asks something of a field or a parameter by itself. */
    @Nullable
    ExpressionList expression(int node) {
        return expressions.get(node);
    }
}
