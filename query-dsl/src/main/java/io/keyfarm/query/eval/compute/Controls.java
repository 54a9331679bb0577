package io.keyfarm.query.eval.compute;

import java.util.List;

/** Which places go on where: the branches of a case, the operands of an or, the values of a coalesce. */
final class Controls {
    private Controls() {}

    enum Kind {
        SPLIT,
        /** Behind a condition of a case: the places left are the branch's. */
        TAKE,
        /** Behind an operand of an or: the places left are found, and only the others go on. */
        FIND,
        REST,
        JOIN,
        JOIN_FOUND
    }

    static final class Of extends Step {
        private final Kind kind;

        Of(Kind kind) {
            this.kind = kind;
        }

        @Override
        void run(Run run) {
            switch (kind) {
                case SPLIT -> run.split();
                case TAKE -> run.takeFromRest();
                case FIND -> {
                    run.find();
                    run.takeFromRest();
                    run.goOnWithRest();
                }
                case REST -> run.goOnWithRest();
                case JOIN -> run.join();
                case JOIN_FOUND -> run.joinFound();
            }
        }
    }

    /** No value yet, at any place. */
    static final class Clear extends Step {
        private final Vector out;

        Clear(Vector out, boolean isText) {
            this.out = out;
            if (isText) {
                out.forText();
            }
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                out.nulls[run.places[i]] = true;
            }
        }
    }

    static final class Copy extends Step {
        private final Vector out;
        private final Vector in;
        private final boolean isText;

        Copy(Vector out, Vector in, boolean isText) {
            this.out = out;
            this.in = in;
            this.isText = isText;
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                copy(out, in, run.places[i], isText);
            }
        }
    }

    static final class Coalesce extends Step {
        private final Vector out;
        private final List<Step.Operand> operands;
        private final boolean isText;

        Coalesce(Vector out, List<Step.Operand> operands, boolean isText) {
            this.out = out;
            this.operands = operands;
            this.isText = isText;
            if (isText) {
                out.forText();
            }
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                int k = 0;
                while (k < operands.size() - 1 && operands.get(k).vector().nulls[place]) {
                    k++;
                }
                copy(out, operands.get(k).vector(), place, isText);
            }
        }
    }

    private static void copy(Vector out, Vector in, int place, boolean isText) {
        out.nulls[place] = in.nulls[place];
        if (!in.nulls[place]) {
            out.values[place] = in.values[place];
            if (isText) {
                out.lengths[place] = in.lengths[place];
            }
        }
    }
}
