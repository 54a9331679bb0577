package io.keyfarm.query.flow;

import static io.keyfarm.query.flow.FlowCases.forSeeds;
import static io.keyfarm.query.flow.FlowCases.pick;
import static io.keyfarm.query.flow.FlowCases.randomFields;
import static io.keyfarm.query.flow.FlowCases.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StreamActivitiesTest {
    @Test
    void shouldLimitAsAListIsCut() {
        forSeeds(60, seed -> {
            final Random random = new Random(seed);
            try (RandomRows table = RandomRows.of(random)) {
                final long offset = random.nextInt(3) == 0 ? 0 : random.nextInt(600);
                final long limit = random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextInt(700);
                assertEquals(
                        table.rows.stream().skip(offset).limit(limit).toList(),
                        run(random, (in, memory) -> new LimitActivity(table.trickle(random, in), offset, limit)));
            }
        });
    }

    @Test
    void shouldAskForNoRowBehindItsLimit() {
        final Random random = new Random(1);
        try (RandomRows table = RandomRows.of(TableSchema.parse("t: a int32"), 100, random)) {
            final FlowMemory memory = FlowCases.unlimited();
            final Activity limit = new LimitActivity(table.trickle(random, memory), 0, 1);
            limit.begin();
            assertEquals(1, FlowCases.drain(limit).size());
            assertEquals(0, memory.usedBytes(), "the input is closed before the limit is");
        }
    }

    @Test
    void shouldSampleEveryNth() {
        forSeeds(60, seed -> {
            final Random random = new Random(seed);
            try (RandomRows table = RandomRows.of(random)) {
                final long step = random.nextInt(5) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(700);
                final long start = random.nextInt(3) == 0 ? 0 : random.nextInt(1000);
                final List<List<@Nullable Object>> expected = new ArrayList<>();
                for (int i = 0; i < table.rows.size(); i++) {
                    if (i >= start && (i - start) % step == 0) {
                        expected.add(table.rows.get(i));
                    }
                }
                assertEquals(
                        expected,
                        run(random, (in, memory) -> SampleActivity.every(table.trickle(random, in), step, start)));
            }
        });
    }

    @Test
    void shouldSampleTheSameRowsWheneverAskedAndAboutAsManyAsWanted() {
        final Random random = new Random(7);
        try (RandomRows table = RandomRows.of(TableSchema.parse("t: a int64"), 20_000, random)) {
            for (final double fraction : new double[] {0, 0.01, 0.5, 1}) {
                final long seed = random.nextLong();
                final int size = run(
                                random,
                                (in, memory) -> SampleActivity.random(table.trickle(random, in), fraction, seed))
                        .size();
                assertEquals(20_000 * fraction, size, 4 * Math.sqrt(20_000 * fraction * (1 - fraction)));
            }
        }
    }

    @Test
    void shouldHandOnAllOfAllInputs() {
        forSeeds(40, seed -> {
            final Random random = new Random(seed);
            final TableSchema schema = RandomRows.schema(random);
            try (RandomRows first = RandomRows.of(schema, random);
                    RandomRows second = RandomRows.of(schema, random)) {
                final List<List<@Nullable Object>> expected = new ArrayList<>(first.rows);
                expected.addAll(second.rows);
                assertEquals(
                        expected,
                        run(
                                random,
                                (in, memory) -> new UnionAllActivity(
                                        List.of(first.trickle(random, in), second.trickle(random, in)))));
            }
        });
    }

    @Test
    void shouldRefuseToUniteWhatDiffers() {
        final Random random = new Random(3);
        final FlowMemory memory = FlowCases.unlimited();
        try (RandomRows one = RandomRows.of(TableSchema.parse("t: a int32, b varchar"), random);
                RandomRows other = RandomRows.of(TableSchema.parse("t: a int32, c varchar null"), random)) {
            final BadValueException e = assertThrows(
                    BadValueException.class,
                    () -> new UnionAllActivity(List.of(one.trickle(random, memory), other.trickle(random, memory))));
            assertEquals("one input has b varchar, and another c varchar null", e.getMessage());
        }
    }

    @Test
    void shouldHandOnTheFirstOfEqualRows() {
        forSeeds(150, seed -> {
            final Random random = new Random(seed);
            try (RandomRows table = RandomRows.of(random)) {
                final int[] fields = randomFields(random, table.fieldCount());
                final Set<List<@Nullable Object>> seen = new HashSet<>();
                assertEquals(
                        table.rows.stream()
                                .filter(row -> seen.add(pick(row, fields)))
                                .toList(),
                        run(random, (in, memory) -> new DistinctActivity(table.trickle(random, in), fields, memory)));
                assertEquals(
                        table.rows.stream().distinct().toList(),
                        run(random, (in, memory) -> new DistinctActivity(table.trickle(random, in), memory)));
            }
        });
    }

    @Test
    void shouldHandOnDistinctRowsWhileMoreAreToCome() {
        final Random random = new Random(1);
        try (RandomRows table = RandomRows.of(TableSchema.parse("t: a int32"), 5000, random)) {
            final TrickleActivity input = table.trickle(random, FlowCases.unlimited());
            try (Activity distinct = new DistinctActivity(input, FlowCases.unlimited())) {
                final RowBatch batch = new RowBatch(distinct.layout());
                distinct.begin();
                int count = Activity.WAITING;
                while (count == Activity.WAITING) {
                    count = distinct.next(batch);
                }
                assertTrue(count > 0 && input.hasMore());
            }
        }
    }

    @Test
    void shouldDropEqualNeighbours() {
        forSeeds(150, seed -> {
            final Random random = new Random(seed);
            try (RandomRows table = RandomRows.of(random)) {
                final int[] fields = randomFields(random, table.fieldCount());
                assertEquals(
                        firsts(table.rows, fields),
                        run(
                                random,
                                (in, memory) -> DedupActivity.keepFirst(table.trickle(random, in), fields, memory)));
                final List<List<@Nullable Object>> reversed = new ArrayList<>(table.rows);
                Collections.reverse(reversed);
                final List<List<@Nullable Object>> lasts = firsts(reversed, fields);
                Collections.reverse(lasts);
                assertEquals(
                        lasts,
                        run(random, (in, memory) -> DedupActivity.keepLast(table.trickle(random, in), fields, memory)));
            }
        });
    }

    private static List<List<@Nullable Object>> firsts(List<List<@Nullable Object>> rows, int[] fields) {
        final List<List<@Nullable Object>> firsts = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (i == 0 || !pick(rows.get(i), fields).equals(pick(rows.get(i - 1), fields))) {
                firsts.add(rows.get(i));
            }
        }
        return firsts;
    }

    @Test
    void shouldIntersectAndExceptAsSqlDoes() {
        forSeeds(150, seed -> {
            final Random random = new Random(seed);
            final TableSchema schema = RandomRows.schema(random);
            try (RandomRows left = RandomRows.of(schema, random);
                    RandomRows right = RandomRows.of(schema, random)) {
                // What one half of the right rows has in common with the left.
                final Mixed mixed = new Mixed(left, right);
                for (final boolean all : new boolean[] {false, true}) {
                    final List<List<@Nullable Object>> rest = new ArrayList<>(mixed.rows());
                    final List<List<@Nullable Object>> both = new ArrayList<>();
                    final List<List<@Nullable Object>> leftOnly = new ArrayList<>();
                    for (final List<@Nullable Object> row : left.rows) {
                        final boolean isThere = all ? rest.remove(row) : rest.contains(row);
                        (isThere ? both : leftOnly).add(row);
                    }
                    assertEquals(
                            all ? both : both.stream().distinct().toList(),
                            run(
                                    random,
                                    (in, memory) -> SetActivity.intersect(
                                            left.trickle(random, in), mixed.input(random, in), all, memory)));
                    assertEquals(
                            all ? leftOnly : leftOnly.stream().distinct().toList(),
                            run(
                                    random,
                                    (in, memory) -> SetActivity.except(
                                            left.trickle(random, in), mixed.input(random, in), all, memory)));
                }
            }
        });
    }

    /** Every third row of one table, and all of another. */
    private record Mixed(RandomRows left, RandomRows right) {
        List<List<@Nullable Object>> rows() {
            final List<List<@Nullable Object>> rows = new ArrayList<>();
            for (int i = 0; i < left.rows.size(); i += 3) {
                rows.add(left.rows.get(i));
            }
            rows.addAll(right.rows);
            return rows;
        }

        Activity input(Random random, FlowMemory memory) {
            return new UnionAllActivity(List.of(
                    new TrickleActivity(left.slab, 0, 3, left.slab.rowCount(), random.nextLong(), memory),
                    right.trickle(random, memory)));
        }
    }
}
