package io.keyfarm.query.plan;

import com.google.protobuf.ByteString;
import io.keyfarm.query.proto.AggregateMessage;
import io.keyfarm.query.proto.JoinMessage;
import io.keyfarm.query.proto.PlanMessage;
import io.keyfarm.query.proto.StepMessage;
import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Flows to protobuf messages and back: version 2 of what {@link PlanCodec} does for single reads. */
final class FlowCodec {
    private static final int VERSION = 2;
    private static final int READ = 1;
    private static final int GROUP = 2;
    private static final int SORT = 3;
    private static final int DISTINCT = 4;
    private static final int DEDUP = 5;
    private static final int SAMPLE = 6;
    private static final int COMBINE = 7;
    private static final int JOIN = 8;
    private static final int PROJECT = 9;
    private static final int FILTER = 10;
    private static final int TRANSFORM = 11;
    private static final int ITERATE = 12;
    private static final int NORMALIZE = 13;
    private static final int DENORMALIZE = 14;
    private static final int MERGE_JOIN = 15;

    private FlowCodec() {}

    static byte[] encode(FlowDraft draft) {
        final PlanMessage.Builder plan = PlanMessage.newBuilder().setVersion(VERSION);
        draft.parameters().forEach(parameter -> plan.addParameters(PlanCodec.encode(parameter)));
        draft.reads().forEach(read -> plan.addReads(ByteString.copyFrom(read.bytes())));
        draft.steps().forEach(step -> plan.addSteps(encode(step)));
        return plan.build().toByteArray();
    }

    static StepMessage encode(Step step) {
        final StepMessage.Builder message = StepMessage.newBuilder();
        Arrays.stream(step.inputs()).forEach(message::addInputs);
        if (step instanceof Step.Read read) {
            message.setKind(READ).setRead(read.read());
        } else if (step instanceof Step.Group group) {
            message.setKind(GROUP).addAllFields(group.fields());
            group.aggregates().forEach(aggregate -> message.addAggregates(encode(aggregate)));
        } else if (step instanceof Step.Sort sort) {
            message.setKind(SORT).setOffset(sort.offset());
            sort.order().forEach(by -> message.addOrder(PlanCodec.encode(by)));
            if (sort.limit() != QueryPlan.UNLIMITED) {
                message.setLimit(sort.limit());
            }
        } else if (step instanceof Step.Distinct distinct) {
            message.setKind(DISTINCT).addAllFields(distinct.fields());
        } else if (step instanceof Step.Dedup dedup) {
            message.setKind(DEDUP).addAllFields(dedup.fields()).setKeepsLast(dedup.keepsLast());
        } else if (step instanceof Step.Filter filter) {
            message.setKind(FILTER).setExpressions(filter.condition().message());
        } else if (step instanceof Step.Transform transform) {
            message.setKind(TRANSFORM).setExpressions(transform.values().message());
        } else if (step instanceof Step.Project project) {
            message.setKind(PROJECT).addAllFields(project.fields()).addAllNames(project.names());
        } else if (step instanceof Step.Sample sample) {
            message.setKind(SAMPLE).setSampleEvery(sample.every()).setSampleFrom(sample.from());
        } else if (step instanceof Step.Combine combine) {
            message.setKind(COMBINE).setCombine(combine.op().code());
            combine.order().forEach(by -> message.addOrder(PlanCodec.encode(by)));
        } else if (step instanceof Step.MergeJoin join) {
            message.setKind(MERGE_JOIN).setMergeJoin(MergeJoinCodec.encode(join.how()));
        } else if (step instanceof Step.Denormalize denormalize) {
            encode(denormalize.how(), message.setKind(DENORMALIZE));
        } else if (step instanceof Step.Normalize normalize) {
            message.setKind(NORMALIZE).setExpressions(normalize.times().message());
        } else if (step instanceof Step.Iterate iterate) {
            message.setKind(ITERATE)
                    .addAllFields(iterate.runs())
                    .setFold(FoldCodec.encode(iterate.fold(), iterate.rollsUp()));
        } else {
            message.setKind(JOIN).setJoin(encode(((Step.Join) step).how()));
        }
        return message.build();
    }

    private static void encode(ChildrenStep children, StepMessage.Builder message) {
        message.setJoin(encode(children.matching()));
        children.order().forEach(by -> message.addOrder(PlanCodec.encode(by)));
        if (children.most() != QueryPlan.UNLIMITED) {
            message.setLimit(children.most());
        }
        if (children.values() != null) {
            message.setExpressions(children.values().message());
        }
        children.aggregates().forEach(aggregate -> message.addAggregates(encode(aggregate)));
        if (children.fold() != null) {
            message.setFold(FoldCodec.encode(children.fold(), false));
        }
    }

    private static AggregateMessage encode(AggregateCall aggregate) {
        final AggregateMessage.Builder message =
                AggregateMessage.newBuilder().setOp(aggregate.what().code()).setName(aggregate.name());
        if (aggregate.field() != Node.NONE) {
            message.setField(aggregate.field());
        }
        return message.build();
    }

    private static JoinMessage encode(JoinStep how) {
        final JoinMessage.Builder message = JoinMessage.newBuilder()
                .setKind(how.kind().code())
                .addAllBindings(how.bindings())
                .addAllLeftFields(how.leftFields())
                .addAllRightFields(how.rightFields())
                .addAllOutputs(how.outputs())
                .addAllNames(how.names())
                .setExcess(how.limit().excess().code())
                .setUnordered(how.unordered());
        if (how.lookup() != Node.NONE) {
            message.setLookup(how.lookup());
        }
        if (how.limit().isLimited()) {
            message.setMost(how.limit().most());
        }
        if (how.keep() != QueryPlan.UNLIMITED) {
            message.setKeep(how.keep());
        }
        if (how.keyed() != null) {
            message.setKeyed(how.keyed().message());
        }
        if (how.rest() != null) {
            message.setRest(how.rest().message());
        }
        if (how.skip() != null) {
            message.setSkip(how.skip().message());
        }
        if (how.substitute() != null) {
            message.setSubstitute(how.substitute().message());
        }
        return message.build();
    }

    /** Whether these bytes say that they are a plan of several steps, right or wrong. */
    static boolean isFlow(byte[] bytes) {
        return PlanCodec.parse(bytes).getVersion() == VERSION;
    }

    static FlowDraft decode(byte[] bytes) {
        final PlanMessage plan = PlanCodec.parse(bytes);
        if (plan.getVersion() != VERSION) {
            throw new BadPlanException("this is a plan of version " + Integer.toUnsignedString(plan.getVersion())
                    + ", but plans of several steps are of version " + VERSION);
        }
        if (!plan.getTable().isEmpty() || plan.getFieldsCount() + plan.getNodesCount() + plan.getOutputCount() > 0) {
            throw new BadPlanException("a plan of several steps names its tables and fields in its reads");
        }
        try {
            final List<Parameter> parameters = new ArrayList<>(plan.getParametersCount());
            plan.getParametersList().forEach(parameter -> parameters.add(PlanCodec.decode(parameter)));
            final List<QueryPlan> reads = new ArrayList<>(plan.getReadsCount());
            plan.getReadsList().forEach(read -> reads.add(QueryPlan.decode(read.toByteArray())));
            final List<Step> steps = new ArrayList<>(plan.getStepsCount());
            plan.getStepsList().forEach(step -> steps.add(decode(steps.size(), step)));
            return new FlowDraft(parameters, reads, steps);
        } catch (BadValueException e) {
            throw new BadPlanException(e.getMessage(), e);
        }
    }

    static Step decode(int place, StepMessage step) {
        final int kind = step.getKind();
        final int inputs = kind == READ ? 0 : kind == JOIN || kind == DENORMALIZE ? 2 : 1;
        if (kind != COMBINE && kind != MERGE_JOIN && step.getInputsCount() != inputs) {
            throw new BadPlanException(
                    "step " + place + " takes the rows of " + step.getInputsCount() + " steps, not of " + inputs);
        }
        return switch (kind) {
            case READ -> new Step.Read(step.hasRead() ? step.getRead() : Node.NONE);
            case GROUP -> new Step.Group(step.getInputs(0), step.getFieldsList(), aggregates(place, step));
            case SORT -> new Step.Sort(step.getInputs(0), order(step), limit(step), step.getOffset());
            case DISTINCT -> new Step.Distinct(step.getInputs(0), step.getFieldsList());
            case DEDUP -> new Step.Dedup(step.getInputs(0), step.getFieldsList(), step.getKeepsLast());
            case PROJECT -> new Step.Project(step.getInputs(0), step.getFieldsList(), step.getNamesList());
            case FILTER -> new Step.Filter(step.getInputs(0), ExpressionList.of(step.getExpressions()));
            case TRANSFORM -> new Step.Transform(step.getInputs(0), ExpressionList.of(step.getExpressions()));
            case SAMPLE -> new Step.Sample(step.getInputs(0), step.getSampleEvery(), step.getSampleFrom());
            case COMBINE ->
                new Step.Combine(known(place, CombineOp.ofCode(step.getCombine())), step.getInputsList(), order(step));
            case DENORMALIZE -> new Step.Denormalize(step.getInputs(0), step.getInputs(1), children(place, step));
            case NORMALIZE -> new Step.Normalize(step.getInputs(0), ExpressionList.of(step.getExpressions()));
            case ITERATE ->
                new Step.Iterate(
                        step.getInputs(0),
                        step.getFieldsList(),
                        step.getFold().getRollsUp(),
                        FoldCodec.decode(step.getFold()));
            case MERGE_JOIN ->
                new Step.MergeJoin(
                        step.getInputsList(), MergeJoinCodec.decode(place, step.getMergeJoin(), step.getInputsCount()));
            case JOIN -> new Step.Join(step.getInputs(0), step.getInputs(1), decode(place, step.getJoin()));
            default ->
                throw new BadPlanException(
                        "step " + place + " is of kind " + Integer.toUnsignedString(kind) + ", which is nothing known");
        };
    }

    private static ChildrenStep children(int place, StepMessage step) {
        return new ChildrenStep(
                decode(place, step.getJoin()),
                order(step),
                limit(step),
                step.hasExpressions() ? ExpressionList.of(step.getExpressions()) : null,
                aggregates(place, step),
                step.hasFold() ? FoldCodec.decode(step.getFold()) : null);
    }

    private static List<AggregateCall> aggregates(int place, StepMessage step) {
        return step.getAggregatesList().stream()
                .map(aggregate -> decode(place, aggregate))
                .toList();
    }

    private static long limit(StepMessage step) {
        return step.hasLimit() ? step.getLimit() : QueryPlan.UNLIMITED;
    }

    private static List<OrderBy> order(StepMessage step) {
        return step.getOrderList().stream().map(PlanCodec::decode).toList();
    }

    private static AggregateCall decode(int place, AggregateMessage aggregate) {
        return new AggregateCall(
                known(place, Aggregation.ofCode(aggregate.getOp())),
                // Places beyond any list stay places: the check refuses them.
                aggregate.hasField() ? aggregate.getField() & Integer.MAX_VALUE : Node.NONE,
                aggregate.getName());
    }

    private static JoinStep decode(int place, JoinMessage join) {
        return new JoinStep(
                known(place, JoinKind.ofCode(join.getKind())),
                join.hasLookup() ? join.getLookup() & Integer.MAX_VALUE : Node.NONE,
                join.getBindingsList(),
                join.getLeftFieldsList(),
                join.getRightFieldsList(),
                join.getOutputsList(),
                join.getNamesList(),
                new JoinLimit(
                        join.hasMost() ? join.getMost() : QueryPlan.UNLIMITED,
                        known(place, JoinLimit.Excess.ofCode(join.getExcess()))),
                join.hasKeep() ? join.getKeep() : QueryPlan.UNLIMITED,
                join.getUnordered(),
                join.hasKeyed() ? ExpressionList.of(join.getKeyed()) : null,
                join.hasRest() ? ExpressionList.of(join.getRest()) : null,
                join.hasSkip() ? ExpressionList.of(join.getSkip()) : null,
                join.hasSubstitute() ? ExpressionList.of(join.getSubstitute()) : null);
    }

    private static <T> T known(int place, @Nullable T decoded) {
        if (decoded == null) {
            throw new BadPlanException("step " + place + " says something that is nothing known");
        }
        return decoded;
    }
}
