package io.keyfarm.query;

import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.FoldStep;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows in runs: adjacent rows that are equal in some fields and go on what came before. Immutable.
 *
 * <pre>{@code
 * from(STAYS).orderBy(GUEST.ascending(), ARRIVAL.ascending())
 *     .runsOf(GUEST)
 *     .when(before -> ARRIVAL.atMost(before.field("left")))
 *     .rollup(running("left", DEPARTURE, before -> DEPARTURE))
 * }</pre>
 */
public final class Runs {
    private final Flow rows;
    private final List<FieldRef> fields;
    private final @Nullable Function<Before, Condition> when;

    Runs(Flow rows, List<FieldRef> fields, @Nullable Function<Before, Condition> when) {
        this.rows = rows;
        this.fields = List.copyOf(fields);
        this.when = when;
    }

    /** A row goes on the run of the rows before it only where this holds; otherwise it begins another. */
    public Runs when(Function<Before, Condition> condition) {
        final Function<Before, Condition> other = when;
        return new Runs(
                rows,
                fields,
                other == null ? condition : before -> other.apply(before).and(condition.apply(before)));
    }

    /** Each row, and behind its fields the values that are carried along; they start anew with each run. ECL's ITERATE. */
    public Flow iterate(Running... values) {
        return folded("iterate", false, values);
    }

    /**
     * One row for each run: its first, and behind the fields of that the values that the run came to. They start with the
     * first row, and become what the others make of them; the row before is the first one to all of these. ECL's ROLLUP.
     */
    public Flow rollup(Running... values) {
        return folded("rollup", true, values);
    }

    private Flow folded(String word, boolean rollsUp, Running... values) {
        if (values.length == 0) {
            throw new BadQueryException(word + " takes one value or more that is carried from row to row");
        }
        final FoldCompiler fold = new FoldCompiler(
                rows.rows(),
                use -> new InputField(
                        InputField.RIGHT, rows.rows().field(rows.rows().place(use))),
                List.of(values));
        final List<Param> params = new ArrayList<>(rows.params());
        final Condition condition = when == null ? null : when.apply(fold.before());
        final ExpressionList whenHolds = condition == null ? null : fold.condition(params, condition);
        final FoldStep compiled = fold.compile(params, whenHolds);
        final List<Step> steps = new ArrayList<>(rows.steps());
        steps.add(
                new Step.Iterate(rows.last(), rows.rows().places(fields.toArray(FieldRef[]::new)), rollsUp, compiled));
        final TableSchema schema = FoldStep.after(rows.rows().schema(), compiled.values());
        final String said = (fields.isEmpty() && when == null ? "" : ".runsOf(" + words(fields) + ')')
                + (condition == null ? "" : ".when(" + condition + ')');
        return new Flow(
                params, rows.reads(), steps, rows.rows().extended(schema), rows + said + '.' + word + '(' + fold + ')');
    }

    private static String words(List<FieldRef> fields) {
        return String.join(", ", fields.stream().map(FieldRef::toString).toList());
    }
}
