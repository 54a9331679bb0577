package io.keyfarm.query.flow;

import static io.keyfarm.query.Expr.caseWhen;
import static io.keyfarm.query.Expr.coalesce;
import static io.keyfarm.query.Expr.concat;
import static io.keyfarm.query.Query.from;
import static io.keyfarm.query.Running.running;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Running;
import io.keyfarm.query.Runs;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RecordLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values carried from row to row, against a loop over Java objects. */
final class IterateActivityTest {
    private static final Table TABLE =
            Table.of("t: a int8 null, b bool, n int16, name varchar null, code char(4), at date");
    private static final FieldRef A = TABLE.field("a");
    private static final FieldRef B = TABLE.field("b");
    private static final FieldRef N = TABLE.field("n");
    private static final FieldRef NAME = TABLE.field("name");

    /** A number, text that grows and shrinks, the row before, the first row of the run. */
    private static final Running[] VALUES = {
        running("total", 10, before -> before.field("total").plus(N)),
        running("rows", 0, before -> before.field("rows").plus(1)),
        running(
                "longest",
                "",
                before -> caseWhen(
                                NAME.length()
                                        .greaterThan(before.field("longest").length()),
                                NAME)
                        .when(before.field("rows").remainder(7).is(6), "")
                        .otherwise(before.field("longest"))),
        running("gap", FieldType.INT64, before -> N.minus(before.field(N))),
        running("last_name", FieldType.VARCHAR, before -> before.field(NAME)),
        running("began", TABLE.field("code"), before -> before.field("began"))
    };

    @Test
    void shouldCarryValuesAsALoopDoes() {
        FlowCases.forSeeds(150, seed -> {
            final Random random = new Random(seed);
            final boolean rollsUp = random.nextBoolean();
            final boolean hasFields = random.nextBoolean();
            final boolean asksWhen = random.nextBoolean();
            Runs runs = from(TABLE).runsOf(hasFields ? new FieldRef[] {A, B} : new FieldRef[0]);
            if (asksWhen) {
                runs = runs.when(before ->
                        before.field("total").plus(coalesce(before.field(N), 0)).lessThan(500));
            }
            final Flow flow = rollsUp ? runs.rollup(VALUES) : runs.iterate(VALUES);
            final FlowPlan plan = FlowPlan.decode(flow.compile().bytes());
            final Step.Iterate step =
                    (Step.Iterate) plan.steps().get(plan.steps().size() - 1);
            assertEquals(flow.schema(), plan.outputSchema());
            try (RandomRows table = RandomRows.of(TABLE.schema(), random)) {
                final List<List<@Nullable Object>> found = FlowCases.run(
                        random,
                        (in, memory) -> new IterateActivity(
                                table.trickle(random, in),
                                step,
                                new RecordLayout(plan.outputSchema()),
                                memory,
                                StopSignal.NEVER));
                final Judge judge = new Judge(rollsUp, hasFields, asksWhen);
                table.rows.forEach(judge::take);
                assertEquals(judge.rows(), found);
            }
        });
    }

    private static final class Judge {
        private final boolean rollsUp;
        private final boolean hasFields;
        private final boolean asksWhen;
        private final List<List<@Nullable Object>> rows = new ArrayList<>();
        private @Nullable List<@Nullable Object> last;
        private @Nullable List<@Nullable Object> first;
        private @Nullable List<@Nullable Object> before;
        private long total;
        private long count;
        private @Nullable String longest;
        private @Nullable Object gap;
        private @Nullable Object lastName;
        private @Nullable Object began;

        Judge(boolean rollsUp, boolean hasFields, boolean asksWhen) {
            this.rollsUp = rollsUp;
            this.hasFields = hasFields;
            this.asksWhen = asksWhen;
        }

        void take(List<@Nullable Object> row) {
            final boolean goesOn = last != null
                    && (!hasFields || last.subList(0, 2).equals(row.subList(0, 2)))
                    && (!asksWhen || total + (before == null ? 0 : number(before)) < 500);
            if (!goesOn) {
                if (rollsUp && first != null) {
                    close(first);
                }
                total = 10;
                count = 0;
                longest = "";
                gap = null;
                lastName = null;
                began = row.get(4);
                before = rollsUp ? row : null;
                first = row;
            }
            if (goesOn || !rollsUp) {
                step(row);
            }
            if (!rollsUp) {
                close(row);
                before = row;
            }
            last = row;
        }

        private static long number(List<@Nullable Object> row) {
            return ((Number) Objects.requireNonNull(row.get(2))).longValue();
        }

        private void step(List<@Nullable Object> row) {
            total += number(row);
            final String name = row.get(3) == null
                    ? null
                    : new String(
                            HexFormat.of().parseHex((String) Objects.requireNonNull(row.get(3))),
                            StandardCharsets.UTF_8);
            final String soFar = longest;
            final int soFarLength = soFar == null ? -1 : soFar.codePointCount(0, soFar.length());
            if (name != null && soFar != null && name.codePointCount(0, name.length()) > soFarLength) {
                longest = name;
            } else if (count % 7 == 6) {
                longest = "";
            }
            count++;
            gap = before == null ? null : (Object) (number(row) - number(before));
            lastName = before == null ? null : before.get(3);
        }

        private void close(List<@Nullable Object> row) {
            final List<@Nullable Object> made = new ArrayList<>(row);
            made.add(total);
            made.add(count);
            made.add(longest == null ? null : HexFormat.of().formatHex(longest.getBytes(StandardCharsets.UTF_8)));
            made.add(gap);
            made.add(lastName);
            made.add(began);
            rows.add(made);
        }

        List<List<@Nullable Object>> rows() {
            if (rollsUp && first != null) {
                close(first);
                first = null;
            }
            return rows;
        }
    }

    @Test
    void shouldPrintItsWords() {
        assertEquals(
                "from(t).runsOf(a).when(t.n > before.n).iterate(concat(before.text, t.name) as text)",
                from(TABLE)
                        .runsOf(A)
                        .when(before -> N.greaterThan(before.field(N)))
                        .iterate(running("text", "", before -> concat(before.field("text"), NAME)))
                        .toString());
    }
}
