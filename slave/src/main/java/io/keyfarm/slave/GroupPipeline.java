package io.keyfarm.slave;

import io.keyfarm.query.flow.Activity;
import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.GroupActivity;
import io.keyfarm.query.flow.ProjectActivity;
import io.keyfarm.query.flow.RowFilterActivity;
import io.keyfarm.query.flow.StopSignal;
import io.keyfarm.query.flow.TransformActivity;
import io.keyfarm.query.plan.AggregateCall;
import io.keyfarm.query.plan.Aggregation;
import io.keyfarm.query.plan.GroupShape;
import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The activities of a plan's steps over rows as they stand in the table. Steps name fields by their places among the read's
 * output, here they are found by their places in the table: rows are not copied before a step makes new ones.
 *
 * <pre>
 *   the read's output      | zip | price |
 *   places                 [ 4, 1 ]
 *   rows of the table      | name | price | city | state | zip | …
 * </pre>
 */
final class GroupPipeline {
    private final FlowMemory memory;
    private final List<Consumer<ParameterBlock>> bindings = new ArrayList<>();
    private Activity rows;
    /** Where the fields of the rows that the next step takes are in {@link #rows}. */
    private int[] places;

    /** What they are called, where that is not what they are called in {@link #rows}. */
    private List<String> names = List.of();

    private final GroupActivity groups;
    private final GroupShape shape;
    private final boolean isOfEnds;

    /** @param source rows of the table, whose fields have been checked against the plan's */
    GroupPipeline(QueryPlan plan, Activity source, FlowMemory memory) {
        this.memory = memory;
        rows = source;
        places = IntStream.range(0, plan.rowFieldCount())
                .map(i -> schema().indexOf(plan.fields().get(plan.rowField(i)).name()))
                .toArray();
        for (final Step step : plan.steps().beforeGroup()) {
            add(plan, step);
        }
        shape = shape(plan.steps().group());
        groups = GroupActivity.partial(rows, shape, 0, memory, StopSignal.NEVER);
        isOfEnds = rows == source
                && !shape.calls().isEmpty()
                && shape.calls().stream()
                        .allMatch(call -> call.what() == Aggregation.MIN || call.what() == Aggregation.MAX);
        final TableSchema states = plan.steps().shape().states();
        assert new RecordLayout(states).rowBytes() == groups.layout().rowBytes()
                : groups.layout().schema();
    }

    /** The last of them, which all are drawn through. */
    GroupActivity groups() {
        return groups;
    }

    /** The ends of keys, where no more is asked for than the least and the greatest values of the table's own fields. */
    @Nullable
    KeyEnds ends(io.keyfarm.slave.StopSignal stop) {
        return isOfEnds
                ? new KeyEnds(
                        schema(),
                        shape.calls().stream()
                                .mapToInt(AggregateCall::field)
                                .distinct()
                                .toArray(),
                        shape.groupFields(),
                        stop)
                : null;
    }

    /** Hands on the plan's parameters to the steps that compute with them. */
    void bind(ParameterBlock parameters) {
        bindings.forEach(binding -> binding.accept(parameters));
    }

    private TableSchema schema() {
        return rows.layout().schema();
    }

    private void add(QueryPlan plan, Step step) {
        if (step instanceof Step.Project project) {
            places = project.fields().stream().mapToInt(field -> places[field]).toArray();
            names = project.names();
        } else if (step instanceof Step.Filter filter) {
            useNames();
            final RowFilterActivity kept = new RowFilterActivity(rows, filter.condition(), memory);
            addBinding(plan, filter.condition().parameters(), kept::bind);
            rows = kept;
        } else {
            useNames();
            final Step.Transform transform = (Step.Transform) step;
            final TransformActivity computed = new TransformActivity(rows, transform.values(), schema().name(), memory);
            addBinding(plan, transform.values().parameters(), computed::bind);
            rows = computed;
            places = IntStream.range(0, schema().fieldCount()).toArray();
        }
    }

    /** Expressions name fields by what they are called, so that rows are copied where they are called otherwise by now. */
    private void useNames() {
        if (names.isEmpty()) {
            return;
        }
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < places.length; i++) {
            final Field field = schema().field(places[i]);
            fields.add(new Field(names.get(i), field.type(), field.nullable()));
        }
        rows = new ProjectActivity(
                rows,
                IntStream.of(places).boxed().toList(),
                new RecordLayout(new TableSchema(schema().name(), fields)),
                memory);
        places = IntStream.range(0, places.length).toArray();
        names = List.of();
    }

    private void addBinding(QueryPlan plan, List<Parameter> named, Consumer<ParameterBlock> step) {
        final ParameterBlock own = new ParameterBlock(named);
        final int[] chosen = named.stream().mapToInt(plan.parameters()::indexOf).toArray();
        bindings.add(all -> {
            own.select(all, chosen);
            step.accept(own);
        });
    }

    private GroupShape shape(Step.Group group) {
        final int[] fields =
                group.fields().stream().mapToInt(field -> places[field]).toArray();
        String prefix = "call";
        while (startsWith(prefix)) {
            prefix += "_";
        }
        final List<AggregateCall> calls = new ArrayList<>();
        for (final AggregateCall call : group.aggregates()) {
            // The names of results are those of other rows, and may be taken here.
            calls.add(new AggregateCall(
                    call.what(),
                    call.field() == AggregateCall.NO_FIELD ? call.field() : places[call.field()],
                    prefix + calls.size()));
        }
        return GroupShape.of(schema(), fields, calls);
    }

    private boolean startsWith(String prefix) {
        return schema().fields().stream().anyMatch(field -> field.name().startsWith(prefix));
    }
}
