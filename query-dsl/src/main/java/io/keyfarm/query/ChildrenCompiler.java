package io.keyfarm.query;

import io.keyfarm.query.plan.AggregateCall;
import io.keyfarm.query.plan.ChildrenStep;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.FoldStep;
import io.keyfarm.query.plan.GroupShape;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.OrderBy;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a step of the words of children. For one step. */
final class ChildrenCompiler {
    private final Flow left;
    private final Children children;
    private final JoinCompiler join;
    private String foldWords = "";

    ChildrenCompiler(Flow left, Children children) {
        this.left = left;
        this.children = children;
        join = new JoinCompiler(left, children.matching());
    }

    Flow compile() {
        if (children.aggregates().isEmpty() == children.fold().isEmpty()) {
            throw new BadQueryException("children are aggregated or folded, so say aggregate(...) or fold(...)");
        }
        final JoinCompiler.Matching matching = join.match();
        final ChildrenStep how = children.fold().isEmpty() ? aggregated(matching) : folded(matching);
        final FoldStep fold = how.fold();
        final List<Field> made = fold == null ? results(how.values(), how.aggregates()) : fold.values();
        matching.steps.add(new Step.Denormalize(left.last(), matching.steps.size() - 1, how));
        return new Flow(
                join.params(),
                matching.reads,
                matching.steps,
                left.rows().extended(FoldStep.after(left.rows().schema(), made)),
                left + ".denormalize(" + children + foldWords + ')');
    }

    private List<OrderBy> order() {
        return children.order().stream()
                .map(by -> new OrderBy(join.rightRows().place(by.field().use()), by.isDescending()))
                .toList();
    }

    private ChildrenStep aggregated(JoinCompiler.Matching matching) {
        final List<Body> values = new ArrayList<>();
        final List<String> names = new ArrayList<>();
        final List<AggregateCall> calls = new ArrayList<>();
        for (final io.keyfarm.query.AggregateCall call : children.aggregates()) {
            final Expr of = call.of();
            if (of == null) {
                calls.add(call.compiled(Node.NONE));
            } else {
                calls.add(call.compiled(values.size()));
                names.add("input_" + values.size());
                values.add(of.body());
            }
        }
        final ExpressionList compiled =
                values.isEmpty() ? null : FlowExpressions.compile(join.params(), values, names, join::input);
        return new ChildrenStep(matching.how(), order(), children.most(), compiled, calls, null);
    }

    private List<Field> results(@Nullable ExpressionList values, List<AggregateCall> calls) {
        final TableSchema rows = values == null ? join.rightRows().schema() : values.schema("children");
        return GroupShape.of(rows, new int[0], calls).results().fields();
    }

    private ChildrenStep folded(JoinCompiler.Matching matching) {
        final FoldCompiler fold = new FoldCompiler(left.rows(), this::input, children.fold());
        foldWords = ".fold(" + fold + ')';
        return new ChildrenStep(
                matching.how(), order(), children.most(), null, List.of(), fold.compile(join.params(), null));
    }

    /** A field of the row itself is what came before, too, and may be missing as all of that may. */
    private InputField input(Body.Use use) {
        final InputField input = join.input(use);
        final Field field = input.field();
        return input.input() == InputField.LEFT
                ? new InputField(InputField.LEFT, new Field(field.name(), field.type(), true))
                : input;
    }
}
