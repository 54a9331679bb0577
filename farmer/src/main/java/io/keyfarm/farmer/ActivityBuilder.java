package io.keyfarm.farmer;

import io.keyfarm.query.flow.Activity;
import io.keyfarm.query.flow.CandidateSource;
import io.keyfarm.query.flow.ChildrenActivity;
import io.keyfarm.query.flow.DedupActivity;
import io.keyfarm.query.flow.DistinctActivity;
import io.keyfarm.query.flow.FilteredCandidates;
import io.keyfarm.query.flow.FlowCondition;
import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.GroupActivity;
import io.keyfarm.query.flow.HashJoinCore;
import io.keyfarm.query.flow.IterateActivity;
import io.keyfarm.query.flow.JoinActivity;
import io.keyfarm.query.flow.LeftBindings;
import io.keyfarm.query.flow.LimitActivity;
import io.keyfarm.query.flow.MergeActivity;
import io.keyfarm.query.flow.MergeJoinActivity;
import io.keyfarm.query.flow.NormalizeActivity;
import io.keyfarm.query.flow.ProjectActivity;
import io.keyfarm.query.flow.RowFilterActivity;
import io.keyfarm.query.flow.SampleActivity;
import io.keyfarm.query.flow.SetActivity;
import io.keyfarm.query.flow.SortActivity;
import io.keyfarm.query.flow.SortField;
import io.keyfarm.query.flow.StepParameters;
import io.keyfarm.query.flow.StoppableActivity;
import io.keyfarm.query.flow.TransformActivity;
import io.keyfarm.query.flow.UnionAllActivity;
import io.keyfarm.query.plan.ChildrenStep;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.GroupShape;
import io.keyfarm.query.plan.JoinStep;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.OrderBy;
import io.keyfarm.query.plan.PartialGroups;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the activities of a plan's steps, one pass over them. */
final class ActivityBuilder implements FlowRun.Steps {
    private final Farmer farmer;
    private final List<PreparedQuery> reads;
    private final PartialGroups partials;

    /**
     * @param reads of the plan, in its order
     * @param partials which steps slaves have taken already
     */
    ActivityBuilder(Farmer farmer, List<PreparedQuery> reads, PartialGroups partials) {
        this.farmer = farmer;
        this.partials = partials;
        this.reads = List.copyOf(reads);
    }

    @Override
    public Activity build(FlowPlan plan, FlowRun run, FlowMemory memory) {
        final List<Activity> made = new ArrayList<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            made.add(make(plan, i, made, run, memory));
        }
        return made.get(made.size() - 1);
    }

    private Activity make(FlowPlan plan, int place, List<Activity> made, FlowRun run, FlowMemory memory) {
        final Step step = plan.steps().get(place);
        if (partials.isAtSlaves(place)) {
            return made.get(step.inputs()[0]);
        }
        final RecordLayout layout = new RecordLayout(plan.schema(place));
        if (step instanceof Step.Read read) {
            return read(reads.get(read.read()), run, memory);
        } else if (step instanceof Step.Filter filter) {
            final Activity input = new StoppableActivity(made.get(filter.input()), run);
            final RowFilterActivity kept = new RowFilterActivity(input, filter.condition(), memory);
            final StepParameters parameters =
                    new StepParameters(filter.condition().parameters());
            run.onStart(given -> kept.bind(parameters.of(given)));
            return kept;
        } else if (step instanceof Step.Transform transform) {
            final Activity input = made.get(transform.input());
            final TransformActivity computed = new TransformActivity(
                    input, transform.values(), input.layout().schema().name(), memory);
            final StepParameters parameters =
                    new StepParameters(transform.values().parameters());
            run.onStart(given -> computed.bind(parameters.of(given)));
            return computed;
        } else if (step instanceof Step.Project project) {
            return new ProjectActivity(made.get(project.input()), project.fields(), layout, memory);
        } else if (step instanceof Step.Group group) {
            final Activity input = made.get(group.input());
            final GroupShape shape =
                    GroupShape.of(plan.schema(group.input()), ints(group.fields()), group.aggregates());
            return partials.isMerging(place)
                    ? GroupActivity.fromStates(input, shape, memory, run)
                    : GroupActivity.complete(input, shape, memory, run);
        } else if (step instanceof Step.Sort sort) {
            return sorted(made.get(sort.input()), sort, run, memory);
        } else if (step instanceof Step.Distinct distinct) {
            return new DistinctActivity(
                    new StoppableActivity(made.get(distinct.input()), run), ints(distinct.fields()), memory);
        } else if (step instanceof Step.Dedup dedup) {
            final Activity input = new StoppableActivity(made.get(dedup.input()), run);
            return dedup.keepsLast()
                    ? DedupActivity.keepLast(input, ints(dedup.fields()), memory)
                    : DedupActivity.keepFirst(input, ints(dedup.fields()), memory);
        } else if (step instanceof Step.Sample sample) {
            return SampleActivity.every(
                    new StoppableActivity(made.get(sample.input()), run), sample.every(), sample.from());
        } else if (step instanceof Step.Combine combine) {
            return combined(
                    combine,
                    combine.of().stream()
                            .map(input -> (Activity) new StoppableActivity(made.get(input), run))
                            .toList(),
                    memory);
        } else if (step instanceof Step.Denormalize denormalize) {
            return denormalized(
                    denormalize.how(),
                    made.get(denormalize.left()),
                    made.get(denormalize.right()),
                    layout,
                    run,
                    memory);
        } else if (step instanceof Step.Normalize normalize) {
            final NormalizeActivity repeating =
                    new NormalizeActivity(made.get(normalize.input()), normalize.times(), layout, memory, run);
            run.onStart(repeating::bind);
            return repeating;
        } else if (step instanceof Step.Iterate iterate) {
            final IterateActivity carrying =
                    new IterateActivity(made.get(iterate.input()), iterate, layout, memory, run);
            run.onStart(carrying::bind);
            return carrying;
        } else if (step instanceof Step.MergeJoin join) {
            return new MergeJoinActivity(inputs(plan, join, made, run, memory), join.how(), layout, memory, run);
        } else if (step instanceof Step.Join join) {
            return joined(join, made.get(join.left()), made.get(join.right()), layout, run, memory);
        }
        throw new AssertionError(step);
    }

    /** Reads that can begin later are made so that they do. */
    private List<Activity> inputs(
            FlowPlan plan, Step.MergeJoin join, List<Activity> made, FlowRun run, FlowMemory memory) {
        final List<Activity> inputs = new ArrayList<>();
        for (int i = 0; i < join.of().size(); i++) {
            final int input = join.of().get(i);
            final String skip = join.how().skips().get(i);
            inputs.add(
                    plan.steps().get(input) instanceof Step.Read read && !skip.isEmpty()
                            ? new SkippingRead(reads.get(read.read()), skip, run, memory, farmer.costs())
                            : made.get(input));
        }
        return inputs;
    }

    private static Activity read(PreparedQuery query, FlowRun run, FlowMemory memory) {
        final QueryPlan plan = query.plan();
        final Activity rows = new ReadActivity(query, run, memory);
        return plan.limit() == QueryPlan.UNLIMITED && plan.offset() == 0
                ? rows
                : new LimitActivity(rows, plan.offset(), plan.limit());
    }

    private static Activity sorted(Activity input, Step.Sort sort, FlowRun run, FlowMemory memory) {
        return sort.order().isEmpty()
                ? new LimitActivity(new StoppableActivity(input, run), sort.offset(), sort.limit())
                : new SortActivity(input, fields(sort.order()), sort.offset(), sort.limit(), memory, run);
    }

    private static Activity combined(Step.Combine combine, List<Activity> inputs, FlowMemory memory) {
        return switch (combine.op()) {
            case UNION_ALL -> new UnionAllActivity(inputs);
            case UNION -> new DistinctActivity(new UnionAllActivity(inputs), memory);
            case MERGE -> new MergeActivity(inputs, fields(combine.order()), memory);
            case INTERSECT -> {
                Activity all = inputs.get(0);
                for (final Activity more : inputs.subList(1, inputs.size())) {
                    all = SetActivity.intersect(all, more, false, memory);
                }
                yield all;
            }
            case EXCEPT -> {
                Activity left = inputs.get(0);
                for (final Activity less : inputs.subList(1, inputs.size())) {
                    left = SetActivity.except(left, less, false, memory);
                }
                yield left;
            }
        };
    }

    private Activity joined(
            Step.Join join, Activity left, Activity right, RecordLayout layout, FlowRun run, FlowMemory memory) {
        final JoinStep how = join.how();
        final JoinActivity joining = new JoinActivity(
                left,
                candidates(how, left.layout(), right, run, memory),
                how,
                layout,
                how.rest() == null ? null : condition(how.rest(), left.layout(), right.layout(), run, memory),
                how.skip() == null ? null : condition(how.skip(), layout, null, run, memory),
                memory);
        run.onStart(joining::bind);
        return joining;
    }

    private Activity denormalized(
            ChildrenStep how, Activity left, Activity right, RecordLayout layout, FlowRun run, FlowMemory memory) {
        final ExpressionList rest = how.matching().rest();
        final ChildrenActivity children = new ChildrenActivity(
                left,
                candidates(how.matching(), left.layout(), right, run, memory),
                how,
                layout,
                rest == null ? null : condition(rest, left.layout(), right.layout(), run, memory),
                memory,
                run);
        run.onStart(children::bind);
        return children;
    }

    private CandidateSource candidates(
            JoinStep how, RecordLayout left, Activity right, FlowRun run, FlowMemory memory) {
        final HashJoinCore hashed =
                new HashJoinCore(left, ints(how.leftFields()), right, ints(how.rightFields()), memory, run);
        final CandidateSource hash = how.keyed() == null
                ? hashed
                : new FilteredCandidates(
                        hashed, left, condition(how.keyed(), left, right.layout(), run, memory), memory);
        if (how.lookup() == Node.NONE) {
            return hash;
        }
        final PreparedQuery lookup = reads.get(how.lookup());
        final LeftBindings bindings = new LeftBindings(lookup.plan().parameters(), how.bindings(), left);
        return new RentedCandidates(new LookupCandidates(lookup, bindings, left, run, memory), hash, farmer.costs());
    }

    private static FlowCondition condition(
            ExpressionList condition, RecordLayout left, @Nullable RecordLayout right, FlowRun run, FlowMemory memory) {
        final FlowCondition evaluated = new FlowCondition(condition, left, right, memory);
        run.onStart(evaluated::bind);
        return evaluated;
    }

    private static List<SortField> fields(List<OrderBy> order) {
        return order.stream()
                .map(by -> new SortField(by.field(), by.descending()))
                .toList();
    }

    private static int[] ints(List<Integer> fields) {
        return fields.stream().mapToInt(Integer::intValue).toArray();
    }
}
