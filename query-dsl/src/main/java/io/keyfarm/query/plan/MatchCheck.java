package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** Whether steps of a left and a right side match rows by what both have: joins, and left rows with their children. */
final class MatchCheck {
    private final StepRules rules;
    private final FoldCheck folds;

    MatchCheck(StepRules rules, FoldCheck folds) {
        this.rules = rules;
        this.folds = folds;
    }

    /** The rows that the join hands on. */
    TableSchema schemaOf(JoinStep how, TableSchema left, TableSchema right) {
        requireMatching(left, right, how);
        rules.require(how.limit().most() >= 0 && how.keep() >= 0, "has limits of 0 or more");
        rules.require(how.outputs().size() == how.names().size(), "names each field it hands on");
        if (!how.kind().hasRightFields()) {
            rules.require(
                    how.outputs().isEmpty() && how.skip() == null && how.substitute() == null,
                    "hands on left rows as they are");
            return left;
        }
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < how.outputs().size(); i++) {
            final int output = how.outputs().get(i);
            final boolean isRight = output >= left.fieldCount();
            final Field field =
                    isRight ? rules.fieldOf(right, output - left.fieldCount()) : rules.fieldOf(left, output);
            final boolean isNullable = field.nullable() || (isRight && canLackRight(how));
            fields.add(new Field(how.names().get(i), field.type(), isNullable));
        }
        final TableSchema output = new TableSchema(left.name(), fields);
        if (how.skip() != null) {
            rules.requireCondition(how.skip(), output, null);
        }
        if (how.substitute() != null) {
            requireSubstitute(how.substitute(), how, left, output);
        }
        return output;
    }

    private void requireSubstitute(ExpressionList values, JoinStep how, TableSchema left, TableSchema output) {
        rules.require(
                how.limit().excess() == JoinLimit.Excess.SUBSTITUTE, "has substitutes where it may lack right fields");
        rules.requireValues(values, left, null);
        for (int i = 0; i < values.size(); i++) {
            final int place = output.find(values.name(i));
            rules.require(
                    place >= 0
                            && how.outputs().get(place) >= left.fieldCount()
                            && output.field(place).type().equals(values.type(i)),
                    "substitutes '" + values.words(values.root(i)) + "' for " + values.name(i)
                            + ", which is no right field of that type");
        }
    }

    private void requireMatching(TableSchema left, TableSchema right, JoinStep how) {
        requirePairs(left, right, how);
        requireLookup(left, right, how);
        if (how.keyed() != null) {
            rules.requireCondition(how.keyed(), left, right);
        }
        if (how.rest() != null) {
            rules.requireCondition(how.rest(), left, right);
        }
    }

    /** The left rows with what their children come to. */
    TableSchema schemaOf(ChildrenStep how, TableSchema left, TableSchema right) {
        requireMatching(left, right, how.matching());
        rules.require(
                how.matching().equals(how.matching().plain()),
                "finds children as a left outer join without more words");
        rules.requireOrder(right, how.order());
        rules.require(how.most() >= 0, "has a limit of 0 or more");
        final FoldStep fold = how.fold();
        rules.require((fold == null) == !how.aggregates().isEmpty(), "aggregates children, or folds them");
        if (fold == null) {
            return FoldStep.after(left, ofChildren(how, left, right));
        }
        rules.require(how.values() == null && fold.when() == null, "folds all children, and by themselves");
        folds.requireFold(fold, left, right);
        return FoldStep.after(left, fold.values());
    }

    private List<Field> ofChildren(ChildrenStep how, TableSchema left, TableSchema right) {
        TableSchema aggregated = right;
        if (how.values() == null) {
            rules.require(
                    how.aggregates().stream().allMatch(call -> call.what() == Aggregation.COUNT_ROWS),
                    "aggregates values, or counts rows");
        } else {
            rules.requireValues(how.values(), left, right);
            aggregated = how.values().schema("children");
        }
        rules.requireAggregates(aggregated, how.aggregates());
        return GroupShape.of(aggregated, new int[0], how.aggregates()).results().fields();
    }

    /** Whether some rows come without what the right side had. */
    private static boolean canLackRight(JoinStep how) {
        return how.kind() == JoinKind.LEFT_OUTER || how.limit().excess() == JoinLimit.Excess.SUBSTITUTE;
    }

    private void requirePairs(TableSchema left, TableSchema right, JoinStep how) {
        rules.require(how.leftFields().size() == how.rightFields().size(), "joins as many left fields as right ones");
        for (int i = 0; i < how.leftFields().size(); i++) {
            final Field one = rules.fieldOf(left, how.leftFields().get(i));
            final Field other = rules.fieldOf(right, how.rightFields().get(i));
            rules.require(
                    PlanCheck.areComparable(one.type(), other.type()),
                    "joins " + one + " with " + other + ", which cannot be compared");
        }
    }

    private void requireLookup(TableSchema left, TableSchema right, JoinStep how) {
        if (how.lookup() == Node.NONE) {
            rules.require(how.bindings().isEmpty(), "binds no read to its left rows");
            return;
        }
        final QueryPlan lookup = rules.readAt(how.lookup());
        rules.require(lookup.rowSchema().fields().equals(right.fields()), "looks up the rows of its right side");
        rules.require(lookup.parameters().size() == how.bindings().size(), "binds each parameter of its lookup");
        for (int i = 0; i < how.bindings().size(); i++) {
            final Parameter parameter = lookup.parameters().get(i);
            final int binding = how.bindings().get(i);
            if (binding == Node.NONE) {
                rules.requireParameter(parameter);
            } else {
                final Field field = rules.fieldOf(left, binding);
                rules.require(!parameter.set() && !parameter.optional(), "binds " + field + " to one value");
                rules.require(
                        PlanCheck.areComparable(field.type(), parameter.type()),
                        "binds " + field + " to " + parameter + ", with which it cannot be compared");
            }
        }
    }
}
