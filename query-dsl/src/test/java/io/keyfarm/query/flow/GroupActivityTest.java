package io.keyfarm.query.flow;

import static io.keyfarm.query.flow.FlowCases.forSeeds;
import static io.keyfarm.query.flow.FlowCases.pick;
import static io.keyfarm.query.flow.FlowCases.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.plan.AggregateCall;
import io.keyfarm.query.plan.Aggregation;
import io.keyfarm.query.plan.GroupShape;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GroupActivityTest {
    /** What no int64 or decimal holds. */
    private static final String OVERFLOW = "overflow";

    @Test
    void shouldGroupAsAMapDoes() {
        forSeeds(400, seed -> {
            final Random random = new Random(seed);
            try (RandomRows table = RandomRows.of(random)) {
                final GroupShape shape = randomShape(random, table.slab.schema(), true);
                check(
                        shape,
                        table,
                        () -> run(
                                random,
                                (in, memory) -> GroupActivity.complete(
                                        table.trickle(random, in), shape, memory, StopSignal.NEVER)),
                        true);
            }
        });
    }

    @Test
    void shouldPutThePartsOfSlavesTogether() {
        forSeeds(400, seed -> {
            final Random random = new Random(seed);
            try (RandomRows table = RandomRows.of(random)) {
                final GroupShape shape = randomShape(random, table.slab.schema(), false);
                final int parts = 1 + random.nextInt(4);
                check(
                        shape,
                        table,
                        () -> run(
                                random,
                                (in, memory) -> GroupActivity.fromStates(
                                        parts(table, shape, parts, random, in), shape, memory, StopSignal.NEVER)),
                        false);
            }
        });
    }

    /** Parts of neighbouring rows, numbered apart, which come in any order. */
    private static Activity parts(RandomRows table, GroupShape shape, int count, Random random, FlowMemory memory) {
        final List<Activity> parts = new ArrayList<>();
        final int rows = table.slab.rowCount();
        for (int i = 0; i < count; i++) {
            final Activity part = new TrickleActivity(
                    table.slab, rows * i / count, 1, rows * (i + 1) / count, random.nextLong(), memory);
            parts.add(GroupActivity.partial(part, shape, (long) i << 40, memory, StopSignal.NEVER));
        }
        Collections.shuffle(parts, new Random(rows));
        return new UnionAllActivity(parts);
    }

    private static GroupShape randomShape(Random random, TableSchema schema, boolean withDistinct) {
        final int[] groups = random.nextInt(6) == 0 ? new int[0] : FlowCases.randomFields(random, schema.fieldCount());
        final List<AggregateCall> calls = new ArrayList<>();
        final int wanted = groups.length == 0 ? 1 + random.nextInt(5) : random.nextInt(6);
        while (calls.size() < wanted) {
            final Aggregation what = FlowCases.oneOf(Aggregation.values(), random);
            final int field = random.nextInt(schema.fieldCount());
            final FieldType type = schema.field(field).type();
            final boolean isNumber = type.kind().isFloating()
                    || type.kind().word().contains("int")
                    || type.kind().word().equals("decimal");
            if (what == Aggregation.COUNT_ROWS) {
                calls.add(AggregateCall.countRows("c" + calls.size()));
            } else if ((isNumber || (what != Aggregation.SUM && what != Aggregation.AVG))
                    && (withDistinct || what != Aggregation.COUNT_DISTINCT)) {
                calls.add(new AggregateCall(what, field, "c" + calls.size()));
            }
        }
        return GroupShape.of(schema, groups, calls);
    }

    private interface Answer {
        List<List<@Nullable Object>> rows();
    }

    private static void check(GroupShape shape, RandomRows table, Answer answer, boolean isOrdered) {
        final Map<List<@Nullable Object>, List<@Nullable Object>> expected = expected(shape, table);
        if (expected.values().stream().anyMatch(row -> row.contains(OVERFLOW))) {
            final BadValueException e = assertThrows(BadValueException.class, answer::rows);
            assertTrue(String.valueOf(e.getMessage()).contains(" is a sum of "), e.getMessage());
            return;
        }
        final List<List<@Nullable Object>> rows = answer.rows();
        final Map<List<@Nullable Object>, List<@Nullable Object>> found = new LinkedHashMap<>();
        for (final List<@Nullable Object> row : rows) {
            found.put(row.subList(0, shape.groupFields().length), row);
        }
        assertEquals(rows.size(), found.size(), "groups come once");
        for (final Map.Entry<List<@Nullable Object>, List<@Nullable Object>> group : expected.entrySet()) {
            settleEstimates(shape, group.getValue(), Objects.requireNonNull(found.get(group.getKey())));
        }
        assertEquals(expected, found);
        if (isOrdered) {
            assertEquals(new ArrayList<>(expected.keySet()), new ArrayList<>(found.keySet()));
        }
    }

    /** An estimate that is near enough is as good as exact. */
    private static void settleEstimates(
            GroupShape shape, List<@Nullable Object> expected, List<@Nullable Object> found) {
        for (int i = 0; i < shape.calls().size(); i++) {
            if (shape.calls().get(i).what() == Aggregation.APPROXIMATE_DISTINCT) {
                final int field = shape.groupFields().length + i;
                final long exact = (Long) Objects.requireNonNull(expected.get(field));
                final long estimate = (Long) Objects.requireNonNull(found.get(field));
                assertEquals((double) exact, (double) estimate, Math.max(2, exact * 0.08));
                expected.set(field, estimate);
            }
        }
    }

    private static Map<List<@Nullable Object>, List<@Nullable Object>> expected(GroupShape shape, RandomRows table) {
        final Map<List<@Nullable Object>, List<List<@Nullable Object>>> groups = new LinkedHashMap<>();
        if (shape.groupFields().length == 0) {
            groups.put(List.of(), new ArrayList<>());
        }
        for (final List<@Nullable Object> row : table.rows) {
            groups.computeIfAbsent(pick(row, shape.groupFields()), key -> new ArrayList<>())
                    .add(row);
        }
        final Map<List<@Nullable Object>, List<@Nullable Object>> expected = new LinkedHashMap<>();
        groups.forEach((key, rows) -> {
            final List<@Nullable Object> row = new ArrayList<>(key);
            shape.calls().forEach(call -> row.add(result(call, rows, shape.rows())));
            expected.put(key, row);
        });
        return expected;
    }

    private static @Nullable Object result(AggregateCall call, List<List<@Nullable Object>> rows, TableSchema schema) {
        if (call.what() == Aggregation.COUNT_ROWS) {
            return (long) rows.size();
        }
        final List<Object> values = new ArrayList<>();
        for (final List<@Nullable Object> row : rows) {
            if (row.get(call.field()) != null) {
                values.add(Objects.requireNonNull(row.get(call.field())));
            }
        }
        return switch (call.what()) {
            case COUNT_ROWS -> throw new AssertionError();
            case COUNT -> (long) values.size();
            case COUNT_DISTINCT, APPROXIMATE_DISTINCT -> (long) new HashSet<>(values).size();
            case MIN -> values.stream().min(FlowCases::compare).orElse(null);
            case MAX -> values.stream().max(FlowCases::compare).orElse(null);
            case FIRST -> values.isEmpty() ? null : values.get(0);
            case LAST -> values.isEmpty() ? null : values.get(values.size() - 1);
            case SUM ->
                values.isEmpty() ? null : sum(values, schema.field(call.field()).type());
            case AVG -> values.isEmpty() ? null : average(values);
        };
    }

    private static Object sum(List<Object> values, FieldType type) {
        if (values.get(0) instanceof Double) {
            return settle(values.stream().mapToDouble(value -> (Double) value).reduce(0, Double::sum));
        }
        final BigDecimal sum = exactSum(values);
        final BigDecimal most = type.kind().word().equals("decimal")
                ? BigDecimal.TEN.pow(18).subtract(BigDecimal.ONE).scaleByPowerOfTen(-type.scale())
                : BigDecimal.valueOf(Long.MAX_VALUE);
        final BigDecimal least =
                type.kind().word().equals("decimal") ? most.negate() : BigDecimal.valueOf(Long.MIN_VALUE);
        if (sum.compareTo(most) > 0 || sum.compareTo(least) < 0) {
            return OVERFLOW;
        }
        return values.get(0) instanceof Long ? (Object) sum.longValueExact() : sum;
    }

    private static BigDecimal exactSum(List<Object> values) {
        return values.stream()
                .map(value -> value instanceof Long number ? BigDecimal.valueOf(number) : (BigDecimal) value)
                .reduce(BigDecimal::add)
                .orElseThrow();
    }

    private static double average(List<Object> values) {
        if (values.get(0) instanceof Double) {
            return settle(values.stream().mapToDouble(value -> (Double) value).reduce(0, Double::sum) / values.size());
        }
        return exactSum(values)
                .divide(BigDecimal.valueOf(values.size()), MathContext.DECIMAL128)
                .doubleValue();
    }

    private static double settle(double value) {
        return value == 0 ? 0.0 : value;
    }

    @Test
    void shouldAnswerOneRowOfNoRows() {
        final Random random = new Random(2);
        final TableSchema schema = TableSchema.parse("t: a int32, b varchar null");
        final GroupShape shape = GroupShape.of(
                schema,
                new int[0],
                List.of(
                        AggregateCall.countRows("rows"),
                        new AggregateCall(Aggregation.SUM, 0, "sum"),
                        new AggregateCall(Aggregation.MAX, 1, "max"),
                        new AggregateCall(Aggregation.APPROXIMATE_DISTINCT, 1, "about")));
        try (RandomRows table = RandomRows.of(schema, 0, random)) {
            final List<List<@Nullable Object>> expected = List.of(Arrays.asList(0L, null, null, 0L));
            assertEquals(
                    expected,
                    run(
                            random,
                            (in, memory) -> GroupActivity.complete(
                                    table.trickle(random, in), shape, memory, StopSignal.NEVER)));
            assertEquals(
                    expected,
                    run(
                            random,
                            (in, memory) -> GroupActivity.fromStates(
                                    parts(table, shape, 3, random, in), shape, memory, StopSignal.NEVER)));
        }
    }

    @Test
    void shouldAddUpExactlyWhateverOverflowsOnTheWay() {
        final Random random = new Random(2);
        final long most = Long.MAX_VALUE;
        final long least = Long.MIN_VALUE;
        assertEquals(List.of(most), sums(random, most, most, most, 5, least, least, -3));
        assertEquals(List.of(least), sums(random, least, least, least, most, most, 2));
        final BadValueException e = assertThrows(BadValueException.class, () -> sums(random, most, 1));
        assertEquals("sum is a sum of 9223372036854775808, which int64 does not hold", e.getMessage());
    }

    private static List<@Nullable Object> sums(Random random, long... values) {
        final TableSchema schema = TableSchema.parse("t: a int64");
        final GroupShape shape =
                GroupShape.of(schema, new int[0], List.of(new AggregateCall(Aggregation.SUM, 0, "sum")));
        try (SlabBuilder builder = new SlabBuilder(schema, MemoryLedger.unlimited("test"))) {
            for (final long value : values) {
                builder.beginRow().putLong(0, value).endRow();
            }
            try (Slab slab = builder.build()) {
                return run(
                                random,
                                (in, memory) -> GroupActivity.complete(
                                        new TrickleActivity(slab, 0, 1, values.length, random.nextLong(), in),
                                        shape,
                                        memory,
                                        StopSignal.NEVER))
                        .get(0);
            }
        }
    }

    @Test
    void shouldKeepOneTextForEachGroupHoweverManyItHadBefore() {
        final TableSchema schema = TableSchema.parse("t: a varchar");
        final GroupShape shape =
                GroupShape.of(schema, new int[0], List.of(new AggregateCall(Aggregation.MAX, 0, "max")));
        final FlowMemory memory = new FlowMemory(MemoryLedger.unlimited("test"), 4 << 20);
        try (SlabBuilder builder = new SlabBuilder(schema, MemoryLedger.unlimited("test"))) {
            for (int i = 10_000; i < 20_000; i++) {
                builder.beginRow().putText(0, i + "x".repeat(1000 + i % 7)).endRow();
            }
            try (Slab slab = builder.build();
                    Activity group = GroupActivity.complete(
                            new TrickleActivity(slab, 0, 1, 10_000, 1, FlowCases.unlimited()),
                            shape,
                            memory,
                            StopSignal.NEVER)) {
                group.begin();
                final Object max =
                        Objects.requireNonNull(FlowCases.drain(group).get(0).get(0));
                assertEquals(
                        HexFormat.of().formatHex("19999".getBytes(StandardCharsets.UTF_8)),
                        max.toString().substring(0, 10));
            }
        }
        assertEquals(0, memory.usedBytes());
    }

    @Test
    void shouldNameTheFieldThatHasNoSuchResult() {
        final TableSchema schema = TableSchema.parse("t: a int32, state char(2), day date");
        assertEquals(
                "there is no sum of state, which is char(2)",
                refusal(schema, new AggregateCall(Aggregation.SUM, 1, "x")));
        assertEquals(
                "there is no avg of day, which is date", refusal(schema, new AggregateCall(Aggregation.AVG, 2, "x")));
        assertEquals("t has two fields named state", refusal(schema, new AggregateCall(Aggregation.MIN, 0, "state")));
    }

    private static @Nullable String refusal(TableSchema schema, AggregateCall call) {
        return assertThrows(BadValueException.class, () -> GroupShape.of(schema, new int[] {1}, List.of(call)))
                .getMessage();
    }

    @Test
    void shouldRefuseToCountDistinctValuesInParts() {
        final TableSchema schema = TableSchema.parse("t: a int32, state char(2)");
        final GroupShape shape =
                GroupShape.of(schema, new int[] {1}, List.of(new AggregateCall(Aggregation.COUNT_DISTINCT, 0, "x")));
        final Random random = new Random(1);
        try (RandomRows table = RandomRows.of(schema, random)) {
            assertEquals(
                    "the countDistinct of a cannot be put together from those of parts",
                    assertThrows(
                                    BadValueException.class,
                                    () -> GroupActivity.partial(
                                            table.trickle(random, FlowCases.unlimited()),
                                            shape,
                                            0,
                                            FlowCases.unlimited(),
                                            StopSignal.NEVER))
                            .getMessage());
        }
    }

    @Test
    void shouldSayWhatRowsAndStatesLookLike() {
        final TableSchema schema = TableSchema.parse("t: a int32, price decimal(8,2) null, state char(2) null");
        final GroupShape shape = GroupShape.of(
                schema,
                new int[] {2},
                List.of(
                        AggregateCall.countRows("rows"),
                        new AggregateCall(Aggregation.SUM, 1, "sum_price"),
                        new AggregateCall(Aggregation.AVG, 0, "avg_a"),
                        new AggregateCall(Aggregation.LAST, 1, "last_price"),
                        new AggregateCall(Aggregation.APPROXIMATE_DISTINCT, 1, "prices")));
        assertEquals(
                "t: state char(2) null, rows int64, sum_price decimal(18,2) null, avg_a float64 null,"
                        + " last_price decimal(8,2) null, prices int64",
                shape.results().toString());
        assertEquals(
                "t: state char(2) null, state_0_count int64, state_1_count int64, state_1_sum int64, state_1_upper int64,"
                        + " state_2_count int64, state_2_sum int64, state_2_upper int64, state_3_value decimal(8,2) null,"
                        + " state_3_order int64, state_4_sketch bytes",
                shape.states().toString());
    }
}
