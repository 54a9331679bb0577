package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What steps of all kinds must keep to: what they name is there, and of the right type. */
final class StepRules {
    private final FlowDraft draft;
    private int step;

    StepRules(FlowDraft draft) {
        this.draft = draft;
    }

    /** What is refused from here on is of this step. */
    void begin(int place) {
        step = place;
    }

    QueryPlan readAt(int read) {
        require(read >= 0 && read < draft.reads().size(), "names a read of the plan, and not " + read);
        final QueryPlan plan = draft.reads().get(read);
        require(!plan.isGrouped(), "reads rows, and not states of groups");
        return plan;
    }

    /** A read's parameters are the plan's, by name. */
    void requireParameter(Parameter parameter) {
        require(draft.parameters().contains(parameter), "reads by " + parameter + ", which the plan does not have so");
    }

    void requireAggregates(TableSchema input, List<AggregateCall> aggregates) {
        require(aggregates.size() <= AggregateCall.MAX_COUNT, "has at most " + AggregateCall.MAX_COUNT + " aggregates");
        for (final AggregateCall call : aggregates) {
            if (call.what() == Aggregation.COUNT_ROWS) {
                require(call.field() == AggregateCall.NO_FIELD, "counts rows, and no field of them");
            } else {
                fieldOf(input, call.field());
            }
        }
    }

    void requireOrder(TableSchema input, List<OrderBy> order) {
        require(order.size() <= OrderBy.MAX_COUNT, "orders by at most " + OrderBy.MAX_COUNT + " fields");
        order.forEach(by -> fieldOf(input, by.field()));
    }

    void requireValues(ExpressionList values, TableSchema left, @Nullable TableSchema right) {
        requireFields(values, left, right);
        for (int i = 0; i < values.size(); i++) {
            require(!values.isCondition(i), "computes values, and no conditions");
        }
    }

    void requireCondition(ExpressionList condition, TableSchema left, @Nullable TableSchema right) {
        require(condition.size() == 1 && condition.isCondition(0), "asks one condition");
        requireFields(condition, left, right);
    }

    /** Expressions name fields by what they are called. */
    void requireFields(ExpressionList expressions, TableSchema left, @Nullable TableSchema right) {
        for (final InputField field : expressions.fields()) {
            final TableSchema side = field.input() == InputField.LEFT ? left : right;
            require(side != null, "computes with rows of one side");
            assert side != null;
            final int place = side.find(field.field().name());
            require(
                    place >= 0 && side.field(place).equals(field.field()),
                    "computes with " + field.field() + ", but its rows are " + side);
        }
        expressions.parameters().forEach(this::requireParameter);
    }

    Field fieldOf(TableSchema input, int field) {
        require(
                field >= 0 && field < input.fieldCount(),
                "names field " + Integer.toUnsignedString(field) + " of " + input.fieldCount());
        return input.field(field);
    }

    void requireDistinct(List<Integer> fields) {
        require(new HashSet<>(fields).size() == fields.size(), "names no field twice");
    }

    void require(boolean holds, String what) {
        if (!holds) {
            throw new BadPlanException("step " + step + " " + what);
        }
    }
}
