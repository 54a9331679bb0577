package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.Op;

/** Arithmetic of doubles, as IEEE 754 has it: nothing here is an error. */
final class Floats {
    /** From here on a double has no digits behind the point. */
    private static final double WHOLE = 1L << 52;

    private Floats() {}

    static final class OfTwo extends Step {
        private final Op op;
        private final Vector out;
        private final Vector left;
        private final Vector right;

        OfTwo(Op op, Vector out, Vector left, Vector right) {
            this.op = op;
            this.out = out;
            this.left = left;
            this.right = right;
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = left.nulls[place] || right.nulls[place];
                final double l = Double.longBitsToDouble(left.values[place]);
                final double r = Double.longBitsToDouble(right.values[place]);
                final double result = switch (op) {
                    case PLUS -> l + r;
                    case MINUS -> l - r;
                    case TIMES -> l * r;
                    default -> l / r;
                };
                out.values[place] = Double.doubleToRawLongBits(result);
            }
        }
    }

    static final class OfOne extends Step {
        private final Op op;
        private final Vector out;
        private final Vector operand;
        private final double power;

        OfOne(Op op, Vector out, Vector operand, int digits) {
            this.op = op;
            this.out = out;
            this.operand = operand;
            power = Math.pow(10, Math.max(0, digits));
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = operand.nulls[place];
                final double value = Double.longBitsToDouble(operand.values[place]);
                final double result = switch (op) {
                    case NEGATED -> -value;
                    case ABS -> Math.abs(value);
                    case FLOOR -> Math.floor(value);
                    case CEIL -> Math.ceil(value);
                    default -> rounded(value, power);
                };
                out.values[place] = Double.doubleToRawLongBits(result);
            }
        }
    }

    static double rounded(double value, double power) {
        final double scaled = Math.abs(value) * power;
        return scaled < WHOLE ? Math.copySign(Math.floor(scaled + 0.5) / power, value) : value;
    }
}
