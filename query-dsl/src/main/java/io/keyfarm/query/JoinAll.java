package io.keyfarm.query;

import io.keyfarm.query.plan.MergeJoinStep;
import java.util.List;

/**
 * Two inputs or more whose rows are brought together where they are equal in fields that all of them have. Immutable: every
 * word answers a new one, and {@link #by} ends them. ECL's JOIN of a set of datasets, with MOFN.
 *
 * <pre>{@code
 * final Flow three = Join.all(fox, dog, lazy, quick, brown).atLeast(3).once().by("doc");
 * }</pre>
 *
 * A <em>value</em> is what rows have in the common fields; null is no value, and equals nothing. Without another word, values
 * are handed on that all inputs have: as an inner join of all of them would, a row for each combination of their rows.
 * Where an input lacks the value its fields are null.
 */
public final class JoinAll {
    private final List<Flow> inputs;
    private final Kind kind;
    private final int least;
    private final int most;
    private final boolean once;
    private final String counter;

    /** Whether the first input decides which values there are. */
    enum Kind {
        EQUALS,
        LEFT_OUTER,
        LEFT_ONLY
    }

    private JoinAll(List<Flow> inputs, Kind kind, int least, int most, boolean once, String counter) {
        this.inputs = inputs;
        this.kind = kind;
        this.least = least;
        this.most = most;
        this.once = once;
        this.counter = counter;
    }

    static JoinAll of(List<Flow> inputs) {
        if (inputs.size() < 2) {
            throw new BadQueryException("all(...) joins two inputs or more, not " + inputs.size());
        }
        return new JoinAll(List.copyOf(inputs), Kind.EQUALS, inputs.size(), inputs.size(), false, "");
    }

    /** Values that at least so many inputs have. */
    public JoinAll atLeast(int count) {
        return between(count, inputs.size());
    }

    /** Values that at least and at most so many inputs have. */
    public JoinAll between(int fewest, int highest) {
        if (kind != Kind.EQUALS) {
            throw new BadQueryException("the first input decides what a left join hands on, and not how many have it");
        }
        if (fewest < 1 || fewest > highest || highest > inputs.size()) {
            throw new BadQueryException("of " + inputs.size() + " inputs at least 1 and at most " + inputs.size()
                    + " have a value, not " + fewest + " to " + highest);
        }
        return new JoinAll(inputs, kind, fewest, highest, once, counter);
    }

    /** All rows of the first input, with those of the others, as far as they are there. */
    public JoinAll leftOuter() {
        return new JoinAll(inputs, Kind.LEFT_OUTER, 1, inputs.size(), once, counter);
    }

    /** Rows of the first input whose value no other has; they keep the fields of that input only. */
    public JoinAll leftOnly() {
        return new JoinAll(inputs, Kind.LEFT_ONLY, 1, 1, once, counter);
    }

    /** One row for each value, however many rows have it: only the common fields, and what {@link #counted} adds. */
    public JoinAll once() {
        return new JoinAll(inputs, kind, least, most, true, counter);
    }

    /** Behind the common fields, how many inputs had the value. */
    public JoinAll counted(String name) {
        return new JoinAll(inputs, kind, least, most, once, name);
    }

    /**
     * The fields that all inputs have by these names, in the same types. Rows come ordered by them, and each of them stands in
     * the rows once; then come the other fields of one input after another.
     */
    public Flow by(String... fields) {
        return new JoinAllCompiler(this, List.of(fields)).compile();
    }

    /** Which values are handed on, before it is said what of them. */
    MergeJoinStep step(List<List<Integer>> keys) {
        return new MergeJoinStep(keys, kind != Kind.EQUALS, least, most, once, List.of(), List.of(), List.of());
    }

    List<Flow> inputs() {
        return inputs;
    }

    boolean isLeftOnly() {
        return kind == Kind.LEFT_ONLY;
    }

    boolean isOnce() {
        return once;
    }

    /** What the number of inputs is called; empty if nobody wants it. */
    String counter() {
        return counter;
    }

    /** {@code all(from(a), from(b)).atLeast(1)}. */
    @Override
    public String toString() {
        final StringBuilder words = new StringBuilder("all(")
                .append(String.join(", ", inputs.stream().map(Flow::toString).toList()))
                .append(')');
        switch (kind) {
            case LEFT_OUTER -> words.append(".leftOuter()");
            case LEFT_ONLY -> words.append(".leftOnly()");
            case EQUALS -> {
                if (most < inputs.size()) {
                    words.append(".between(" + least + ", " + most + ')');
                } else if (least < inputs.size()) {
                    words.append(".atLeast(" + least + ')');
                }
            }
        }
        words.append(once ? ".once()" : "");
        return words.append(counter.isEmpty() ? "" : ".counted(" + counter + ')')
                .toString();
    }
}
