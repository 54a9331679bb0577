package io.keyfarm.query.eval.compute;

import io.keyfarm.query.eval.compute.Step.Operand;
import io.keyfarm.query.eval.compute.Step.Origin;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.FieldType;
import java.util.List;

/** The step that computes a node of its operands, which stand as it needs them. */
final class ValueSteps {
    private ValueSteps() {}

    static Step of(Origin origin, Node node, Vector out, FieldType type, List<Operand> operands) {
        final Op op = node.op();
        final Operand first = operands.get(0);
        return switch (op) {
            case PLUS, MINUS, TIMES, DIVIDED_BY, QUOTIENT, REMAINDER, DAYS_UNTIL ->
                type.kind().isFloating()
                        ? new Floats.OfTwo(
                                op, out, first.vector(), operands.get(1).vector())
                        : new Numbers.OfTwo(origin, op, out, type, first, operands.get(1));
            case NEGATED, ABS, ROUND, FLOOR, CEIL ->
                type.kind().isFloating()
                        ? new Floats.OfOne(op, out, first.vector(), node.argument())
                        : new Numbers.OfOne(origin, op, out, type, first);
            case CONCAT -> new Texts.Concat(origin, out, operands);
            case UPPER, LOWER, TRIM, LENGTH -> new Texts.OfOne(op, out, first.vector());
            case SUBSTRING ->
                new Texts.Substring(
                        out,
                        first.vector(),
                        operands.get(1).vector(),
                        operands.get(2).vector());
            case REPLACE -> new Texts.Replace(origin, out, first, operands.get(1), operands.get(2));
            case POSITION -> new Texts.Position(origin, out, first, operands.get(1));
            case YEAR, MONTH, DAY, TRUNCATED_TO -> new Times.OfOne(origin, op, out, first, node.argument());
            case PLUS_DAYS, PLUS_MONTHS, PLUS_SECONDS, PLUS_MICROS ->
                new Times.Plus(origin, op, out, type, first, operands.get(1));
            case COALESCE -> new Controls.Coalesce(out, operands, type.isText());
            case TO -> new Casts.To(origin, out, first, type);
            default -> throw new AssertionError(op);
        };
    }
}
