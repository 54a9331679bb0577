package io.keyfarm.query.flow;

import static io.keyfarm.query.flow.FlowCases.comparator;
import static io.keyfarm.query.flow.FlowCases.forSeeds;
import static io.keyfarm.query.flow.FlowCases.randomOrder;
import static io.keyfarm.query.flow.FlowCases.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SortActivityTest {
    @Test
    void shouldSortAsAStableListSortDoes() {
        forSeeds(300, seed -> {
            final Random random = new Random(seed);
            try (RandomRows table = RandomRows.of(random)) {
                final List<SortField> order = randomOrder(random, table.fieldCount());
                assertEquals(
                        table.rows.stream().sorted(comparator(order)).toList(),
                        run(
                                random,
                                (in, memory) ->
                                        new SortActivity(table.trickle(random, in), order, memory, StopSignal.NEVER)));
            }
        });
    }

    @Test
    void shouldFindTheFirstRowsOfTheSort() {
        forSeeds(200, seed -> {
            final Random random = new Random(seed);
            final TableSchema schema = RandomRows.schema(random);
            try (RandomRows table = RandomRows.of(schema, random.nextInt(4000), random)) {
                final List<SortField> order = randomOrder(random, table.fieldCount());
                final long offset = random.nextInt(3) == 0 ? random.nextInt(2000) : random.nextInt(20);
                final long limit = random.nextInt(8) == 0 ? Long.MAX_VALUE : random.nextInt(900);
                assertEquals(
                        table.rows.stream()
                                .sorted(comparator(order))
                                .skip(offset)
                                .limit(limit)
                                .toList(),
                        run(
                                random,
                                (in, memory) -> new SortActivity(
                                        table.trickle(random, in), order, offset, limit, memory, StopSignal.NEVER)));
            }
        });
    }

    @Test
    void shouldKeepFewRowsForASmallLimit() {
        final Random random = new Random(5);
        try (RandomRows table = RandomRows.of(TableSchema.parse("t: a int32, b char(92)"), 100_000, random)) {
            final FlowMemory memory = new FlowMemory(MemoryLedger.unlimited("test"), 600_000);
            final List<SortField> order = List.of(SortField.descending(0), SortField.ascending(1));
            try (Activity sort = new SortActivity(
                    table.trickle(random, FlowCases.unlimited()), order, 5, 10, memory, StopSignal.NEVER)) {
                sort.begin();
                assertEquals(
                        table.rows.stream()
                                .sorted(comparator(order))
                                .skip(5)
                                .limit(10)
                                .toList(),
                        FlowCases.drain(sort));
            }
        }
    }

    @Test
    void shouldMergeSortedInputs() {
        forSeeds(150, seed -> {
            final Random random = new Random(seed);
            final TableSchema schema = RandomRows.schema(random);
            final List<SortField> order = randomOrder(random, schema.fieldCount());
            final List<RandomRows> tables = new ArrayList<>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                tables.add(RandomRows.of(schema, random));
            }
            final List<List<@Nullable Object>> expected = new ArrayList<>();
            tables.forEach(table -> expected.addAll(table.rows));
            expected.sort(comparator(order));
            assertEquals(
                    expected,
                    run(
                            random,
                            (in, memory) -> new MergeActivity(
                                    tables.stream()
                                            .map(table -> new SortActivity(
                                                    table.trickle(random, in), order, in, StopSignal.NEVER))
                                            .toList(),
                                    order,
                                    memory)));
            tables.forEach(RandomRows::close);
        });
    }

    @Test
    void shouldStopWhenToldTo() {
        final Random random = new Random(5);
        try (RandomRows table = RandomRows.of(TableSchema.parse("t: a int32, b varchar"), 200_000, random)) {
            // Questions come as rows are kept, packed and sorted; each may be the one that is answered so.
            int questions = 0;
            while (isStopped(table, random, questions)) {
                questions++;
            }
            assertTrue(questions > 15 && questions < 100, "asked " + questions + " times");
        }
    }

    private static boolean isStopped(RandomRows table, Random random, int after) {
        final FlowMemory memory = FlowCases.unlimited();
        final int[] left = {after};
        final StopSignal stop = () -> {
            if (left[0]-- == 0) {
                throw new CancellationException();
            }
        };
        try (Activity sort =
                new SortActivity(table.trickle(random, memory), List.of(SortField.ascending(1)), memory, stop)) {
            final RowBatch batch = new RowBatch(sort.layout());
            sort.begin();
            while (sort.next(batch) == Activity.WAITING) {}
            return false;
        } catch (CancellationException e) {
            return true;
        } finally {
            assertEquals(0, memory.usedBytes());
        }
    }

    @Test
    void shouldHandOnTheStopOfItsOwner() {
        final Random random = new Random(6);
        try (RandomRows table = RandomRows.of(TableSchema.parse("t: a int32"), 10, random)) {
            assertThrows(
                    CancellationException.class,
                    () -> run(
                            random,
                            (in, memory) -> new SortActivity(
                                    table.trickle(random, in), List.of(SortField.ascending(0)), memory, () -> {
                                        throw new CancellationException();
                                    })));
        }
    }
}
