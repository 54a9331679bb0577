package io.keyfarm.query.eval.compute;

import io.keyfarm.query.eval.compute.Step.Operand;
import io.keyfarm.query.eval.compute.Step.Origin;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ValueTypes;
import io.keyfarm.rows.FieldKind;
import java.util.List;

/** The step that asks something of operands, which stand as one type where they are compared. */
final class AskSteps {
    private AskSteps() {}

    /** @param pattern the node that says what a like or a regular expression is */
    static Step of(Origin origin, Node node, boolean negated, List<Operand> operands, Node pattern) {
        final Op op = node.op();
        final Operand first = operands.get(0);
        return switch (op) {
            case IS, IS_NOT, LESS_THAN, AT_MOST, GREATER_THAN, AT_LEAST -> {
                final Operand second = operands.get(1);
                final boolean padded =
                        first.type().kind() == FieldKind.CHAR && second.type().kind() == FieldKind.CHAR;
                yield new Asks.Compare(op, negated, first.type().kind(), first.vector(), second.vector(), padded);
            }
            case IN, NOT_IN ->
                new Asks.InSet(
                        first.vector(),
                        node,
                        node.type() != null ? node.type() : first.type(),
                        ValueTypes.computed(first.type()),
                        negated);
            case IS_NULL, IS_NOT_NULL -> new Asks.IsNull(first.vector(), (op == Op.IS_NULL) != negated);
            case STARTS_WITH, CONTAINS -> new TextAsks.Piece(origin, op, first, operands.get(1), negated);
            case LIKE -> new TextAsks.Like(first, pattern, node.escape(), negated);
            case MATCHES -> new TextAsks.Matches(origin, first, pattern, negated);
            case SOUNDS_LIKE -> new TextAsks.SoundsLike(first, operands.get(1), negated);
            case WITHIN_EDITS -> new TextAsks.WithinEdits(origin, node.argument(), first, operands.get(1), negated);
            default -> throw new AssertionError(op);
        };
    }
}
