package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Values;

/** One loop over the places at work: loads or computes a vector, cuts the places down, or splits them. */
abstract class Step {
    abstract void run(Run run);

    /** Once for each run of a query, before any row. */
    void bind(ParameterBlock parameters) {}

    /** A value that a step computes with, and the node it came of. */
    record Operand(Vector vector, FieldType type, int node) {}

    /** What a step computes, for its errors. */
    static final class Origin {
        private static final int MAX_CHARS = 300;
        private static final int MAX_TEXT_BYTES = 100;

        private final ExpressionList expressions;
        private final int node;

        Origin(ExpressionList expressions, int node) {
            this.expressions = expressions;
            this.node = node;
        }

        /** {@code price * quantity does not fit decimal(18,4), where price is 99.00 and quantity is 4}. */
        ComputeException fails(String what, int place, Operand... operands) {
            final StringBuilder words =
                    new StringBuilder(words(node)).append(' ').append(what);
            String before = ", where ";
            for (final Operand operand : operands) {
                words.append(before)
                        .append(words(operand.node()))
                        .append(" is ")
                        .append(print(operand, place));
                before = " and ";
            }
            return new ComputeException(words.toString());
        }

        private String words(int of) {
            final String whole = expressions.words(of);
            return whole.length() > MAX_CHARS ? whole.substring(0, MAX_CHARS) + '…' : whole;
        }

        private static String print(Operand operand, int place) {
            final Vector vector = operand.vector();
            if (vector.nulls[place]) {
                return "null";
            }
            final FieldType type = operand.type();
            if (type.kind().isFloating()) {
                return Double.toString(vector.floating(place));
            }
            if (!type.isText()) {
                return Values.print(type, vector.values[place]);
            }
            final byte[] text = new byte[Math.min(vector.lengths[place], MAX_TEXT_BYTES)];
            Memory.copy(vector.values[place], text, 0, text.length);
            return "'" + Values.print(type, text) + (text.length < vector.lengths[place] ? "…'" : "'");
        }
    }
}
