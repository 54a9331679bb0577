package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.ValueTypes;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.Values;
import java.nio.charset.StandardCharsets;

/** Values of one type as another. */
final class Casts {
    private Casts() {}

    /** A number as the type that it is computed with beside others, in its own vector. */
    static final class Widen extends Step {
        private final Origin origin;
        private final Operand operand;
        private final FieldType to;
        private final long power;
        /** Of a comparison: beyond all that the other side can be is far enough. */
        private final boolean saturates;

        Widen(Origin origin, Operand operand, FieldType to, boolean saturates) {
            this.origin = origin;
            this.operand = operand;
            this.to = to;
            this.saturates = saturates;
            power = to.kind() == FieldKind.DECIMAL
                    ? FieldType.powerOfTen(to.scale() - operand.type().scale())
                    : 1;
        }

        /** Whether values of the first type stand otherwise in a vector than those of the second. */
        static boolean isNeeded(FieldType from, FieldType to) {
            if (!ValueTypes.isNumber(from) || from.kind().isFloating()) {
                return false;
            }
            return to.kind().isFloating()
                    || (to.kind() == FieldKind.DECIMAL
                            && (from.kind() != FieldKind.DECIMAL || from.scale() != to.scale()));
        }

        @Override
        void run(Run run) {
            final Vector vector = operand.vector();
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                if (!vector.nulls[place]) {
                    vector.values[place] = to.kind().isFloating()
                            ? Double.doubleToRawLongBits(toDouble(operand.type(), vector.values[place]))
                            : scaled(vector.values[place], place);
                }
            }
        }

        private long scaled(long value, int place) {
            final long low = value * power;
            if (Math.multiplyHigh(value, power) == low >> 63
                    && (saturates || (low <= to.maxSortable() && low >= to.minSortable()))) {
                return low;
            }
            if (saturates) {
                return value < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
            }
            throw origin.fails("does not fit " + to, place, operand);
        }
    }

    static double toDouble(FieldType type, long value) {
        return type.kind() == FieldKind.DECIMAL ? (double) value / FieldType.powerOfTen(type.scale()) : (double) value;
    }

    /** {@code to}, between any types that it goes between. */
    static final class To extends Step {
        private static final int MAX_LITERAL_BYTES = 1000;

        private final Origin origin;
        private final Vector out;
        private final Operand operand;
        private final FieldType from;
        private final FieldType to;
        private char[] characters = new char[64];
        private byte[] bytes = new byte[64];

        To(Origin origin, Vector out, Operand operand, FieldType to) {
            this.origin = origin;
            this.out = out;
            this.operand = operand;
            this.to = to;
            from = operand.type();
            if (to.isText()) {
                out.forText();
            }
        }

        @Override
        void run(Run run) {
            final Vector in = operand.vector();
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = in.nulls[place];
                if (in.nulls[place]) {
                    continue;
                }
                if (to.isText()) {
                    toText(run, in, place);
                } else {
                    out.values[place] = from.isText() ? parsed(in, place) : converted(in.values[place], place);
                }
            }
        }

        private long converted(long value, int place) {
            if (from.kind() == FieldKind.DATE && to.kind() == FieldKind.TIMESTAMP) {
                final long micros = value * Calendar.DAY_MICROS;
                if (Math.multiplyHigh(value, Calendar.DAY_MICROS) != micros >> 63) {
                    throw misfit(place);
                }
                return micros;
            }
            if (from.kind() == FieldKind.TIMESTAMP && to.kind() == FieldKind.DATE) {
                return Math.floorDiv(value, Calendar.DAY_MICROS);
            }
            if (to.kind().isFloating()) {
                final double floating =
                        from.kind().isFloating() ? Double.longBitsToDouble(value) : toDouble(from, value);
                return Double.doubleToRawLongBits(to.kind() == FieldKind.FLOAT32 ? (float) floating : floating);
            }
            if (!ValueTypes.isNumber(to)) {
                return value;
            }
            final long whole = from.kind().isFloating()
                    ? ofFloating(Double.longBitsToDouble(value), place)
                    : rescaled(value, place);
            if (whole < to.minSortable() || whole > to.maxSortable()) {
                throw misfit(place);
            }
            return whole;
        }

        private long ofFloating(double value, int place) {
            final double scaled = Floats.rounded(value * FieldType.powerOfTen(to.scale()), 1);
            // As a long a double of 2^63 would saturate, and NaN be 0.
            if (!(Math.abs(scaled) < 0x1p63)) {
                throw misfit(place);
            }
            return (long) scaled;
        }

        private long rescaled(long value, int place) {
            final int less = from.scale() - to.scale();
            if (less >= 0) {
                return Numbers.rounded(value, FieldType.powerOfTen(less));
            }
            final long power = FieldType.powerOfTen(-less);
            if (Math.multiplyHigh(value, power) != (value * power) >> 63) {
                throw misfit(place);
            }
            return value * power;
        }

        private long parsed(Vector in, int place) {
            final int length = in.lengths[place];
            if (length > MAX_LITERAL_BYTES) {
                throw misfit(place);
            }
            if (length > characters.length) {
                characters = new char[length];
            }
            for (int i = 0; i < length; i++) {
                // What is no ASCII reads as no value of any type.
                final byte next = Memory.getByte(in.values[place] + i);
                characters[i] = next < 0 ? '?' : (char) next;
            }
            try {
                final long sortable = Values.parseSortable(to, characters, 0, length);
                return to.kind().isFloating() ? Double.doubleToRawLongBits(Loads.toDouble(to, sortable)) : sortable;
            } catch (BadValueException e) {
                throw misfit(place);
            }
        }

        private void toText(Run run, Vector in, int place) {
            if (from.isText()) {
                out.setText(place, in.values[place], in.lengths[place]);
            } else {
                print(in.values[place]);
                final long text = run.arena.allocate(bytes.length);
                Memory.copy(bytes, 0, text, bytes.length);
                out.setText(place, text, bytes.length);
            }
            if (to.kind() == FieldKind.CHAR) {
                final int length = Utf8.lengthWithoutBlanks(out.values[place], out.lengths[place]);
                if (length > to.length()) {
                    throw misfit(place);
                }
                out.lengths[place] = length;
            }
        }

        private void print(long value) {
            final String words;
            if (from.kind() == FieldKind.FLOAT32) {
                words = Float.toString((float) Double.longBitsToDouble(value));
            } else if (from.kind() == FieldKind.FLOAT64) {
                words = Values.print(from, Sortable.of(Double.longBitsToDouble(value)));
            } else {
                words = Values.print(from, value);
            }
            bytes = words.getBytes(StandardCharsets.UTF_8);
        }

        private ComputeException misfit(int place) {
            return origin.fails("is no " + to, place, operand);
        }
    }
}
