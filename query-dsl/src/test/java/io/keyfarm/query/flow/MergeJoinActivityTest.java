package io.keyfarm.query.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.plan.MergeJoinStep;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values that several inputs have, beside loops over all rows of all inputs. */
final class MergeJoinActivityTest {
    private static final Comparator<@Nullable Object> NULLS_LAST = FlowCases::compare;
    private long skips;

    /** Inputs, and what to make of them. */
    private record Case(List<RandomRows> inputs, List<SortedRows> sorted, MergeJoinStep how) implements AutoCloseable {
        static Case random(Random random) {
            final int count = 2 + random.nextInt(4);
            final int keyCount = 1 + random.nextInt(2);
            final List<FieldType> keyTypes = new ArrayList<>();
            for (int i = 0; i < keyCount; i++) {
                final FieldKind kind = random.nextBoolean()
                        ? FlowCases.oneOf(FieldKind.values(), random)
                        : random.nextBoolean() ? FieldKind.INT32 : FieldKind.VARCHAR;
                keyTypes.add(RandomRows.type(kind, random));
            }
            final boolean needsFirst = random.nextInt(3) == 0;
            final int least = 1 + random.nextInt(count);
            final int most = least + random.nextInt(count - least + 1);
            final List<RandomRows> inputs = new ArrayList<>();
            final List<List<Integer>> keys = new ArrayList<>();
            final List<TableSchema> schemas = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                final List<Field> fields = new ArrayList<>();
                for (int k = 0; k < keyCount; k++) {
                    fields.add(new Field("k" + k, keyTypes.get(k), random.nextInt(3) == 0));
                }
                if (random.nextInt(3) > 0) {
                    fields.add(new Field(
                            "v",
                            RandomRows.type(FlowCases.oneOf(FieldKind.values(), random), random),
                            random.nextBoolean()));
                }
                Collections.shuffle(fields, random);
                final TableSchema schema = new TableSchema("t" + i, fields);
                schemas.add(schema);
                keys.add(IntStream.range(0, keyCount)
                        .mapToObj(k -> schema.indexOf("k" + k))
                        .toList());
                final int rows = random.nextInt(8) == 0 ? random.nextInt(1500) : random.nextInt(40);
                inputs.add(RandomRows.of(schema, rows, new Random(random.nextInt(4))));
            }
            final List<SortedRows> sorted = new ArrayList<>();
            final List<String> skips = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sorted.add(new SortedRows(inputs.get(i), keys.get(i), 1 + random.nextInt(9)));
                final MergeJoinStep plain =
                        new MergeJoinStep(keys, needsFirst, least, most, false, List.of(), List.of(), List.of());
                skips.add(!plain.takesNulls(i) && sorted.get(i).canSkip() ? "from" : "");
            }
            final boolean once = random.nextInt(4) == 0;
            final int places = keyCount
                    + 1
                    + (once
                            ? 0
                            : schemas.stream().mapToInt(TableSchema::fieldCount).sum());
            final List<Integer> outputs = IntStream.range(0, places)
                    .filter(i -> random.nextInt(5) > 0)
                    .boxed()
                    .collect(Collectors.toList());
            if (outputs.isEmpty()) {
                outputs.add(0);
            }
            Collections.shuffle(outputs, random);
            final List<String> names =
                    IntStream.range(0, outputs.size()).mapToObj(i -> "o" + i).toList();
            return new Case(
                    inputs, sorted, new MergeJoinStep(keys, needsFirst, least, most, once, outputs, names, skips));
        }

        MergeJoinActivity activity(Random random, FlowMemory in, FlowMemory memory) {
            final List<Activity> of = new ArrayList<>();
            sorted.forEach(each -> of.add(each.activity(random.nextLong(), in)));
            final TableSchema schema =
                    how.schema(inputs.stream().map(rows -> rows.slab.schema()).toList());
            return new MergeJoinActivity(of, how, new RecordLayout(schema), memory, StopSignal.NEVER);
        }

        /** All combinations of rows, or of none of an input, whose keys are equal. */
        List<List<@Nullable Object>> expected() {
            final List<List<@Nullable Object>> values = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                for (final List<@Nullable Object> row : inputs.get(i).rows) {
                    final List<@Nullable Object> value = keys(i, row);
                    if (value.contains(null)) {
                        if (how.takesNulls(i)) {
                            final List<List<@Nullable Object>> whole = new ArrayList<>();
                            inputs.forEach(each -> whole.add(null));
                            whole.set(i, row);
                            values.add(outputs(value, 1, whole));
                        }
                    } else if (isFirst(i, row, value)) {
                        values.addAll(ofValue(value));
                    }
                }
            }
            return values;
        }

        private boolean isFirst(int input, List<@Nullable Object> row, List<@Nullable Object> value) {
            for (int i = 0; i <= input; i++) {
                for (final List<@Nullable Object> other : inputs.get(i).rows) {
                    if (keys(i, other).equals(value)) {
                        return i == input && other == row;
                    }
                }
            }
            throw new AssertionError();
        }

        private List<List<@Nullable Object>> ofValue(List<@Nullable Object> value) {
            List<List<List<@Nullable Object>>> combined = new ArrayList<>();
            combined.add(new ArrayList<>());
            int present = 0;
            for (int i = 0; i < inputs.size(); i++) {
                final int input = i;
                final List<List<@Nullable Object>> equal = new ArrayList<>(inputs.get(i).rows.stream()
                        .filter(row -> keys(input, row).equals(value))
                        .toList());
                present += equal.isEmpty() ? 0 : 1;
                if (equal.isEmpty()) {
                    if (i == 0 && how.needsFirst()) {
                        return List.of();
                    }
                    equal.add(null);
                }
                final List<List<List<@Nullable Object>>> longer = new ArrayList<>();
                for (final List<List<@Nullable Object>> before : combined) {
                    for (final List<@Nullable Object> row : equal) {
                        final List<List<@Nullable Object>> whole = new ArrayList<>(before);
                        whole.add(row);
                        longer.add(whole);
                    }
                }
                combined = how.once() ? longer.subList(0, 1) : longer;
            }
            if (present < how.least() || present > how.most()) {
                return List.of();
            }
            final int count = present;
            return combined.stream().map(rows -> outputs(value, count, rows)).toList();
        }

        private List<@Nullable Object> keys(int input, List<@Nullable Object> row) {
            final List<@Nullable Object> picked = new ArrayList<>();
            how.keys().get(input).forEach(key -> picked.add(row.get(key)));
            return picked;
        }

        private List<@Nullable Object> outputs(
                List<@Nullable Object> value, int count, List<? extends @Nullable List<@Nullable Object>> rows) {
            final List<@Nullable Object> all = new ArrayList<>(value);
            all.add(count);
            for (int i = 0; i < rows.size(); i++) {
                final List<@Nullable Object> row = rows.get(i);
                for (int f = 0; f < inputs.get(i).fieldCount(); f++) {
                    all.add(row == null ? null : row.get(f));
                }
            }
            final List<@Nullable Object> picked = new ArrayList<>();
            how.outputs().forEach(place -> picked.add(all.get(place)));
            return picked;
        }

        void requireOrder(List<List<@Nullable Object>> rows) {
            for (int i = 1; i < rows.size(); i++) {
                for (int k = 0; k < how.keyCount(); k++) {
                    final int at = how.outputs().indexOf(k);
                    if (at < 0) {
                        break;
                    }
                    final int order = NULLS_LAST.compare(
                            rows.get(i - 1).get(at), rows.get(i).get(at));
                    assertTrue(order <= 0, "row " + i);
                    if (order < 0) {
                        break;
                    }
                }
            }
        }

        @Override
        public void close() {
            inputs.forEach(RandomRows::close);
        }
    }

    @Test
    void shouldBringTogetherWhatLoopsDo() {
        FlowCases.forSeeds(400, seed -> {
            final Random random = new Random(seed);
            try (Case each = Case.random(random)) {
                final List<List<@Nullable Object>> rows =
                        FlowCases.run(random, (in, memory) -> each.activity(random, in, memory));
                each.requireOrder(rows);
                assertEquals(sorted(each.expected()), sorted(rows), each.how().toString());
                skips += each.sorted.stream().mapToLong(SortedRows::skips).sum();
            }
        });
        assertTrue(Long.getLong("keyfarm.test.seed") != null || skips > 300, "skips: " + skips);
    }

    private static List<String> sorted(List<List<@Nullable Object>> rows) {
        return rows.stream().map(String::valueOf).sorted().toList();
    }

    @Test
    void shouldRefuseARunThatIsLongerThanMemory() {
        final TableSchema schema = TableSchema.parse("t: k bool, v int64");
        final List<Integer> keys = List.of(0);
        final MergeJoinStep how =
                new MergeJoinStep(List.of(keys, keys), false, 2, 2, false, List.of(0), List.of("k"), List.of("", ""));
        try (RandomRows rows = RandomRows.of(schema, 100_000, new Random(1))) {
            final FlowMemory in = FlowCases.unlimited();
            final FlowMemory memory = new FlowMemory(MemoryLedger.unlimited("test"), 1 << 18);
            final SortedRows sorted = new SortedRows(rows, keys, 1);
            try (MergeJoinActivity join = new MergeJoinActivity(
                    List.of(sorted.activity(1, in), sorted.activity(2, in)),
                    how,
                    new RecordLayout(TableSchema.parse("t: k bool")),
                    memory,
                    StopSignal.NEVER)) {
                join.begin();
                final MemoryLimitException e = assertThrows(MemoryLimitException.class, () -> FlowCases.drain(join));
                assertTrue(String.valueOf(e.getMessage()).startsWith("rows of one value needs"), e.getMessage());
            }
            assertEquals(0, memory.usedBytes());
            assertEquals(0, in.usedBytes());
        }
    }
}
