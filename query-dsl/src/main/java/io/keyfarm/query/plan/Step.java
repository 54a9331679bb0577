package io.keyfarm.query.plan;

import java.util.List;

/**
 * One step of a {@link FlowPlan}: rows in, rows out. Inputs and reads are numbers, their places in the plan's lists; fields
 * are places in the rows of the step's input.
 *
 * <pre>
 *   0: read orders   1: read customer   2: join 0 1   3: group 2 by c_nationkey   4: sort 3
 * </pre>
 */
public sealed interface Step {
    int MAX_COUNT = 1024;

    /** The steps whose rows this one takes; each stands before it. */
    int[] inputs();

    /** The step in a plan that has so many more steps, and reads, before it. */
    Step moved(int shift, int readShift);

    /** Takes the rows of one step. */
    sealed interface OfOne extends Step {
        int input();

        @Override
        default int[] inputs() {
            return new int[] {input()};
        }
    }

    /** The rows of one of the plan's reads. */
    record Read(int read) implements Step {
        private static final int[] NO_INPUTS = {};

        @Override
        public int[] inputs() {
            return NO_INPUTS;
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Read(read + readShift);
        }
    }

    /** One row for each group of rows whose fields are equal; without fields one row for all. */
    record Group(int input, List<Integer> fields, List<AggregateCall> aggregates) implements OfOne {
        public Group {
            fields = List.copyOf(fields);
            aggregates = List.copyOf(aggregates);
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Group(input + shift, fields, aggregates);
        }
    }

    /** In order, if there is one, without the first {@code offset} and at most {@code limit}. */
    record Sort(int input, List<OrderBy> order, long limit, long offset) implements OfOne {
        public Sort {
            order = List.copyOf(order);
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Sort(input + shift, order, limit, offset);
        }
    }

    /** The first row of those equal in the fields, wherever they stand. */
    record Distinct(int input, List<Integer> fields) implements OfOne {
        public Distinct {
            fields = List.copyOf(fields);
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Distinct(input + shift, fields);
        }
    }

    /** The first row, or the last, of those that follow each other and are equal in the fields. */
    record Dedup(int input, List<Integer> fields, boolean keepsLast) implements OfOne {
        public Dedup {
            fields = List.copyOf(fields);
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Dedup(input + shift, fields, keepsLast);
        }
    }

    /** Some fields of each row, under names of their own. */
    record Project(int input, List<Integer> fields, List<String> names) implements OfOne {
        public Project {
            fields = List.copyOf(fields);
            names = List.copyOf(names);
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Project(input + shift, fields, names);
        }
    }

    /** Every {@code every}-th row, from the one at place {@code from} on. */
    record Sample(int input, long every, long from) implements OfOne {
        @Override
        public Step moved(int shift, int readShift) {
            return new Sample(input + shift, every, from);
        }
    }

    /** Rows of several inputs whose fields have the same types; the names are those of the first. */
    record Combine(CombineOp op, List<Integer> of, List<OrderBy> order) implements Step {
        public Combine {
            of = List.copyOf(of);
            order = List.copyOf(order);
        }

        @Override
        public int[] inputs() {
            return of.stream().mapToInt(Integer::intValue).toArray();
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Combine(op, of.stream().map(input -> input + shift).toList(), order);
        }
    }

    /** Rows for which a condition holds; it names fields of the input as its left ones. */
    record Filter(int input, ExpressionList condition) implements OfOne {
        @Override
        public Step moved(int shift, int readShift) {
            return new Filter(input + shift, condition);
        }
    }

    /** A row of computed values for each row. */
    record Transform(int input, ExpressionList values) implements OfOne {
        @Override
        public Step moved(int shift, int readShift) {
            return new Transform(input + shift, values);
        }
    }

    /**
     * Each row with values that are carried from row to row, and start anew where a run ends; or, rolled up, the first row
     * of each run with the values that its rows have led to.
     *
     * @param runs rows of a run are equal in these fields
     */
    record Iterate(int input, List<Integer> runs, boolean rollsUp, FoldStep fold) implements OfOne {
        public Iterate {
            runs = List.copyOf(runs);
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Iterate(input + shift, runs, rollsUp, fold);
        }
    }

    /** Each row so often as a value of it says, and behind its fields a number from 1 on, by the name of that value. */
    record Normalize(int input, ExpressionList times) implements OfOne {
        @Override
        public Step moved(int shift, int readShift) {
            return new Normalize(input + shift, times);
        }
    }

    /** Each left row, and behind its fields what the right rows that match it come to: see {@link ChildrenStep}. */
    record Denormalize(int left, int right, ChildrenStep how) implements Step {
        @Override
        public int[] inputs() {
            return new int[] {left, right};
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Denormalize(left + shift, right + shift, how.moved(readShift));
        }
    }

    /** For each left row the rows of the right side that match it: see {@link JoinStep}. */
    record Join(int left, int right, JoinStep how) implements Step {
        @Override
        public int[] inputs() {
            return new int[] {left, right};
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new Join(left + shift, right + shift, how.moved(readShift));
        }
    }

    /** Rows of two inputs or more that are equal in some fields, brought together: see {@link MergeJoinStep}. */
    record MergeJoin(List<Integer> of, MergeJoinStep how) implements Step {
        public MergeJoin {
            of = List.copyOf(of);
        }

        @Override
        public int[] inputs() {
            return of.stream().mapToInt(Integer::intValue).toArray();
        }

        @Override
        public Step moved(int shift, int readShift) {
            return new MergeJoin(of.stream().map(input -> input + shift).toList(), how);
        }
    }
}
