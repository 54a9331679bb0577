package io.keyfarm.query;

import io.keyfarm.query.plan.FlowDraft;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** Makes steps of the words of a group: one that computes what it is of, if there is something, and the group. */
final class GroupCompiler {
    private final Flow rows;
    private final List<Column> by;
    private final List<AggregateCall> calls;

    GroupCompiler(Flow rows, List<Column> by, List<AggregateCall> calls) {
        this.rows = rows;
        this.by = by;
        this.calls = calls;
    }

    Flow compile() {
        final List<Column> inputs = new ArrayList<>(by);
        final List<io.keyfarm.query.plan.AggregateCall> aggregates = new ArrayList<>();
        for (final AggregateCall call : calls) {
            final Expr of = call.of();
            if (of == null) {
                aggregates.add(call.compiled(Node.NONE));
            } else {
                aggregates.add(call.compiled(inputs.size()));
                inputs.add(of.as(inputName(of, inputs)));
            }
        }
        final String said = rows
                + (by.isEmpty() ? "" : ".groupBy(" + list(by) + ')')
                + (calls.isEmpty() ? ".alone()" : ".aggregate(" + list(calls) + ')');
        if (inputs.isEmpty()) {
            return grouped(rows, List.of(), aggregates, said);
        }
        final Flow computed = rows.transformed(new ArrayList<>(rows.params()), inputs, "");
        return grouped(computed, computed.rows().allPlaces().subList(0, by.size()), aggregates, said);
    }

    private static String list(List<?> parts) {
        return String.join(", ", parts.stream().map(Object::toString).toList());
    }

    /** Its own, if it is a field and the first of that name. */
    private static String inputName(Expr of, List<Column> inputs) {
        final String other = "input_" + inputs.size();
        final String name = of instanceof FieldRef field ? field.name() : other;
        return inputs.stream().anyMatch(input -> input.name().equals(name)) ? other : name;
    }

    private static Flow grouped(
            Flow of, List<Integer> fields, List<io.keyfarm.query.plan.AggregateCall> aggregates, String said) {
        final List<Step> all = of.plus(new Step.Group(of.last(), fields, aggregates));
        final TableSchema schema = FlowPlan.of(
                        new FlowDraft(of.params().stream().map(Param::compiled).toList(), of.reads(), all))
                .outputSchema();
        final List<Body.Use> origins = new ArrayList<>();
        for (int i = 0; i < schema.fieldCount(); i++) {
            origins.add(i < fields.size() ? of.rows().origin(fields.get(i)) : new Body.Use(schema, i));
        }
        return new Flow(of.params(), of.reads(), all, new FlowRows(schema, origins), said);
    }
}
