package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;

/** Arithmetic of whole numbers, decimals, dates and timestamps, all of them longs: what does not fit its type is an error. */
final class Numbers {
    private Numbers() {}

    /** + - * quotient and remainder, and the days or microseconds between two. */
    static final class OfTwo extends Step {
        private final Origin origin;
        private final Op op;
        private final Vector out;
        private final Operand left;
        private final Operand right;
        private final FieldType type;
        private final long most;

        OfTwo(Origin origin, Op op, Vector out, FieldType type, Operand left, Operand right) {
            this.origin = origin;
            this.op = op;
            this.out = out;
            this.left = left;
            this.right = right;
            this.type = type;
            most = type.kind() == FieldKind.DECIMAL ? type.maxSortable() : Long.MAX_VALUE;
        }

        @Override
        void run(Run run) {
            switch (op) {
                case PLUS -> add(run.places, run.count);
                case MINUS -> subtract(left.vector(), right.vector(), run.places, run.count);
                case DAYS_UNTIL -> subtract(right.vector(), left.vector(), run.places, run.count);
                case TIMES -> multiply(run.places, run.count);
                default -> divide(run.places, run.count);
            }
        }

        private void add(int[] places, int count) {
            final Vector l = left.vector();
            final Vector r = right.vector();
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                out.nulls[place] = l.nulls[place] || r.nulls[place];
                if (!out.nulls[place]) {
                    final long sum = l.values[place] + r.values[place];
                    if (((l.values[place] ^ sum) & (r.values[place] ^ sum)) < 0 || isBeyond(sum)) {
                        throw overflow(place);
                    }
                    out.values[place] = sum;
                }
            }
        }

        private void subtract(Vector l, Vector r, int[] places, int count) {
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                out.nulls[place] = l.nulls[place] || r.nulls[place];
                if (!out.nulls[place]) {
                    final long difference = l.values[place] - r.values[place];
                    if (((l.values[place] ^ r.values[place]) & (l.values[place] ^ difference)) < 0
                            || isBeyond(difference)) {
                        throw overflow(place);
                    }
                    out.values[place] = difference;
                }
            }
        }

        private void multiply(int[] places, int count) {
            final Vector l = left.vector();
            final Vector r = right.vector();
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                out.nulls[place] = l.nulls[place] || r.nulls[place];
                if (!out.nulls[place]) {
                    final long low = l.values[place] * r.values[place];
                    if (Math.multiplyHigh(l.values[place], r.values[place]) != low >> 63 || isBeyond(low)) {
                        throw overflow(place);
                    }
                    out.values[place] = low;
                }
            }
        }

        private void divide(int[] places, int count) {
            final Vector l = left.vector();
            final Vector r = right.vector();
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                out.nulls[place] = l.nulls[place] || r.nulls[place];
                if (!out.nulls[place]) {
                    final long by = r.values[place];
                    if (by == 0) {
                        throw origin.fails("divides by zero", place, left, right);
                    }
                    if (op == Op.QUOTIENT && by == -1 && l.values[place] == Long.MIN_VALUE) {
                        throw overflow(place);
                    }
                    out.values[place] = op == Op.QUOTIENT ? l.values[place] / by : l.values[place] % by;
                }
            }
        }

        private boolean isBeyond(long value) {
            return value > most || (value < -most && type.kind() == FieldKind.DECIMAL);
        }

        private ComputeException overflow(int place) {
            return origin.fails("does not fit " + type, place, left, right);
        }
    }

    /** Negated, abs, round, floor and ceil. */
    static final class OfOne extends Step {
        private final Origin origin;
        private final Op op;
        private final Vector out;
        private final Operand operand;
        private final FieldType type;
        /** What the last digit that is kept counts, in the last digit there is. */
        private final long unit;

        OfOne(Origin origin, Op op, Vector out, FieldType type, Operand operand) {
            this.origin = origin;
            this.op = op;
            this.out = out;
            this.operand = operand;
            this.type = type;
            unit = FieldType.powerOfTen(operand.type().scale() - type.scale());
        }

        @Override
        void run(Run run) {
            final Vector from = operand.vector();
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = from.nulls[place];
                if (!from.nulls[place]) {
                    out.values[place] = apply(from.values[place], place);
                }
            }
        }

        private long apply(long value, int place) {
            final long result = switch (op) {
                case FLOOR -> Math.floorDiv(value, unit);
                case CEIL -> -Math.floorDiv(-value, unit);
                case ROUND -> rounded(value, unit);
                default -> op == Op.ABS && value >= 0 ? value : -value;
            };
            final boolean isLost = value == Long.MIN_VALUE && (op == Op.NEGATED || op == Op.ABS);
            if (isLost || (type.kind() == FieldKind.DECIMAL && Math.abs(result) > type.maxSortable())) {
                throw origin.fails("does not fit " + type, place, operand);
            }
            return unit == 1 && (op == Op.FLOOR || op == Op.CEIL) ? value : result;
        }
    }

    /** In units, halves away from zero. */
    static long rounded(long value, long unit) {
        if (unit == 1) {
            return value;
        }
        final long whole = value / unit;
        final long left = value % unit;
        // A unit is a power of ten, so that half of it is a whole number.
        return whole + (left >= unit / 2 ? 1 : left <= -(unit / 2) ? -1 : 0);
    }
}
