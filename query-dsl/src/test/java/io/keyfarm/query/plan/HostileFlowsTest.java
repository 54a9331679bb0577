package io.keyfarm.query.plan;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.sum;
import static io.keyfarm.query.Children.children;
import static io.keyfarm.query.Join.all;
import static io.keyfarm.query.Join.inner;
import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static io.keyfarm.query.Running.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Table;
import io.keyfarm.rows.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Plans of several steps that nobody's words have made. */
final class HostileFlowsTest {
    private static final Table LEFT = Table.of("l: a int32, b varchar null, c decimal(8,2)");
    private static final Table RIGHT = Table.of("r: x int32, y varchar null, z date");
    private static final FieldRef A = LEFT.field("a");
    private static final FieldRef C = LEFT.field("c");
    private static final FieldRef X = RIGHT.field("x");

    private static final List<Flow> FLOWS = List.of(
            from(LEFT)
                    .denormalize(children(RIGHT)
                            .on(X.is(A).and(X.plus(A).greaterThan(3)))
                            .orderBy(X.ascending())
                            .limit(3)
                            .aggregate(count(), sum(X.times(C)))),
            from(LEFT)
                    .denormalize(children(from(RIGHT).distinct())
                            .on(X.is(A))
                            .fold(running(
                                    "sum", C, before -> before.field("sum").plus(X)))),
            from(LEFT).normalize(A.plus(param("more", FieldType.INT64)), "n").select("n"),
            from(LEFT)
                    .join(inner(RIGHT).on(X.is(A)).limit(3).onFail(A.plus(1).as("x")))
                    .groupBy(X)
                    .aggregate(count(), sum(C)),
            from(LEFT)
                    .runsOf(A)
                    .when(before -> before.field(C).lessThan(param("p")))
                    .iterate(
                            running("total", 0, before -> before.field("total").plus(C)),
                            running("last", FieldType.VARCHAR, before -> before.field(LEFT.field("b")))),
            all(from(LEFT).where(C.greaterThan(3)), from(LEFT), from(LEFT))
                    .atLeast(2)
                    .counted("n")
                    .by("a", "b"),
            all(from(LEFT), from(LEFT).where(C.lessThan(param("c"))))
                    .leftOnly()
                    .by("a")
                    .select("c"));

    @Test
    void shouldRefuseOrTakeWhateverArrives() {
        final long seed = Long.getLong("keyfarm.test.seed", 7);
        final Random random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < 20_000 * Integer.getInteger("keyfarm.test.scale", 1); i++) {
            final byte[] bytes =
                    FLOWS.get(random.nextInt(FLOWS.size())).compile().bytes();
            for (int k = 1 + random.nextInt(3); k > 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(random.nextBoolean() ? 256 : 20);
            }
            try {
                final FlowPlan plan = FlowPlan.decode(bytes);
                assertTrue(!plan.toString().isEmpty());
                FlowPruner.prune(new FlowDraft(plan.parameters(), plan.reads(), plan.steps()));
                taken++;
            } catch (BadPlanException e) {
                assertTrue(e.getMessage() != null);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", case " + i + ": " + e, e);
            }
        }
        assertTrue(taken > 100, "taken: " + taken);
    }

    @Test
    void shouldKnowWhereFieldsAreThatARowIsOrderedBy() {
        final FlowPlan plan = from(LEFT)
                .orderBy(C.descending())
                .join(inner(RIGHT).on(X.is(A)))
                .select("x", "y")
                .compile();
        final Step.Join join = (Step.Join) plan.steps().get(2);
        final int leftCount = plan.schema(join.left()).fieldCount();
        assertEquals(List.of(leftCount, leftCount + 1), join.how().outputs());
        assertEquals("[x, y]", join.how().names().toString());
    }

    @Test
    void shouldLeaveOutOrdersThatNobodySees() {
        final FlowPlan plan = from(LEFT)
                .orderBy(C.descending())
                .select(A.column(), C.times(2).as("twice"))
                .orderBy(A.ascending())
                .where(A.greaterThan(3))
                .join(inner(RIGHT).on(X.is(A)).unordered())
                .select("x")
                .compile();
        assertTrue(plan.reads().stream().noneMatch(QueryPlan::isOrdered));
        assertTrue(plan.steps().stream()
                .allMatch(step ->
                        !(step instanceof Step.Sort sort) || sort.order().isEmpty()));
        final FlowPlan first = from(LEFT)
                .orderBy(C.descending())
                .limit(3)
                .join(inner(RIGHT).on(X.is(A)).unordered())
                .compile();
        assertTrue(first.reads().get(0).isOrdered());
    }

    @Test
    void shouldJoinOnlyWhatIsInOrder() {
        final FlowPlan plan =
                all(from(LEFT), from(LEFT), from(LEFT)).atLeast(2).by("a").compile();
        assertEquals(plan, FlowPlan.decode(plan.bytes()));
        final Step.MergeJoin join = (Step.MergeJoin) plan.steps().get(3);
        final MergeJoinStep how = join.how();
        assertRefused("step 3 joins input 0, whose rows are not in order of its keys", plan, join, withKeys(how, 1));
        final List<QueryPlan> reads = new ArrayList<>(plan.reads());
        reads.set(
                0,
                from(LEFT)
                        .where(A.atMost(param("from_0").optional()))
                        .orderBy(A.ascending())
                        .compile());
        final FlowDraft other = new FlowDraft(plan.parameters(), reads, plan.steps());
        assertEquals(
                "step 3 cannot read input 0 from a value on by :from_0",
                assertThrows(BadPlanException.class, () -> FlowPlan.of(other)).getMessage());
        assertRefused("step 3 cannot read input 0 from a value on by :from_0", plan, join, with(how, 1, how.skips()));
        assertRefused("step 3 hands on values that 1 to 3 inputs have", plan, join, with(how, 4, how.skips()));
        assertRefused(
                "step 0 reads by :from_0?, which the plan does not have so",
                plan,
                join,
                with(how, 2, List.of("", "", "")));
    }

    private static MergeJoinStep with(MergeJoinStep how, int least, List<String> skips) {
        return new MergeJoinStep(
                how.keys(), how.needsFirst(), least, how.most(), how.once(), how.outputs(), how.names(), skips);
    }

    private static MergeJoinStep withKeys(MergeJoinStep how, int key) {
        final List<List<Integer>> keys = List.of(List.of(key), List.of(key), List.of(key));
        return new MergeJoinStep(
                keys, how.needsFirst(), how.least(), how.most(), how.once(), how.outputs(), how.names(), how.skips());
    }

    private static void assertRefused(String message, FlowPlan plan, Step.MergeJoin join, MergeJoinStep how) {
        final List<Step> steps = new ArrayList<>(plan.steps());
        steps.set(3, new Step.MergeJoin(join.of(), how));
        final FlowDraft draft = new FlowDraft(plan.parameters(), plan.reads(), steps);
        final String refused = String.valueOf(
                assertThrows(BadPlanException.class, () -> FlowPlan.of(draft)).getMessage());
        assertTrue(refused.startsWith(message), refused);
    }

    @Test
    void shouldReadOnlyWhatIsCarried() {
        final FlowPlan plan = from(LEFT)
                .iterate(running("total", 0, before -> before.field("total").plus(C)))
                .select("total")
                .compile();
        assertEquals("from(l).select(c)", plan.reads().get(0).toString());
        final FlowPlan ofRuns = from(LEFT)
                .runsOf(LEFT.field("b"))
                .when(before -> before.field(A).is(A))
                .rollup(running("total", C, before -> before.field("total").plus(C)))
                .compile();
        assertEquals(
                "l: a int32, b varchar null, c decimal(8,2), total decimal(18,2) null",
                ofRuns.outputSchema().toString());
    }

    @Test
    void shouldSayWhatIsWrongWithAFold() {
        final FlowPlan plan = from(LEFT)
                .iterate(running("total", 0, before -> before.field("total").plus(A)))
                .compile();
        final Step.Iterate step = (Step.Iterate) plan.steps().get(1);
        final FoldStep fold = step.fold();
        assertRefused(plan, new Step.Iterate(0, List.of(7), false, fold), "names field 7 of 3");
        assertRefused(plan, new Step.Iterate(0, List.of(1, 1), false, fold), "names no field twice");
        assertRefused(
                plan,
                new Step.Iterate(0, List.of(), false, new FoldStep(null, fold.next(), fold.next())),
                "but its rows are l: a int32");
        final ExpressionList otherStart = startOf(from(LEFT).iterate(running("other", 0, before -> A)));
        assertRefused(
                plan,
                new Step.Iterate(0, List.of(), false, new FoldStep(null, otherStart, fold.next())),
                "which is no value of that type");
        assertRefused(
                plan,
                new Step.Iterate(0, List.of(), false, new FoldStep(fold.next(), null, fold.next())),
                "asks one condition");
    }

    @Test
    void shouldSayWhatIsWrongWithChildren() {
        final FlowPlan plan = from(LEFT)
                .denormalize(children(RIGHT).on(X.is(A)).aggregate(count(), sum(X)))
                .compile();
        final Step.Denormalize step = (Step.Denormalize) plan.steps().get(2);
        final ChildrenStep how = step.how();
        assertRefused(plan, with(how.matching(), null, how.aggregates()), "aggregates values, or counts rows");
        assertRefused(plan, with(how.matching(), how.values(), List.of()), "aggregates children, or folds them");
        assertRefused(
                plan,
                new Step.Denormalize(
                        0,
                        1,
                        new ChildrenStep(
                                how.matching(),
                                List.of(new OrderBy(9, false)),
                                1,
                                how.values(),
                                how.aggregates(),
                                null)),
                "names field 9");
        final JoinStep inner = ((Step.Join) from(LEFT)
                        .join(inner(RIGHT).on(X.is(A)))
                        .compile()
                        .steps()
                        .get(2))
                .how();
        assertRefused(plan, with(inner, how.values(), how.aggregates()), "as a left outer join without more words");
    }

    private static Step with(JoinStep matching, @Nullable ExpressionList values, List<AggregateCall> aggregates) {
        return new Step.Denormalize(
                0, 1, new ChildrenStep(matching, List.of(), QueryPlan.UNLIMITED, values, aggregates, null));
    }

    private static ExpressionList startOf(Flow flow) {
        final FlowPlan plan = flow.compile();
        final ExpressionList start = ((Step.Iterate) plan.steps().get(1)).fold().start();
        assert start != null;
        return start;
    }

    static void assertRefused(FlowPlan plan, Step last, String why) {
        final List<Step> steps = new ArrayList<>(plan.steps());
        steps.set(steps.size() - 1, last);
        final BadPlanException e = assertThrows(
                BadPlanException.class, () -> FlowPlan.of(new FlowDraft(plan.parameters(), plan.reads(), steps)));
        assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
    }
}
