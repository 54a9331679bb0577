package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.PlanCheck;
import io.keyfarm.rows.Memory;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Conditions on text: what it begins with, contains, is like, matches, sounds like and nearly is. */
final class TextAsks {
    private TextAsks() {}

    /** One that looks at two texts that are not null. */
    abstract static class OfTwo extends Step {
        private final Operand left;
        private final Operand right;
        private final boolean wanted;

        OfTwo(Operand left, Operand right, boolean negated) {
            this.left = left;
            this.right = right;
            wanted = !negated;
        }

        @Override
        final void run(Run run) {
            int kept = 0;
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                run.places[kept] = place;
                kept += !left.vector().nulls[place] && !right.vector().nulls[place] && holds(place) == wanted ? 1 : 0;
            }
            run.count = kept;
        }

        private boolean holds(int place) {
            return holds(
                    place,
                    left.vector().values[place],
                    left.vector().lengths[place],
                    right.vector().values[place],
                    right.vector().lengths[place]);
        }

        abstract boolean holds(int place, long text, int length, long other, int otherLength);

        final ComputeException tooLong(Origin origin, int place, String most) {
            return origin.fails(most, place, left, right);
        }
    }

    static final class Piece extends OfTwo {
        private final Origin origin;
        private final boolean isPrefix;

        Piece(Origin origin, Op op, Operand text, Operand piece, boolean negated) {
            super(text, piece, negated);
            this.origin = origin;
            isPrefix = op == Op.STARTS_WITH;
        }

        @Override
        boolean holds(int place, long text, int length, long piece, int pieceLength) {
            if (pieceLength > length) {
                return false;
            }
            if (isPrefix) {
                return Memory.compare(text, pieceLength, piece, pieceLength) == 0;
            }
            if (pieceLength > PlanCheck.MAX_PATTERN_BYTES) {
                throw tooLong(origin, place, "looks for more than " + PlanCheck.MAX_PATTERN_BYTES + " bytes");
            }
            return Utf8.indexOf(text, length, piece, pieceLength, 0) >= 0;
        }
    }

    /** By the letters A to Z and a to z: as Soundex knows no others. */
    static final class SoundsLike extends OfTwo {
        private final Sounds left = new Sounds();
        private final Sounds right = new Sounds();

        SoundsLike(Operand text, Operand other, boolean negated) {
            super(text, other, negated);
        }

        @Override
        boolean holds(int place, long text, int length, long other, int otherLength) {
            left.read(text, length);
            right.readAgain(other, otherLength);
            return left.isLike(right);
        }
    }

    static final class WithinEdits extends OfTwo {
        private final Origin origin;
        private final Edits edits;

        WithinEdits(Origin origin, int most, Operand text, Operand other, boolean negated) {
            super(text, other, negated);
            this.origin = origin;
            edits = new Edits(most);
        }

        @Override
        boolean holds(int place, long text, int length, long other, int otherLength) {
            if (edits.isFar(length, otherLength)) {
                return false;
            }
            if (length > PlanCheck.MAX_PATTERN_BYTES || otherLength > PlanCheck.MAX_PATTERN_BYTES) {
                throw tooLong(origin, place, "compares more than " + PlanCheck.MAX_PATTERN_BYTES + " bytes");
            }
            return edits.areWithin(text, length, other, otherLength);
        }
    }

    /** A pattern that is known before any row: of a constant or a parameter. */
    abstract static class OfPattern extends Step {
        private final Operand text;
        private final boolean wanted;
        private final int parameter;
        private final UnsafeBuffer literal = new UnsafeBuffer(0, 0);
        private boolean isNull;

        OfPattern(Operand text, Node pattern, boolean negated) {
            this.text = text;
            wanted = !negated;
            parameter = pattern.parameterCount() > 0 ? pattern.parameter(0) : Node.NONE;
            if (parameter == Node.NONE) {
                literal.wrap(pattern.text(0));
            }
        }

        /** By the constructor of whoever is one, as soon as it can. */
        final void compileConstant() {
            if (parameter == Node.NONE) {
                compile(literal, 0, literal.capacity());
            }
        }

        @Override
        final void bind(ParameterBlock parameters) {
            if (parameter == Node.NONE) {
                return;
            }
            isNull = parameters.isAbsent(parameter) || parameters.isNull(parameter);
            if (!isNull) {
                final int at = parameters.firstText(parameter);
                compile(parameters.buffer(), at, parameters.textLength(at));
            }
        }

        @Override
        final void run(Run run) {
            final Vector in = text.vector();
            int kept = 0;
            for (int i = 0; i < run.count && !isNull; i++) {
                final int place = run.places[i];
                run.places[kept] = place;
                kept += !in.nulls[place] && matches(place, in.values[place], in.lengths[place]) == wanted ? 1 : 0;
            }
            run.count = kept;
        }

        abstract void compile(DirectBuffer pattern, int offset, int length);

        abstract boolean matches(int place, long address, int length);

        final ComputeException fails(Origin origin, String what, int place) {
            return origin.fails(what, place, text);
        }
    }

    static final class Like extends OfPattern {
        private final TextPattern pattern = new TextPattern();
        private final int escape;

        Like(Operand text, Node pattern, int escape, boolean negated) {
            super(text, pattern, negated);
            this.escape = escape;
            compileConstant();
        }

        @Override
        void compile(DirectBuffer text, int offset, int length) {
            PlanCheck.requirePattern("an expression", Op.LIKE, text, offset, length, escape);
            pattern.compile(Op.LIKE, text, offset, length, escape);
        }

        @Override
        boolean matches(int place, long address, int length) {
            return pattern.matches(address, length);
        }
    }

    static final class Matches extends OfPattern {
        private final Origin origin;
        private final Regex regex = new Regex();

        Matches(Origin origin, Operand text, Node pattern, boolean negated) {
            super(text, pattern, negated);
            this.origin = origin;
            compileConstant();
        }

        @Override
        void compile(DirectBuffer text, int offset, int length) {
            regex.compile(text, offset, length);
        }

        @Override
        boolean matches(int place, long address, int length) {
            if (regex.takesTooLong(length)) {
                throw fails(origin, "takes too long: the text has " + length + " bytes", place);
            }
            return regex.matches(address, length);
        }
    }
}
