package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Sortable;
import io.keyfarm.segmonitor.SegmentMonitor;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Conditions on values: each keeps the places where it holds, and none where a value is null. */
final class Asks {
    private Asks() {}

    /** A comparison of two values, which stand as the same type. */
    static final class Compare extends Step {
        private static final int LESS = 1;
        private static final int EQUAL = 2;
        private static final int GREATER = 4;
        private static final int ANY = 7;

        private final Vector left;
        private final Vector right;
        private final int wanted;
        private final FieldKind kind;
        private final boolean isPadded;

        /** @param padded whether both are chars, so that the shorter has blanks behind it */
        Compare(Op op, boolean negated, FieldKind kind, Vector left, Vector right, boolean padded) {
            this.left = left;
            this.right = right;
            this.kind = kind;
            isPadded = padded;
            final int outcomes = switch (op) {
                case IS -> EQUAL;
                case IS_NOT -> LESS | GREATER;
                case LESS_THAN -> LESS;
                case AT_MOST -> LESS | EQUAL;
                case GREATER_THAN -> GREATER;
                case AT_LEAST -> GREATER | EQUAL;
                default -> throw new AssertionError(op);
            };
            wanted = negated ? ANY - outcomes : outcomes;
        }

        @Override
        void run(Run run) {
            if (kind.isText()) {
                runTexts(run);
            } else if (kind.isFloating()) {
                runFloating(run);
            } else {
                runLongs(run);
            }
        }

        private void runLongs(Run run) {
            final int[] places = run.places;
            int kept = 0;
            for (int i = 0; i < run.count; i++) {
                final int place = places[i];
                places[kept] = place;
                if (!left.nulls[place] && !right.nulls[place]) {
                    kept += keeps(Long.compare(left.values[place], right.values[place]));
                }
            }
            run.count = kept;
        }

        private void runFloating(Run run) {
            final int[] places = run.places;
            int kept = 0;
            for (int i = 0; i < run.count; i++) {
                final int place = places[i];
                places[kept] = place;
                if (!left.nulls[place] && !right.nulls[place]) {
                    kept += keeps(Long.compare(Sortable.of(left.floating(place)), Sortable.of(right.floating(place))));
                }
            }
            run.count = kept;
        }

        private void runTexts(Run run) {
            final int[] places = run.places;
            int kept = 0;
            for (int i = 0; i < run.count; i++) {
                final int place = places[i];
                places[kept] = place;
                if (!left.nulls[place] && !right.nulls[place]) {
                    kept += keeps(compareTexts(place));
                }
            }
            run.count = kept;
        }

        private int compareTexts(int place) {
            final long l = left.values[place];
            final long r = right.values[place];
            final int leftLength = left.lengths[place];
            final int rightLength = right.lengths[place];
            final int shared = Math.min(leftLength, rightLength);
            final int difference = Memory.compare(l, leftLength, r, rightLength);
            if (!isPadded || leftLength == rightLength || Memory.compare(l, shared, r, shared) != 0) {
                return difference;
            }
            // What is longer ends with no blank, so that a first other byte is there.
            return leftLength > rightLength
                    ? compareWithBlanks(l + shared, leftLength - shared)
                    : -compareWithBlanks(r + shared, rightLength - shared);
        }

        private static int compareWithBlanks(long text, int bytes) {
            for (int i = 0; i < bytes; i++) {
                final int difference = (Memory.getByte(text + i) & 0xFF) - ' ';
                if (difference != 0) {
                    return difference;
                }
            }
            return 0;
        }

        private int keeps(int comparison) {
            final int outcome = comparison < 0 ? LESS : comparison == 0 ? EQUAL : GREATER;
            return (wanted & outcome) != 0 ? 1 : 0;
        }
    }

    static final class IsNull extends Step {
        private final Vector in;
        private final boolean wanted;

        IsNull(Vector in, boolean wanted) {
            this.in = in;
            this.wanted = wanted;
        }

        @Override
        void run(Run run) {
            int kept = 0;
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                run.places[kept] = place;
                kept += in.nulls[place] == wanted ? 1 : 0;
            }
            run.count = kept;
        }
    }

    /** {@code :p is absent}: all places or none. */
    static final class IsAbsent extends Step {
        private final int parameter;
        private final boolean negated;
        private boolean holds;

        IsAbsent(int parameter, boolean negated) {
            this.parameter = parameter;
            this.negated = negated;
        }

        @Override
        void bind(ParameterBlock parameters) {
            holds = parameters.isAbsent(parameter) != negated;
        }

        @Override
        void run(Run run) {
            run.count = holds ? run.count : 0;
        }
    }

    /** One of many values, or none of them. */
    static final class InSet extends Step {
        private final Vector in;
        private final Node node;
        /** Of the values in the set. */
        private final FieldType type;

        private final boolean wanted;
        private final SegmentMonitor monitor;
        private final UnsafeBuffer literal = new UnsafeBuffer(0, 0);
        private boolean holdsNowhere;

        /** @param computed what values of the type are computed as */
        InSet(Vector in, Node node, FieldType type, FieldType computed, boolean negated) {
            this.in = in;
            this.node = node;
            this.type = type;
            wanted = (node.op() == Op.IN) != negated;
            monitor = new SegmentMonitor(computed);
            if (node.parameterCount() == 0) {
                addValues(null);
            }
        }

        @Override
        void bind(ParameterBlock parameters) {
            if (node.parameterCount() > 0) {
                addValues(parameters);
            }
        }

        private void addValues(@org.jspecify.annotations.Nullable ParameterBlock parameters) {
            monitor.begin();
            for (int i = 0; i < node.sortableCount(); i++) {
                addNumber(node.sortable(i));
            }
            for (int i = 0; i < node.textCount(); i++) {
                literal.wrap(node.text(i));
                addText(literal, 0, literal.capacity());
            }
            holdsNowhere = false;
            for (int i = 0; i < node.parameterCount() && parameters != null; i++) {
                // It may be the very value that is null.
                holdsNowhere |= !wanted && parameters.isNull(node.parameter(i));
                addParameter(parameters, node.parameter(i));
            }
            monitor.end();
        }

        private void addParameter(ParameterBlock parameters, int parameter) {
            final int count = parameters.valueCount(parameter);
            if (!type.isText()) {
                for (int i = 0; i < count; i++) {
                    addNumber(parameters.sortable(parameter, i));
                }
                return;
            }
            int text = count == 0 ? 0 : parameters.firstText(parameter);
            for (int i = 0; i < count; i++) {
                addText(parameters.buffer(), text, parameters.textLength(text));
                text = parameters.nextText(text);
            }
        }

        private void addNumber(long sortable) {
            monitor.addPoint(
                    type.kind() == FieldKind.FLOAT32 ? Sortable.of((double) Sortable.toFloat(sortable)) : sortable);
        }

        private void addText(DirectBuffer buffer, int offset, int length) {
            int kept = length;
            while (type.kind() == FieldKind.CHAR && kept > 0 && buffer.getByte(offset + kept - 1) == ' ') {
                kept--;
            }
            monitor.addText(buffer, offset, kept);
        }

        @Override
        void run(Run run) {
            int kept = 0;
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                run.places[kept] = place;
                kept += !in.nulls[place] && matches(place) == wanted ? 1 : 0;
            }
            run.count = holdsNowhere ? 0 : kept;
        }

        private boolean matches(int place) {
            if (type.isText()) {
                return monitor.matchesText(in.values[place], in.lengths[place]);
            }
            return monitor.matches(type.kind().isFloating() ? Sortable.of(in.floating(place)) : in.values[place]);
        }
    }
}
