package io.keyfarm.query.plan;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether steps make a flow: that they stand in post-order, each taken once, and name what their inputs have. Passes over
 * them once and answers what rows each hands on.
 */
final class FlowCheck {
    private final FlowDraft draft;
    private final List<TableSchema> schemas = new ArrayList<>();
    private final MergeJoinCheck mergeJoins;

    FlowCheck(FlowDraft draft) {
        this.draft = draft;
        mergeJoins = new MergeJoinCheck(draft);
    }

    List<TableSchema> run() {
        final List<Step> steps = draft.steps();
        if (steps.isEmpty() || steps.size() > Step.MAX_COUNT) {
            throw new BadPlanException(
                    "a plan has 1 to " + Step.MAX_COUNT + " steps, but this one has " + steps.size());
        }
        requireParameters();
        // Steps that none has taken yet, as a stack: the inputs of the next are those on top, in order.
        final int[] untaken = new int[steps.size()];
        int depth = 0;
        for (int i = 0; i < steps.size(); i++) {
            final int[] inputs = steps.get(i).inputs();
            depth -= inputs.length;
            for (int k = 0; k < inputs.length; k++) {
                if (depth < 0 || untaken[depth + k] != inputs[k]) {
                    throw new BadPlanException("step " + i + " takes the rows of step "
                            + Integer.toUnsignedString(inputs[k]) + ", which is not the one before it in post-order");
                }
            }
            untaken[depth++] = i;
            schemas.add(schemaOf(i, steps.get(i)));
        }
        if (depth > 1) {
            throw new BadPlanException(
                    "the rows of the steps " + untaken[0] + " and " + untaken[1] + " are not combined");
        }
        return List.copyOf(schemas);
    }

    private void requireParameters() {
        if (draft.parameters().size() > Parameter.MAX_COUNT) {
            throw new BadPlanException("a plan has at most " + Parameter.MAX_COUNT + " parameters, but this one has "
                    + draft.parameters().size());
        }
        final Set<String> names = new HashSet<>();
        for (final Parameter parameter : draft.parameters()) {
            if (!names.add(parameter.name())) {
                throw new BadPlanException("the plan has two parameters named " + parameter.name());
            }
        }
    }

    private TableSchema schemaOf(int place, Step step) {
        try {
            if (step instanceof Step.Read read) {
                return ofRead(read);
            } else if (step instanceof Step.Group group) {
                return ofGroup(group);
            } else if (step instanceof Step.Sort sort) {
                return ofSort(sort);
            } else if (step instanceof Step.Distinct distinct) {
                return ofFields(distinct.input(), distinct.fields());
            } else if (step instanceof Step.Dedup dedup) {
                return ofFields(dedup.input(), dedup.fields());
            } else if (step instanceof Step.Filter filter) {
                return ofFilter(filter);
            } else if (step instanceof Step.Transform transform) {
                return ofTransform(transform);
            } else if (step instanceof Step.Project project) {
                return ofProject(project);
            } else if (step instanceof Step.Normalize normalize) {
                return ofNormalize(normalize);
            } else if (step instanceof Step.Denormalize denormalize) {
                return ofDenormalize(denormalize);
            } else if (step instanceof Step.Iterate iterate) {
                return ofIterate(iterate);
            } else if (step instanceof Step.Sample sample) {
                require(sample.every() > 0 && sample.from() >= 0, "takes every n-th row, n above 0");
                return schemas.get(sample.input());
            } else if (step instanceof Step.Combine combine) {
                return ofCombine(combine);
            } else if (step instanceof Step.MergeJoin join) {
                return mergeJoins.schemaOf(place, join, schemas);
            } else {
                return ofJoin((Step.Join) step);
            }
        } catch (BadValueException e) {
            throw new BadPlanException("step " + place + ": " + e.getMessage(), e);
        }
    }

    private TableSchema ofRead(Step.Read read) {
        final QueryPlan plan = readAt(read.read());
        final Set<String> skips = mergeJoins.skipsOf(schemas.size());
        plan.parameters().stream()
                .filter(parameter -> !skips.contains(parameter.name()))
                .forEach(this::requireParameter);
        return plan.rowSchema();
    }

    private QueryPlan readAt(int read) {
        require(read >= 0 && read < draft.reads().size(), "names a read of the plan, and not " + read);
        return draft.reads().get(read);
    }

    /** A read's parameters are the plan's, by name. */
    private void requireParameter(Parameter parameter) {
        require(draft.parameters().contains(parameter), "reads by " + parameter + ", which the plan does not have so");
    }

    private TableSchema ofGroup(Step.Group group) {
        final TableSchema input = schemas.get(group.input());
        requireDistinct(group.fields());
        group.fields().forEach(field -> fieldOf(input, field));
        requireAggregates(input, group.aggregates());
        return GroupShape.of(
                        input,
                        group.fields().stream().mapToInt(Integer::intValue).toArray(),
                        group.aggregates())
                .results();
    }

    private void requireAggregates(TableSchema input, List<AggregateCall> aggregates) {
        require(aggregates.size() <= AggregateCall.MAX_COUNT, "has at most " + AggregateCall.MAX_COUNT + " aggregates");
        for (final AggregateCall call : aggregates) {
            if (call.what() == Aggregation.COUNT_ROWS) {
                require(call.field() == AggregateCall.NO_FIELD, "counts rows, and no field of them");
            } else {
                fieldOf(input, call.field());
            }
        }
    }

    private TableSchema ofSort(Step.Sort sort) {
        final TableSchema input = schemas.get(sort.input());
        requireOrder(input, sort.order());
        require(sort.limit() >= 0 && sort.offset() >= 0, "has a limit and an offset of 0 or more");
        return input;
    }

    private void requireOrder(TableSchema input, List<OrderBy> order) {
        require(order.size() <= OrderBy.MAX_COUNT, "orders by at most " + OrderBy.MAX_COUNT + " fields");
        order.forEach(by -> fieldOf(input, by.field()));
    }

    private TableSchema ofFields(int step, List<Integer> fields) {
        final TableSchema input = schemas.get(step);
        require(!fields.isEmpty(), "names a field or more");
        requireDistinct(fields);
        fields.forEach(field -> fieldOf(input, field));
        return input;
    }

    private TableSchema ofProject(Step.Project project) {
        final TableSchema input = schemas.get(project.input());
        require(project.fields().size() == project.names().size(), "names each field it hands on");
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < project.fields().size(); i++) {
            final Field field = fieldOf(input, project.fields().get(i));
            fields.add(new Field(project.names().get(i), field.type(), field.nullable()));
        }
        return new TableSchema(input.name(), fields);
    }

    private TableSchema ofFilter(Step.Filter filter) {
        final TableSchema input = schemas.get(filter.input());
        requireCondition(filter.condition(), input, null);
        return input;
    }

    private TableSchema ofTransform(Step.Transform transform) {
        final TableSchema input = schemas.get(transform.input());
        requireValues(transform.values(), input, null);
        return transform.values().schema(input.name());
    }

    private TableSchema ofNormalize(Step.Normalize normalize) {
        final TableSchema input = schemas.get(normalize.input());
        final ExpressionList times = normalize.times();
        requireValues(times, input, null);
        final FieldType type = times.size() == 1 ? times.type(0) : null;
        require(type != null && ValueTypes.isWhole(type), "repeats rows by one whole number");
        return FoldStep.after(input, List.of(new Field(times.name(0), FieldType.INT64, false)));
    }

    private TableSchema ofIterate(Step.Iterate iterate) {
        final TableSchema input = schemas.get(iterate.input());
        requireDistinct(iterate.runs());
        iterate.runs().forEach(field -> fieldOf(input, field));
        final FoldStep fold = iterate.fold();
        requireFold(fold, input, input);
        if (fold.when() != null) {
            requireCondition(fold.when(), FoldStep.before(input, fold.values()), input);
        }
        return FoldStep.after(input, fold.values());
    }

    /** What is folded are values beside these rows, made of those. */
    private void requireFold(FoldStep fold, TableSchema beside, TableSchema of) {
        require(fold.next().size() > 0, "carries a value or more from row to row");
        requireValues(fold.next(), FoldStep.before(beside, valuesOf(fold)), of);
        final ExpressionList start = fold.start();
        if (start == null) {
            return;
        }
        requireValues(start, beside, null);
        final TableSchema values = new TableSchema("values", fold.values());
        for (int i = 0; i < start.size(); i++) {
            final int place = values.find(start.name(i));
            require(
                    place >= 0 && values.field(place).type().equals(start.type(i)),
                    "starts with '" + start.words(start.root(i)) + "' as " + start.name(i)
                            + ", which is no value of that type");
            for (int k = 0; k < i; k++) {
                require(!start.name(i).equals(start.name(k)), "starts " + start.name(i) + " twice");
            }
        }
    }

    private List<Field> valuesOf(FoldStep fold) {
        for (int i = 0; i < fold.next().size(); i++) {
            require(!fold.next().isCondition(i), "computes values, and no conditions");
        }
        return fold.values();
    }

    private void requireValues(ExpressionList values, TableSchema left, @Nullable TableSchema right) {
        requireFields(values, left, right);
        for (int i = 0; i < values.size(); i++) {
            require(!values.isCondition(i), "computes values, and no conditions");
        }
    }

    private void requireCondition(ExpressionList condition, TableSchema left, @Nullable TableSchema right) {
        require(condition.size() == 1 && condition.isCondition(0), "asks one condition");
        requireFields(condition, left, right);
    }

    /** Expressions name fields by what they are called. */
    private void requireFields(ExpressionList expressions, TableSchema left, @Nullable TableSchema right) {
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

    private TableSchema ofCombine(Step.Combine combine) {
        require(combine.of().size() >= 2, "combines two inputs or more");
        final TableSchema first = schemas.get(combine.of().get(0));
        final boolean[] nullable = new boolean[first.fieldCount()];
        for (final int input : combine.of()) {
            final TableSchema each = schemas.get(input);
            require(
                    each.fieldCount() == first.fieldCount(),
                    "combines rows of " + first.fieldCount() + " fields with rows of " + each.fieldCount());
            for (int i = 0; i < nullable.length; i++) {
                final FieldType type = each.field(i).type();
                require(
                        type.equals(first.field(i).type()),
                        "combines " + first.field(i) + " with " + each.field(i) + ", which is of another type");
                nullable[i] |= each.field(i).nullable();
            }
        }
        requireOrder(first, combine.order());
        require(
                combine.order().isEmpty() == (combine.op() != CombineOp.MERGE),
                "merges by an order, and only merges do");
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < nullable.length; i++) {
            fields.add(new Field(first.field(i).name(), first.field(i).type(), nullable[i]));
        }
        return new TableSchema(first.name(), fields);
    }

    private TableSchema ofJoin(Step.Join join) {
        final TableSchema left = schemas.get(join.left());
        final TableSchema right = schemas.get(join.right());
        final JoinStep how = join.how();
        requireMatching(left, right, how);
        require(how.limit().most() >= 0 && how.keep() >= 0, "has limits of 0 or more");
        require(how.outputs().size() == how.names().size(), "names each field it hands on");
        if (!how.kind().hasRightFields()) {
            require(
                    how.outputs().isEmpty() && how.skip() == null && how.substitute() == null,
                    "hands on left rows as they are");
            return left;
        }
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < how.outputs().size(); i++) {
            final int output = how.outputs().get(i);
            final boolean isRight = output >= left.fieldCount();
            final Field field = isRight ? fieldOf(right, output - left.fieldCount()) : fieldOf(left, output);
            final boolean isNullable = field.nullable() || (isRight && canLackRight(how));
            fields.add(new Field(how.names().get(i), field.type(), isNullable));
        }
        final TableSchema output = new TableSchema(left.name(), fields);
        if (how.skip() != null) {
            requireCondition(how.skip(), output, null);
        }
        if (how.substitute() != null) {
            requireSubstitute(how.substitute(), how, left, output);
        }
        return output;
    }

    private void requireSubstitute(ExpressionList values, JoinStep how, TableSchema left, TableSchema output) {
        require(how.limit().excess() == JoinLimit.Excess.SUBSTITUTE, "has substitutes where it may lack right fields");
        requireValues(values, left, null);
        for (int i = 0; i < values.size(); i++) {
            final int place = output.find(values.name(i));
            require(
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
            requireCondition(how.keyed(), left, right);
        }
        if (how.rest() != null) {
            requireCondition(how.rest(), left, right);
        }
    }

    private TableSchema ofDenormalize(Step.Denormalize step) {
        final TableSchema left = schemas.get(step.left());
        final TableSchema right = schemas.get(step.right());
        final ChildrenStep how = step.how();
        requireMatching(left, right, how.matching());
        require(
                how.matching().equals(how.matching().plain()),
                "finds children as a left outer join without more words");
        requireOrder(right, how.order());
        require(how.most() >= 0, "has a limit of 0 or more");
        final FoldStep fold = how.fold();
        require((fold == null) == !how.aggregates().isEmpty(), "aggregates children, or folds them");
        if (fold == null) {
            return FoldStep.after(left, ofChildren(how, left, right));
        }
        require(how.values() == null && fold.when() == null, "folds all children, and by themselves");
        requireFold(fold, left, right);
        return FoldStep.after(left, fold.values());
    }

    private List<Field> ofChildren(ChildrenStep how, TableSchema left, TableSchema right) {
        TableSchema aggregated = right;
        if (how.values() == null) {
            require(
                    how.aggregates().stream().allMatch(call -> call.what() == Aggregation.COUNT_ROWS),
                    "aggregates values, or counts rows");
        } else {
            requireValues(how.values(), left, right);
            aggregated = how.values().schema("children");
        }
        requireAggregates(aggregated, how.aggregates());
        return GroupShape.of(aggregated, new int[0], how.aggregates()).results().fields();
    }

    /** Whether some rows come without what the right side had. */
    private static boolean canLackRight(JoinStep how) {
        return how.kind() == JoinKind.LEFT_OUTER || how.limit().excess() == JoinLimit.Excess.SUBSTITUTE;
    }

    private void requirePairs(TableSchema left, TableSchema right, JoinStep how) {
        require(how.leftFields().size() == how.rightFields().size(), "joins as many left fields as right ones");
        for (int i = 0; i < how.leftFields().size(); i++) {
            final Field one = fieldOf(left, how.leftFields().get(i));
            final Field other = fieldOf(right, how.rightFields().get(i));
            require(
                    PlanCheck.areComparable(one.type(), other.type()),
                    "joins " + one + " with " + other + ", which cannot be compared");
        }
    }

    private void requireLookup(TableSchema left, TableSchema right, JoinStep how) {
        if (how.lookup() == Node.NONE) {
            require(how.bindings().isEmpty(), "binds no read to its left rows");
            return;
        }
        final QueryPlan lookup = readAt(how.lookup());
        require(lookup.rowSchema().fields().equals(right.fields()), "looks up the rows of its right side");
        require(lookup.parameters().size() == how.bindings().size(), "binds each parameter of its lookup");
        for (int i = 0; i < how.bindings().size(); i++) {
            final Parameter parameter = lookup.parameters().get(i);
            final int binding = how.bindings().get(i);
            if (binding == Node.NONE) {
                requireParameter(parameter);
            } else {
                final Field field = fieldOf(left, binding);
                require(!parameter.set() && !parameter.optional(), "binds " + field + " to one value");
                require(
                        PlanCheck.areComparable(field.type(), parameter.type()),
                        "binds " + field + " to " + parameter + ", with which it cannot be compared");
            }
        }
    }

    private Field fieldOf(TableSchema input, int field) {
        require(
                field >= 0 && field < input.fieldCount(),
                "names field " + Integer.toUnsignedString(field) + " of " + input.fieldCount());
        return input.field(field);
    }

    private void requireDistinct(List<Integer> fields) {
        require(new HashSet<>(fields).size() == fields.size(), "names no field twice");
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new BadPlanException("step " + schemas.size() + " " + what);
        }
    }
}
