package io.keyfarm.query.flow;

import static io.keyfarm.query.flow.FlowCases.forSeeds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.TableSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HashJoinCoreTest {
    private static final List<List<FieldKind>> FAMILIES = List.of(
            List.of(
                    FieldKind.INT8,
                    FieldKind.INT16,
                    FieldKind.INT32,
                    FieldKind.INT64,
                    FieldKind.UINT8,
                    FieldKind.UINT16,
                    FieldKind.UINT32),
            List.of(FieldKind.FLOAT32, FieldKind.FLOAT64),
            List.of(FieldKind.CHAR, FieldKind.VARCHAR),
            List.of(FieldKind.BYTES),
            List.of(FieldKind.DATE),
            List.of(FieldKind.TIMESTAMP),
            List.of(FieldKind.BOOL),
            List.of(FieldKind.DECIMAL));

    /** Two tables, the first fields of which are their keys, comparable but often of different types. */
    private record Sides(TableSchema left, TableSchema right, int[] leftKey, int[] rightKey) {
        static Sides random(Random random) {
            final int keys = 1 + random.nextInt(3);
            final List<Field> left = new ArrayList<>();
            final List<Field> right = new ArrayList<>();
            final int scale = random.nextInt(3);
            for (int i = 0; i < keys; i++) {
                final List<FieldKind> family = FAMILIES.get(random.nextInt(FAMILIES.size()));
                left.add(field("k" + i, family, scale, random));
                right.add(field("k" + i, family, scale, random));
            }
            right.add(field("more", List.of(FieldKind.values()), scale, random));
            final int[] key = IntStream.range(0, keys).toArray();
            // On the right they stand behind another field.
            right.add(0, right.remove(right.size() - 1));
            return new Sides(
                    new TableSchema("l", left),
                    new TableSchema("r", right),
                    key,
                    IntStream.of(key).map(field -> field + 1).toArray());
        }

        private static Field field(String name, List<FieldKind> family, int scale, Random random) {
            final FieldKind kind = family.get(random.nextInt(family.size()));
            final FieldType type =
                    kind == FieldKind.DECIMAL ? FieldType.decimal(12, scale) : RandomRows.type(kind, random);
            return new Field(name, type, random.nextInt(3) > 0);
        }
    }

    @Test
    void shouldFindTheCandidatesOfANestedLoop() {
        forSeeds(300, seed -> {
            final Random random = new Random(seed);
            final Sides sides = Sides.random(random);
            try (RandomRows left = RandomRows.of(sides.left, random);
                    RandomRows right = RandomRows.of(sides.right, random)) {
                final FlowMemory inputs = FlowCases.unlimited();
                final MemoryLedger ledger = MemoryLedger.unlimited("test");
                for (final long budget : new long[] {Long.MAX_VALUE, 1L << (10 + random.nextInt(10))}) {
                    final FlowMemory memory = new FlowMemory(ledger, budget);
                    try (HashJoinCore join = new HashJoinCore(
                            left.layout(),
                            sides.leftKey,
                            right.trickle(random, inputs),
                            sides.rightKey,
                            memory,
                            StopSignal.NEVER)) {
                        if (random.nextBoolean()) {
                            join.begin();
                            join.next(new PairBatch(right.layout()));
                        }
                        join.begin();
                        check(join, sides, left, right, random, inputs);
                    } catch (MemoryLimitException e) {
                        assertTrue(budget < Long.MAX_VALUE, e.getMessage());
                    }
                    assertEquals(0, memory.usedBytes());
                    assertEquals(0, ledger.usedBytes());
                    assertEquals(0, inputs.usedBytes());
                }
            }
        });
    }

    private static void check(
            HashJoinCore join, Sides sides, RandomRows left, RandomRows right, Random random, FlowMemory inputs) {
        final Map<List<Object>, List<List<@Nullable Object>>> byKey = new HashMap<>();
        for (final List<@Nullable Object> row : right.rows) {
            final List<Object> key = key(row, sides.right, sides.rightKey);
            if (key != null) {
                byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
            }
        }
        try (Activity lefts = left.trickle(random, inputs)) {
            lefts.begin();
            final RowBatch batch = new RowBatch(left.layout());
            int rowNumber = 0;
            int count;
            while ((count = lefts.next(batch)) != 0) {
                if (count > 0) {
                    join.lookup(batch);
                    checkBatch(join, sides, left.rows.subList(rowNumber, rowNumber + count), byKey, right, random);
                    rowNumber += count;
                }
            }
        }
    }

    private static void checkBatch(
            HashJoinCore join,
            Sides sides,
            List<List<@Nullable Object>> lefts,
            Map<List<Object>, List<List<@Nullable Object>>> byKey,
            RandomRows right,
            Random random) {
        final List<List<List<@Nullable Object>>> found = new ArrayList<>();
        lefts.forEach(row -> found.add(new ArrayList<>()));
        final Set<Integer> skipped = new HashSet<>();
        if (random.nextInt(3) == 0) {
            skipped.add(random.nextInt(lefts.size()));
        }
        skipped.forEach(join::skip);
        final PairBatch pairs = new PairBatch(right.layout());
        final RowView view = new RowView(right.layout());
        int place = 0;
        int count;
        while ((count = join.next(pairs)) != 0) {
            for (int i = 0; i < count; i++) {
                assertTrue(pairs.leftPlace(i) >= place && pairs.leftPlace(i) < join.countedRows());
                place = pairs.leftPlace(i);
                pairs.viewRight(i, view);
                found.get(place).add(FlowCases.values(view, right.layout()));
            }
            if (count > 0 && place + 1 < lefts.size() && random.nextInt(3) == 0) {
                join.skip(place + 1);
                skipped.add(place + 1);
            }
        }
        assertEquals(lefts.size(), join.countedRows());
        for (int i = 0; i < lefts.size(); i++) {
            final List<Object> key = key(lefts.get(i), sides.left, sides.leftKey);
            final List<List<@Nullable Object>> expected = key == null ? List.of() : byKey.getOrDefault(key, List.of());
            assertEquals(expected.size(), join.candidates(i), "candidates of " + lefts.get(i));
            assertEquals(skipped.contains(i) ? List.of() : expected, found.get(i), "of " + lefts.get(i));
        }
    }

    /** The values by which rows of both sides meet; null if one of them is null. */
    private static @Nullable List<Object> key(List<@Nullable Object> row, TableSchema schema, int[] fields) {
        final List<Object> key = new ArrayList<>();
        for (final int field : fields) {
            final Object value = row.get(field);
            if (value == null) {
                return null;
            }
            key.add(
                    schema.field(field).type().kind() == FieldKind.CHAR
                            ? unpadded((String) value)
                            : value instanceof BigDecimal decimal ? decimal.stripTrailingZeros() : value);
        }
        return key;
    }

    private static String unpadded(String hex) {
        int end = hex.length();
        while (end >= 2 && hex.startsWith("20", end - 2)) {
            end -= 2;
        }
        return hex.substring(0, end);
    }

    @Test
    void shouldNameFieldsThatCannotBeCompared() {
        assertEquals("a is int32 and cannot be compared with b, which is varchar", refusal("a int32", "b varchar"));
        assertEquals(
                "a is decimal(9,2) and cannot be compared with b, which is decimal(9,1)",
                refusal("a decimal(9,2)", "b decimal(9,1)"));
        assertEquals("a is date and cannot be compared with b, which is timestamp", refusal("a date", "b timestamp"));
    }

    private static @Nullable String refusal(String left, String right) {
        final Random random = new Random(1);
        try (RandomRows lefts = RandomRows.of(TableSchema.parse("l: " + left), random);
                RandomRows rights = RandomRows.of(TableSchema.parse("r: " + right), random)) {
            return assertThrows(
                            BadValueException.class,
                            () -> new HashJoinCore(
                                    lefts.layout(),
                                    new int[] {0},
                                    rights.trickle(random, FlowCases.unlimited()),
                                    new int[] {0},
                                    FlowCases.unlimited(),
                                    StopSignal.NEVER))
                    .getMessage();
        }
    }
}
