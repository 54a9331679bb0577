package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.PlanCheck;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import java.util.List;

/** Text of text. A piece of a text stands where the text does; only what is new is written. */
final class Texts {
    private Texts() {}

    /** Upper, lower, trim, and the length. */
    static final class OfOne extends Step {
        private final Op op;
        private final Vector out;
        private final Vector in;

        OfOne(Op op, Vector out, Vector in) {
            this.op = op;
            this.out = out;
            this.in = in;
            if (op != Op.LENGTH) {
                out.forText();
            }
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = in.nulls[place];
                if (in.nulls[place]) {
                    continue;
                }
                final long text = in.values[place];
                final int length = in.lengths[place];
                switch (op) {
                    case LENGTH -> out.values[place] = Utf8.characters(text, length);
                    case TRIM -> trim(place, text, length);
                    default -> convert(run.arena, place, text, length);
                }
            }
        }

        private void trim(int place, long text, int length) {
            final int end = Utf8.lengthWithoutBlanks(text, length);
            int from = 0;
            while (from < end && Memory.getByte(text + from) == ' ') {
                from++;
            }
            out.setText(place, text + from, end - from);
        }

        private void convert(TextArena arena, int place, long text, int length) {
            // No character grows to more than twice its bytes but a few of one byte, which ASCII has none of.
            final long to = arena.allocate(2L * length);
            int written = 0;
            for (int at = 0; at < length; ) {
                final byte next = Memory.getByte(text + at);
                if (next >= 0) {
                    Memory.putByte(to + written++, (byte) converted(next));
                    at++;
                } else {
                    final int end = Utf8.next(text, length, at);
                    final int point = Utf8.codePoint(text, at, end);
                    if (point < 0) {
                        Memory.copy(text + at, to + written, end - at);
                        written += end - at;
                    } else {
                        written += Utf8.write(converted(point), to + written);
                    }
                    at = end;
                }
            }
            arena.giveBack(2L * length - written);
            out.setText(place, to, written);
        }

        private int converted(int point) {
            if (point < 0x80) {
                final boolean turns = op == Op.UPPER ? point >= 'a' && point <= 'z' : point >= 'A' && point <= 'Z';
                return turns ? point ^ 0x20 : point;
            }
            return op == Op.UPPER ? Character.toUpperCase(point) : Character.toLowerCase(point);
        }
    }

    static final class Concat extends Step {
        private final Origin origin;
        private final Vector out;
        private final List<Operand> operands;

        Concat(Origin origin, Vector out, List<Operand> operands) {
            this.origin = origin;
            this.out = out;
            this.operands = operands;
            out.forText();
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                long length = 0;
                boolean isNull = false;
                for (int k = 0; k < operands.size(); k++) {
                    final Vector in = operands.get(k).vector();
                    isNull |= in.nulls[place];
                    length += in.nulls[place] ? 0 : in.lengths[place];
                }
                out.nulls[place] = isNull;
                if (!isNull) {
                    if (length > FieldType.MAX_TEXT_BYTES) {
                        throw tooLong(origin, length, place, operands.get(0));
                    }
                    join(run.arena.allocate(length), (int) length, place);
                }
            }
        }

        private void join(long to, int length, int place) {
            long at = to;
            for (int k = 0; k < operands.size(); k++) {
                final Vector in = operands.get(k).vector();
                Memory.copy(in.values[place], at, in.lengths[place]);
                at += in.lengths[place];
            }
            out.setText(place, to, length);
        }
    }

    static final class Substring extends Step {
        private final Vector out;
        private final Vector text;
        private final Vector from;
        private final Vector length;

        Substring(Vector out, Vector text, Vector from, Vector length) {
            this.out = out;
            this.text = text;
            this.from = from;
            this.length = length;
            out.forText();
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = text.nulls[place] || from.nulls[place] || length.nulls[place];
                if (!out.nulls[place]) {
                    cut(place, text.values[place], text.lengths[place], from.values[place], length.values[place]);
                }
            }
        }

        /** The characters [first, first + wanted), counted from 1; what lies before 1 counts, but is not there. */
        private void cut(int place, long address, int bytes, long first, long wanted) {
            final long sum = first + wanted;
            final long end = wanted <= 0 ? first : ((first ^ sum) & (wanted ^ sum)) < 0 ? Long.MAX_VALUE : sum;
            int start = 0;
            long character = 1;
            while (start < bytes && character < first) {
                start = Utf8.next(address, bytes, start);
                character++;
            }
            int stop = start;
            while (stop < bytes && character < end) {
                stop = Utf8.next(address, bytes, stop);
                character++;
            }
            out.setText(place, address + start, stop - start);
        }
    }

    static final class Position extends Step {
        private final Origin origin;
        private final Vector out;
        private final Operand text;
        private final Operand piece;

        Position(Origin origin, Vector out, Operand text, Operand piece) {
            this.origin = origin;
            this.out = out;
            this.text = text;
            this.piece = piece;
        }

        @Override
        void run(Run run) {
            final Vector in = text.vector();
            final Vector sought = piece.vector();
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = in.nulls[place] || sought.nulls[place];
                if (!out.nulls[place]) {
                    if (sought.lengths[place] > PlanCheck.MAX_PATTERN_BYTES) {
                        throw tooLongToFind(origin, sought.lengths[place], place, text, piece);
                    }
                    final int at = Utf8.indexOf(
                            in.values[place], in.lengths[place], sought.values[place], sought.lengths[place], 0);
                    out.values[place] = at < 0 ? 0 : Utf8.characters(in.values[place], at) + 1;
                }
            }
        }
    }

    static final class Replace extends Step {
        private final Origin origin;
        private final Vector out;
        private final Operand text;
        private final Operand what;
        private final Operand by;

        Replace(Origin origin, Vector out, Operand text, Operand what, Operand by) {
            this.origin = origin;
            this.out = out;
            this.text = text;
            this.what = what;
            this.by = by;
            out.forText();
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = text.vector().nulls[place] || what.vector().nulls[place] || by.vector().nulls[place];
                if (!out.nulls[place]) {
                    replace(run.arena, place);
                }
            }
        }

        private void replace(TextArena arena, int place) {
            final long from = text.vector().values[place];
            final int length = text.vector().lengths[place];
            final long sought = what.vector().values[place];
            final int soughtLength = what.vector().lengths[place];
            if (soughtLength > PlanCheck.MAX_PATTERN_BYTES) {
                throw tooLongToFind(origin, soughtLength, place, text, what, by);
            }
            final int count = soughtLength == 0 ? 0 : count(from, length, sought, soughtLength);
            if (count == 0) {
                out.setText(place, from, length);
                return;
            }
            final long put = by.vector().values[place];
            final int putLength = by.vector().lengths[place];
            final long total = length + (long) count * (putLength - soughtLength);
            if (total > FieldType.MAX_TEXT_BYTES) {
                throw tooLong(origin, total, place, text, what, by);
            }
            final long to = arena.allocate(total);
            long end = to;
            int at = 0;
            for (int i = 0; i < count; i++) {
                final int next = Utf8.indexOf(from, length, sought, soughtLength, at);
                Memory.copy(from + at, end, next - at);
                end += next - at;
                Memory.copy(put, end, putLength);
                end += putLength;
                at = next + soughtLength;
            }
            Memory.copy(from + at, end, length - at);
            out.setText(place, to, (int) total);
        }

        private static int count(long from, int length, long sought, int soughtLength) {
            int count = 0;
            int at = Utf8.indexOf(from, length, sought, soughtLength, 0);
            while (at >= 0) {
                count++;
                at = Utf8.indexOf(from, length, sought, soughtLength, at + soughtLength);
            }
            return count;
        }
    }

    private static ComputeException tooLong(Step.Origin origin, long length, int place, Step.Operand... operands) {
        return origin.fails(
                "has " + length + " bytes, but text has at most " + FieldType.MAX_TEXT_BYTES, place, operands);
    }

    /** The work is the length of the text times that of what is looked for. */
    private static ComputeException tooLongToFind(Step.Origin origin, int length, int place, Step.Operand... operands) {
        return origin.fails(
                "looks for " + length + " bytes, but at most " + PlanCheck.MAX_PATTERN_BYTES + " are looked for",
                place,
                operands);
    }
}
