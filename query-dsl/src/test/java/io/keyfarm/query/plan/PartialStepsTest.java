package io.keyfarm.query.plan;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.keyfarm.query.Aggregates;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Table;
import io.keyfarm.query.proto.AggregateMessage;
import io.keyfarm.query.proto.OrderMessage;
import io.keyfarm.query.proto.PlanMessage;
import io.keyfarm.query.proto.StepMessage;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class PartialStepsTest {
    private static final Table TABLE = Table.of("t: a int32, b char(2) null, c varchar, d decimal(8,2)");

    /** 0: the read, 1: filter, 2: transform, 3: group. */
    private static final Flow FLOW = Flow.of(from(TABLE).where(TABLE.field("a").greaterThan(param("low"))))
            .where(TABLE.field("d").plus(param("more")).lessThan(9))
            .groupBy(TABLE.field("b").upper().as("big"))
            .aggregate(
                    Aggregates.sum(TABLE.field("d")).as("total"),
                    Aggregates.count().as("rows"));

    private static final QueryPlan PLAN =
            PartialGroups.of(FLOW.compile()).reads().get(0);

    @Test
    void shouldSayTheSameAfterItTravelled() {
        final QueryPlan arrived = QueryPlan.decode(PLAN.bytes());
        assertEquals(PLAN, arrived);
        assertEquals(PLAN.id(), arrived.id());
        assertEquals(
                "from(t).where(a > :low).select(b, d).filter(d + :more < 9).transform(upper(b) as big, d as d)"
                        + ".groupBy(big).partially(sum(d) as total, count() as rows)",
                arrived.toString());
        assertEquals(
                "t: big varchar null, state0_count int64, state0_sum int64, state0_upper int64, state1_count int64",
                arrived.rowSchema().toString());
        assertEquals("[:low, :more]", arrived.parameters().toString());
        assertEquals(PLAN, PartialGroups.of(FLOW.compile()).reads().get(0));
    }

    @Test
    void shouldRefuseStepsThatSlavesDoNotTake() {
        refuses("the last step of a read groups its rows", plan -> plan.removeSteps(2));
        refuses(
                "step 1 is none that slaves take",
                plan -> plan.getStepsBuilder(0).clear().setKind(3).addInputs(0));
        refuses(
                "step 1 is none that slaves take",
                plan -> plan.getStepsBuilder(0).clear().setKind(1).setRead(0));
        refuses(
                "step 2 is none that slaves take",
                plan -> plan.getStepsBuilder(1).clear().setKind(2).addInputs(1).addFields(0));
        refuses("slaves take at most 16 steps behind a read, but this one has 23", plan -> {
            final StepMessage filter = plan.getSteps(0);
            for (int i = 0; i < 20; i++) {
                plan.addSteps(0, filter.toBuilder().setInputs(0, 19 - i));
            }
            for (int i = 0; i < plan.getStepsCount(); i++) {
                plan.getStepsBuilder(i).setInputs(0, i);
            }
        });
        refuses("a plan has at most 1024 steps", plan -> {
            for (int i = 0; i < 1100; i++) {
                plan.addSteps(StepMessage.getDefaultInstance());
            }
        });
    }

    @Test
    void shouldRefuseStepsThatMakeNoLine() {
        refuses(
                "step 2 takes the rows of step 0, which is not the one before it",
                plan -> plan.getStepsBuilder(1).setInputs(0, 0));
        refuses(
                "step 1 takes the rows of step 4294967295, which is not",
                plan -> plan.getStepsBuilder(0).setInputs(0, -1));
        refuses(
                "step 1 takes the rows of 2 steps, not of 1",
                plan -> plan.getStepsBuilder(0).addInputs(0));
        refuses(
                "a plan of version 1 is one read, and has no others",
                plan -> plan.addReads(com.google.protobuf.ByteString.EMPTY));
    }

    @Test
    void shouldRefuseWhatTheRowsHaveNot() {
        refuses("step 3 names field 7 of 2", plan -> plan.getStepsBuilder(2).setFields(0, 7));
        refuses("step 3 names no field twice", plan -> plan.getStepsBuilder(2).addFields(0));
        refuses(
                "step 3 names field 9 of 2",
                plan -> plan.getStepsBuilder(2).getAggregatesBuilder(0).setField(9));
        refuses(
                "step 3: there is no sum of big",
                plan -> plan.getStepsBuilder(2).getAggregatesBuilder(0).setField(0));
        refuses(
                "step 3 counts rows, and no field of them",
                plan -> plan.getStepsBuilder(2).getAggregatesBuilder(1).setField(0));
        refuses(
                "step 3 says something that is nothing known",
                plan -> plan.getStepsBuilder(2).getAggregatesBuilder(1).setOp(11));
        refuses(
                "the countDistinct of d cannot be put together",
                plan -> plan.getStepsBuilder(2).getAggregatesBuilder(0).setOp(3));
        refuses("step 3 has at most 256 aggregates", plan -> {
            final AggregateMessage rows = plan.getSteps(2).getAggregates(1);
            for (int i = 0; i < 300; i++) {
                plan.getStepsBuilder(2).addAggregates(rows.toBuilder().setName("n" + i));
            }
        });
        refuses("step 1 reads by :more", plan -> plan.removeParameters(1));
        refuses("step 1 computes with d", plan -> plan.setOutput(1, 0));
    }

    @Test
    void shouldRefuseOrdersAndLimitsOfGroupedRows() {
        final String message = "rows that are grouped where they are have no order, limit, offset or count";
        refuses(message, plan -> plan.setLimit(7));
        refuses(message, plan -> plan.setOffset(7));
        refuses(message, plan -> plan.addOrder(OrderMessage.getDefaultInstance()));
        refuses(message, plan -> plan.setCount(true).clearOutput());
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        final UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        refuses(
                "the plan has an unknown field 99 in StepMessage",
                plan -> plan.getStepsBuilder(2).setUnknownFields(unknown));
        refuses(
                "the plan has an unknown field 99 in AggregateMessage",
                plan -> plan.getStepsBuilder(2).getAggregatesBuilder(0).setUnknownFields(unknown));
    }

    @Test
    void shouldRefuseAFlowOverStates() {
        final FlowDraft draft = new FlowDraft(PLAN.parameters(), List.of(PLAN), List.of(new Step.Read(0)));
        final BadPlanException refused = assertThrows(BadPlanException.class, () -> FlowPlan.of(draft));
        assertEquals("step 0 reads rows, and not states of groups", refused.getMessage());
    }

    private static void refuses(String message, Consumer<PlanMessage.Builder> change) {
        try {
            final PlanMessage.Builder plan = PlanMessage.parseFrom(PLAN.bytes()).toBuilder();
            change.accept(plan);
            final byte[] bytes = plan.build().toByteArray();
            final String said = assertThrows(BadPlanException.class, () -> QueryPlan.decode(bytes), message)
                    .getMessage();
            assertTrue(said != null && said.startsWith(message), () -> message + " | " + said);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
