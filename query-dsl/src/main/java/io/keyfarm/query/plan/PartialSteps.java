package io.keyfarm.query.plan;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a slave makes of the rows of a read before it answers: a line of steps, the last of which is a group.
 *
 * <pre>
 *   0: the read   1: filter   2: transform   3: group by state   ──►   states of the slave's groups
 * </pre>
 *
 * Each takes the rows of the one before it. What is answered are states, and no results: a group has rows on other slaves
 * too, and whoever asked them all puts the states together. Immutable, checked whole when it was made.
 */
public final class PartialSteps {
    static final int MAX_COUNT = 16;

    private final List<Step> steps;
    private final GroupShape shape;

    private PartialSteps(PlanDraft draft) {
        if (draft.count() || !draft.order().isEmpty() || draft.limit() != QueryPlan.UNLIMITED || draft.offset() != 0) {
            throw new BadPlanException("rows that are grouped where they are have no order, limit, offset or count");
        }
        steps = List.copyOf(draft.steps());
        if (steps.size() > MAX_COUNT) {
            throw new BadPlanException(
                    "slaves take at most " + MAX_COUNT + " steps behind a read, but this one has " + steps.size());
        }
        final int last = steps.size() - 1;
        for (int i = 0; i < last; i++) {
            if (!isOfRows(steps.get(i))) {
                throw new BadPlanException("step " + (i + 1) + " is none that slaves take before they group rows");
            }
        }
        if (!(steps.get(last) instanceof Step.Group group)) {
            throw new BadPlanException("the last step of a read groups its rows");
        }
        final List<Step> all = new ArrayList<>();
        all.add(new Step.Read(0));
        all.addAll(steps);
        final List<TableSchema> schemas = new FlowCheck(
                        new FlowDraft(draft.parameters(), List.of(QueryPlan.of(draft.withoutSteps())), all))
                .run();
        shape = shapeOf(group, schemas.get(last));
        shape.requireStates();
    }

    /** Null of a read whose rows are the answer. */
    static @Nullable PartialSteps of(PlanDraft draft) {
        return draft.steps().isEmpty() ? null : new PartialSteps(draft);
    }

    /** Whether the step makes rows of rows, each of one, so that it may be taken wherever they are. */
    static boolean isOfRows(Step step) {
        return step instanceof Step.Filter || step instanceof Step.Transform || step instanceof Step.Project;
    }

    /** @throws BadValueException if rows of the input cannot be grouped so */
    static GroupShape shapeOf(Step.Group group, TableSchema input) {
        return GroupShape.of(
                input, group.fields().stream().mapToInt(Integer::intValue).toArray(), group.aggregates());
    }

    /** Those before the group, in order; each names its input's fields by their places, or by their names. */
    public List<Step> beforeGroup() {
        return steps.subList(0, steps.size() - 1);
    }

    public Step.Group group() {
        return (Step.Group) steps.get(steps.size() - 1);
    }

    /** Of the last step, over the rows that come to it. */
    public GroupShape shape() {
        return shape;
    }

    /** As words: {@code .filter(n > 2).groupBy(state).partially(sum(price) as total)}. */
    @Override
    public String toString() {
        final StringBuilder words = new StringBuilder();
        for (final Step step : beforeGroup()) {
            if (step instanceof Step.Filter filter) {
                words.append(".filter(").append(filter.condition()).append(')');
            } else if (step instanceof Step.Transform transform) {
                words.append(".transform(").append(transform.values()).append(')');
            } else if (step instanceof Step.Project project) {
                words.append(".project(")
                        .append(String.join(", ", project.names()))
                        .append(')');
            }
        }
        final TableSchema rows = shape.rows();
        return words.append(".groupBy(")
                .append(group().fields().stream()
                        .map(field -> rows.field(field).name())
                        .collect(Collectors.joining(", ")))
                .append(").partially(")
                .append(shape.calls().stream()
                        .map(call -> call.what() + "("
                                + (call.field() == AggregateCall.NO_FIELD
                                        ? ""
                                        : rows.field(call.field()).name())
                                + ") as " + call.name())
                        .collect(Collectors.joining(", ")))
                .append(')')
                .toString();
    }
}
