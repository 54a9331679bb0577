package io.keyfarm.query.flow;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.first;
import static io.keyfarm.query.Aggregates.max;
import static io.keyfarm.query.Children.children;
import static io.keyfarm.query.Query.from;
import static io.keyfarm.query.Running.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keyfarm.query.BadQueryException;
import io.keyfarm.query.Children;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Children of rows that come in batches of any size, within any memory, against a nested loop. */
final class ChildrenActivityTest {
    private static final Table LEFT = Table.of("l: a int8 null, name varchar null");
    private static final Table RIGHT = Table.of("r: x int8 null, n int16, y varchar null");
    private static final FieldRef N = RIGHT.field("n");
    private static final FieldRef Y = RIGHT.field("y");

    @Test
    void shouldTellOfChildrenAsANestedLoopDoes() {
        FlowCases.forSeeds(80, seed -> {
            final Random random = new Random(seed);
            final boolean folds = random.nextBoolean();
            final long limit = random.nextBoolean() ? random.nextInt(4) : Long.MAX_VALUE;
            final Children found = children(RIGHT)
                    .on(RIGHT.field("x").is(LEFT.field("a")))
                    .orderBy(N.ascending(), Y.descending())
                    .limit(limit);
            final Flow flow = from(LEFT)
                    .denormalize(
                            folds
                                    ? found.fold(
                                            running(
                                                    "sum",
                                                    0,
                                                    before ->
                                                            before.field("sum").plus(N)),
                                            running("last", LEFT.field("name"), before -> Y))
                                    : found.aggregate(count().as("kids"), max(Y).as("most"), first(Y).as("first")));
            final FlowPlan plan = FlowPlan.decode(flow.compile().bytes());
            final Step.Denormalize step =
                    (Step.Denormalize) plan.steps().get(plan.steps().size() - 1);
            assertEquals(flow.schema(), plan.outputSchema());
            try (RandomRows left = RandomRows.of(LEFT.schema(), random);
                    RandomRows right = RandomRows.of(RIGHT.schema(), random.nextInt(150), random)) {
                final List<List<@Nullable Object>> rows = FlowCases.run(
                        random,
                        (in, memory) -> new ChildrenActivity(
                                left.trickle(random, in),
                                new HashJoinCore(
                                        left.layout(),
                                        new int[] {0},
                                        right.trickle(random, in),
                                        new int[] {0},
                                        memory,
                                        StopSignal.NEVER),
                                step.how(),
                                new RecordLayout(plan.outputSchema()),
                                null,
                                memory,
                                StopSignal.NEVER));
                final List<List<@Nullable Object>> expected = new ArrayList<>();
                left.rows.forEach(row -> expected.add(expected(row, kids(row, right, limit), folds)));
                assertEquals(expected, rows);
            }
        });
    }

    private static List<List<@Nullable Object>> kids(List<@Nullable Object> row, RandomRows right, long limit) {
        return right.rows.stream()
                .filter(kid -> kid.get(0) != null && kid.get(0).equals(row.get(0)))
                .sorted(FlowCases.comparator(List.of(new SortField(1, false), new SortField(2, true))))
                .limit(limit)
                .toList();
    }

    private static List<@Nullable Object> expected(
            List<@Nullable Object> row, List<List<@Nullable Object>> kids, boolean folds) {
        final List<@Nullable Object> made = new ArrayList<>(row);
        long sum = 0;
        Object last = row.get(1);
        Object most = null;
        Object first = null;
        for (final List<@Nullable Object> kid : kids) {
            sum += ((Number) Objects.requireNonNull(kid.get(1))).longValue();
            last = kid.get(2);
            if (last != null) {
                first = first == null ? last : first;
                most = most == null || FlowCases.compare(last, most) > 0 ? last : most;
            }
        }
        if (folds) {
            made.add(sum);
            made.add(last);
        } else {
            made.add((long) kids.size());
            made.add(most);
            made.add(first);
        }
        return made;
    }

    @Test
    void shouldSayWhatIsMissing() {
        final Children matched = children(RIGHT).on(RIGHT.field("x").is(LEFT.field("a")));
        assertEquals(
                "children are aggregated or folded, so say aggregate(...) or fold(...)",
                assertThrows(BadQueryException.class, () -> from(LEFT).denormalize(matched))
                        .getMessage());
        assertEquals(
                "from(l).denormalize(children(from(r)).on(r.x is l.a).orderBy(n).limit(2).aggregate(count() as count))",
                from(LEFT)
                        .denormalize(matched.orderBy(N.ascending()).limit(2).aggregate(count()))
                        .toString());
        assertEquals(
                "from(l).denormalize(children(from(r)).on(r.x is l.a).fold(before.s + r.n as s))",
                from(LEFT)
                        .denormalize(matched.fold(
                                running("s", 0, before -> before.field("s").plus(N))))
                        .toString());
    }
}
