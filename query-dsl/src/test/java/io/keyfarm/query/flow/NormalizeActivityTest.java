package io.keyfarm.query.flow;

import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keyfarm.query.BadQueryException;
import io.keyfarm.query.Expr;
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

/** Rows that are repeated, against a loop over Java objects. */
final class NormalizeActivityTest {
    private static final Table TABLE = Table.of("t: a int8 null, name varchar null, code char(4)");

    @Test
    void shouldRepeatRowsAsALoopDoes() {
        FlowCases.forSeeds(100, seed -> {
            final Random random = new Random(seed);
            final int constant = random.nextInt(5) - 1;
            final boolean isComputed = random.nextBoolean();
            // A row in eight comes more often than a batch has room for.
            final Expr computed = Expr.caseWhen(TABLE.field("a").remainder(8).is(3), 700)
                    .otherwise(TABLE.field("a").remainder(4));
            final Flow flow = from(TABLE).normalize(isComputed ? computed : constant, "n");
            final FlowPlan plan = FlowPlan.decode(flow.compile().bytes());
            final Step.Normalize step = (Step.Normalize) plan.steps().get(1);
            try (RandomRows table = RandomRows.of(TABLE.schema(), random.nextInt(80), random)) {
                final List<List<@Nullable Object>> expected = new ArrayList<>();
                for (final List<@Nullable Object> row : table.rows) {
                    final long times = isComputed ? times(row.get(0)) : constant;
                    for (long n = 1; n <= times; n++) {
                        final List<@Nullable Object> made = new ArrayList<>(row);
                        made.add(n);
                        expected.add(made);
                    }
                }
                assertEquals(
                        expected,
                        FlowCases.run(
                                random,
                                (in, memory) -> new NormalizeActivity(
                                        table.trickle(random, in),
                                        step.times(),
                                        new RecordLayout(plan.outputSchema()),
                                        memory,
                                        StopSignal.NEVER)));
            }
        });
    }

    private static long times(@Nullable Object a) {
        if (a == null) {
            return 0;
        }
        final long number = ((Number) Objects.requireNonNull(a)).longValue();
        return number % 8 == 3 ? 700 : number % 4;
    }

    @Test
    void shouldRefuseWhatIsNoWholeNumber() {
        assertEquals(
                "normalize repeats rows by a whole number, not by name, which is varchar",
                assertThrows(BadQueryException.class, () -> from(TABLE).normalize(TABLE.field("name"), "n"))
                        .getMessage());
        assertEquals(
                "from(t).normalize(a, n)",
                from(TABLE).normalize(TABLE.field("a"), "n").toString());
    }
}
