package io.keyfarm.query.plan;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether steps make a flow: that they stand in post-order, each taken once, and name what their inputs have. Passes over
 * them once and answers what rows each hands on.
 */
final class FlowCheck {
    private final FlowDraft draft;
    private final StepRules rules;
    private final FoldCheck folds;
    private final MatchCheck matches;
    private final List<TableSchema> schemas = new ArrayList<>();
    private final MergeJoinCheck mergeJoins;

    FlowCheck(FlowDraft draft) {
        this.draft = draft;
        rules = new StepRules(draft);
        folds = new FoldCheck(rules);
        matches = new MatchCheck(rules, folds);
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
        rules.begin(place);
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
                return matches.schemaOf(
                        denormalize.how(), schemas.get(denormalize.left()), schemas.get(denormalize.right()));
            } else if (step instanceof Step.Iterate iterate) {
                return folds.schemaOf(iterate, schemas.get(iterate.input()));
            } else if (step instanceof Step.Sample sample) {
                rules.require(sample.every() > 0 && sample.from() >= 0, "takes every n-th row, n above 0");
                return schemas.get(sample.input());
            } else if (step instanceof Step.Combine combine) {
                return ofCombine(combine);
            } else if (step instanceof Step.MergeJoin join) {
                return mergeJoins.schemaOf(place, join, schemas);
            } else {
                final Step.Join join = (Step.Join) step;
                return matches.schemaOf(join.how(), schemas.get(join.left()), schemas.get(join.right()));
            }
        } catch (BadValueException e) {
            throw new BadPlanException("step " + place + ": " + e.getMessage(), e);
        }
    }

    private TableSchema ofRead(Step.Read read) {
        final QueryPlan plan = rules.readAt(read.read());
        final Set<String> skips = mergeJoins.skipsOf(schemas.size());
        plan.parameters().stream()
                .filter(parameter -> !skips.contains(parameter.name()))
                .forEach(rules::requireParameter);
        return plan.rowSchema();
    }

    private TableSchema ofGroup(Step.Group group) {
        final TableSchema input = schemas.get(group.input());
        rules.requireDistinct(group.fields());
        group.fields().forEach(field -> rules.fieldOf(input, field));
        rules.requireAggregates(input, group.aggregates());
        return GroupShape.of(
                        input,
                        group.fields().stream().mapToInt(Integer::intValue).toArray(),
                        group.aggregates())
                .results();
    }

    private TableSchema ofSort(Step.Sort sort) {
        final TableSchema input = schemas.get(sort.input());
        rules.requireOrder(input, sort.order());
        rules.require(sort.limit() >= 0 && sort.offset() >= 0, "has a limit and an offset of 0 or more");
        return input;
    }

    private TableSchema ofFields(int step, List<Integer> fields) {
        final TableSchema input = schemas.get(step);
        rules.require(!fields.isEmpty(), "names a field or more");
        rules.requireDistinct(fields);
        fields.forEach(field -> rules.fieldOf(input, field));
        return input;
    }

    private TableSchema ofProject(Step.Project project) {
        final TableSchema input = schemas.get(project.input());
        rules.require(project.fields().size() == project.names().size(), "names each field it hands on");
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < project.fields().size(); i++) {
            final Field field = rules.fieldOf(input, project.fields().get(i));
            fields.add(new Field(project.names().get(i), field.type(), field.nullable()));
        }
        return new TableSchema(input.name(), fields);
    }

    private TableSchema ofFilter(Step.Filter filter) {
        final TableSchema input = schemas.get(filter.input());
        rules.requireCondition(filter.condition(), input, null);
        return input;
    }

    private TableSchema ofTransform(Step.Transform transform) {
        final TableSchema input = schemas.get(transform.input());
        rules.requireValues(transform.values(), input, null);
        return transform.values().schema(input.name());
    }

    private TableSchema ofNormalize(Step.Normalize normalize) {
        final TableSchema input = schemas.get(normalize.input());
        final ExpressionList times = normalize.times();
        rules.requireValues(times, input, null);
        final FieldType type = times.size() == 1 ? times.type(0) : null;
        rules.require(type != null && ValueTypes.isWhole(type), "repeats rows by one whole number");
        return FoldStep.after(input, List.of(new Field(times.name(0), FieldType.INT64, false)));
    }

    private TableSchema ofCombine(Step.Combine combine) {
        rules.require(combine.of().size() >= 2, "combines two inputs or more");
        final TableSchema first = schemas.get(combine.of().get(0));
        final boolean[] nullable = new boolean[first.fieldCount()];
        for (final int input : combine.of()) {
            final TableSchema each = schemas.get(input);
            rules.require(
                    each.fieldCount() == first.fieldCount(),
                    "combines rows of " + first.fieldCount() + " fields with rows of " + each.fieldCount());
            for (int i = 0; i < nullable.length; i++) {
                final FieldType type = each.field(i).type();
                rules.require(
                        type.equals(first.field(i).type()),
                        "combines " + first.field(i) + " with " + each.field(i) + ", which is of another type");
                nullable[i] |= each.field(i).nullable();
            }
        }
        rules.requireOrder(first, combine.order());
        rules.require(
                combine.order().isEmpty() == (combine.op() != CombineOp.MERGE),
                "merges by an order, and only merges do");
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < nullable.length; i++) {
            fields.add(new Field(first.field(i).name(), first.field(i).type(), nullable[i]));
        }
        return new TableSchema(first.name(), fields);
    }
}
