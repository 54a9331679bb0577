package io.keyfarm.query.eval;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import java.util.Arrays;
import java.util.List;

/**
 * Nodes without {@code not}: each has the operation it does after every {@code not} above it was pushed down. A node
 * {@code not} itself stays in its place as an {@code and} of one operand.
 *
 * <pre>
 *   not (a &lt; 5 or b like "x%")        a &gt;= 5 and not-like(b, "x%")
 * </pre>
 *
 * Post-order makes every subtree a run of nodes, {@code [start, root]}.
 */
final class NormalForm {
    private final List<Node> nodes;
    private final Op[] ops;
    private final boolean[] negated;
    private final int[] parents;
    private final int[] starts;

    NormalForm(List<Node> nodes) {
        this.nodes = nodes;
        final int count = nodes.size();
        ops = new Op[count];
        negated = new boolean[count];
        parents = new int[count];
        starts = new int[count];
        Arrays.fill(parents, Node.NONE);
        // Each operand stands before its node: from the root down the signs are known, from the leaves up the starts.
        for (int i = count - 1; i >= 0; i--) {
            final Node node = nodes.get(i);
            final boolean below = negated[i] ^ node.op() == Op.NOT;
            for (int k = 0; k < node.operandCount(); k++) {
                parents[node.operand(k)] = i;
                negated[node.operand(k)] = below;
            }
            ops[i] = negated[i] ? negation(node.op()) : node.op();
            if (ops[i] == Op.NOT) {
                ops[i] = Op.AND;
            }
        }
        for (int i = 0; i < count; i++) {
            starts[i] =
                    nodes.get(i).operandCount() == 0 ? i : starts[nodes.get(i).operand(0)];
        }
    }

    private static Op negation(Op op) {
        return switch (op) {
            case AND -> Op.OR;
            case OR -> Op.AND;
            case IS -> Op.IS_NOT;
            case IS_NOT -> Op.IS;
            case LESS_THAN -> Op.AT_LEAST;
            case AT_LEAST -> Op.LESS_THAN;
            case AT_MOST -> Op.GREATER_THAN;
            case GREATER_THAN -> Op.AT_MOST;
            case IN -> Op.NOT_IN;
            case NOT_IN -> Op.IN;
            case IS_NULL -> Op.IS_NOT_NULL;
            case IS_NOT_NULL -> Op.IS_NULL;
            // These have no word for the opposite; who evaluates them asks isNegated.
            default -> op;
        };
    }

    int count() {
        return ops.length;
    }

    Node node(int i) {
        return nodes.get(i);
    }

    Op op(int i) {
        return ops[i];
    }

    boolean isLeaf(int i) {
        return nodes.get(i).operandCount() == 0;
    }

    /** Whether a pattern or {@code is absent} is to hold where it does not. */
    boolean isNegated(int i) {
        return negated[i];
    }

    /** The node that combines this one, or {@link Node#NONE} for the root. */
    int parent(int i) {
        return parents[i];
    }

    /** The first node of the subtree. */
    int start(int i) {
        return starts[i];
    }
}
