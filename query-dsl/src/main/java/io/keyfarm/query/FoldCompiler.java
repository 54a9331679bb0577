package io.keyfarm.query;

import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.FoldStep;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.rows.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a step of values that are carried from row to row. What type each has follows from what it starts as and what it
 * becomes: {@code before + decimal(12,2)}, started with 0, is a decimal(18,2) whose start is 0.00.
 */
final class FoldCompiler {
    private static final int MOST_ROUNDS = 8;

    private final FlowRows beside;
    private final Function<Body.Use, InputField> row;
    private final List<Running> values;
    private List<FieldType> types;
    private Before before;
    private List<Expr> nexts;

    /**
     * @param beside the rows that the values stand beside, and start with
     * @param row which field of which side a field is that is no one of what came before
     */
    FoldCompiler(FlowRows beside, Function<Body.Use, InputField> row, List<Running> values) {
        this.beside = beside;
        this.row = row;
        this.values = values;
        types = values.stream().map(Running::startType).toList();
        before = new Before(beside, Before.fields(values, types));
        nexts = nexts();
        List<FieldType> become = nexts.stream().map(Expr::type).toList();
        for (int round = 0; !become.equals(types) && round < MOST_ROUNDS; round++) {
            types = become;
            before = new Before(beside, Before.fields(values, types));
            nexts = nexts();
            become = nexts.stream().map(Expr::type).toList();
        }
        for (int i = 0; i < types.size(); i++) {
            if (!become.get(i).equals(types.get(i))) {
                throw new BadQueryException("running " + values.get(i).name() + " is " + types.get(i) + " and becomes "
                        + become.get(i) + "; say what it is to be: ….to(type)");
            }
        }
    }

    private List<Expr> nexts() {
        final List<Expr> all = new ArrayList<>();
        values.forEach(value -> all.add(value.next(before)));
        return all;
    }

    Before before() {
        return before;
    }

    /** A condition on what came before, and a row. */
    ExpressionList condition(List<Param> params, Condition condition) {
        return FlowExpressions.compile(params, List.of(condition.body()), List.of(""), use -> before.input(use, row));
    }

    FoldStep compile(List<Param> params, @Nullable ExpressionList when) {
        final List<Body> starts = new ArrayList<>();
        final List<String> startNames = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            if (!values.get(i).startsAsNull()) {
                starts.add(values.get(i).start(types.get(i)).body());
                startNames.add(values.get(i).name());
            }
        }
        return new FoldStep(
                when,
                starts.isEmpty()
                        ? null
                        : FlowExpressions.compile(
                                params,
                                starts,
                                startNames,
                                use -> new InputField(InputField.LEFT, beside.field(beside.place(use)))),
                FlowExpressions.compile(
                        params,
                        nexts.stream().map(Expr::body).toList(),
                        values.stream().map(Running::name).toList(),
                        use -> before.input(use, row)));
    }

    /** {@code before.balance + amount as balance}. */
    @Override
    public String toString() {
        final StringBuilder words = new StringBuilder();
        for (int i = 0; i < nexts.size(); i++) {
            words.append(i == 0 ? "" : ", ")
                    .append(nexts.get(i))
                    .append(" as ")
                    .append(values.get(i).name());
        }
        return words.toString();
    }
}
