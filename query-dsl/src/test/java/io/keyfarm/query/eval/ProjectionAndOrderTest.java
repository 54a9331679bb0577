package io.keyfarm.query.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Order;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.OrderBy;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ProjectionAndOrderTest {
    private static final int FRAME_BYTES = 1500;

    static LongStream seeds() {
        return LongStream.range(0, 150L * Integer.getInteger("keyfarm.test.scale", 1));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldSortAndWriteRowsAsTheyAre(long seed) {
        final Random random = new Random(seed);
        try (RandomTable table = new RandomTable(random, 1 + random.nextInt(200))) {
            final QueryPlan plan =
                    QueryPlan.decode(query(table, random).compile().bytes());
            final int[] rows = sorted(table, plan);
            final Projection projection = new Projection(plan, table.slab.layout());
            final RowOrder order = RowOrder.ofRows(plan);
            final long frame = Memory.allocate(FRAME_BYTES);
            try {
                int done = 0;
                while (done < rows.length) {
                    // In pieces, as batches come; what does not fit begins the next frame.
                    projection.begin(frame, FRAME_BYTES);
                    int written = 0;
                    boolean isFull = false;
                    while (!isFull && done + written < rows.length) {
                        final int last = Math.min(rows.length, done + written + 1 + random.nextInt(7));
                        final int more = projection.append(table.slab, rows, done + written, last);
                        isFull = more < last - done - written;
                        written += more;
                    }
                    assertTrue(written > 0, "seed " + seed + ": a row that fits no frame");
                    assertEquals(written, projection.rowCount());
                    final int bytes = projection.finish();
                    assertTrue(bytes <= FRAME_BYTES);
                    assertEquals(projection.usedBytes(), bytes);
                    assertEquals(
                            bytes,
                            IntStream.range(done, done + written)
                                    .mapToLong(i -> projection.bytesOf(table.slab, rows[i]))
                                    .sum());
                    check(table, plan, rows, done, written, frame, order, "seed " + seed);
                    done += written;
                }
            } finally {
                Memory.free(frame);
            }
        }
    }

    private static Query query(RandomTable table, Random random) {
        final Table words = Table.of(table.schema);
        final List<FieldRef> fields = new ArrayList<>(table.schema.fields().stream()
                .map(field -> words.field(field.name()))
                .toList());
        Query query = Query.from(words);
        if (random.nextInt(4) > 0) {
            Collections.shuffle(fields, random);
            query = query.select(
                    fields.subList(0, 1 + random.nextInt(fields.size())).toArray(FieldRef[]::new));
        }
        Collections.shuffle(fields, random);
        return query.orderBy(fields.stream()
                .limit(1 + random.nextInt(4))
                .map(field -> random.nextBoolean() ? field.ascending() : field.descending())
                .toArray(Order[]::new));
    }

    private static int[] sorted(RandomTable table, QueryPlan plan) {
        final RowOrder order = RowOrder.ofTable(plan, table.slab.layout());
        return IntStream.range(0, table.rows.size())
                .boxed()
                .sorted((left, right) -> order.compare(table.slab, left, right))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static void check(
            RandomTable table,
            QueryPlan plan,
            int[] rows,
            int done,
            int written,
            long frame,
            RowOrder order,
            String why) {
        final RecordLayout layout = new RecordLayout(plan.rowSchema());
        final long[] heap = {frame + (long) written * layout.rowBytes()};
        final RowView view = new RowView(layout);
        for (int i = 0; i < written; i++) {
            final long row = frame + (long) i * layout.rowBytes();
            view.wrap(row, heap);
            final @Nullable Object[] expected = table.rows.get(rows[done + i]);
            for (int f = 0; f < plan.rowFieldCount(); f++) {
                final int source =
                        table.schema.indexOf(plan.rowSchema().field(f).name());
                if (expected[source] == null) {
                    assertTrue(view.isNull(f), why);
                } else {
                    assertEquals(0, compare(table.schema.field(source), expected[source], view.get(f)), why);
                }
            }
            if (done + i > 0) {
                assertTrue(judge(table, plan, rows[done + i - 1], rows[done + i]) <= 0, why);
            }
            if (i > 0) {
                assertEquals(
                        Integer.signum(judge(table, plan, rows[done + i - 1], rows[done + i])),
                        Integer.signum(order.compare(row - layout.rowBytes(), heap, row, heap)),
                        why);
            }
        }
    }

    /** How the plan orders two rows, said of their Java values. */
    private static int judge(RandomTable table, QueryPlan plan, int left, int right) {
        for (final OrderBy by : plan.order()) {
            final int field = table.schema.indexOf(plan.fields().get(by.field()).name());
            final Object one = table.rows.get(left)[field];
            final Object other = table.rows.get(right)[field];
            final int ascending;
            if (one == null || other == null) {
                ascending = one == other ? 0 : one == null ? 1 : -1;
            } else {
                ascending = compare(table.schema.field(field), one, other);
            }
            if (ascending != 0) {
                return by.descending() ? -ascending : ascending;
            }
        }
        return 0;
    }

    private static int compare(Field field, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            throw new AssertionError(field + " is null on one side only");
        }
        return Ask.compare(field.type(), left, field.type(), right);
    }

    @Test
    void shouldSayWhatARowNeedsThatFitsNoFrame() {
        final TableSchema schema = TableSchema.parse("t: id int32, text varchar");
        try (SlabBuilder builder = new SlabBuilder(schema, MemoryLedger.unlimited("test"))) {
            builder.beginRow().putLong(0, 1).putText(1, "x".repeat(100)).endRow();
            try (Slab slab = builder.build()) {
                final Projection projection =
                        new Projection(Query.from(Table.of(schema)).compile(), slab.layout());
                projection.begin(0, 119);
                assertEquals(0, projection.append(slab, new int[] {0}, 0, 1));
                assertEquals(120, projection.bytesOf(slab, 0));
            }
        }
    }

    @Test
    void shouldRefuseATableThatIsNotThePlans() {
        final QueryPlan plan =
                Query.from(Table.of("t: id int32, zip char(5) null")).compile();
        assertRefused("the plan asks of t, but the table is u", plan, "u: id int32, zip char(5) null");
        assertRefused("the plan uses 'zip char(5) null', but t has no such field", plan, "t: id int32");
        assertRefused("the plan uses 'zip char(5) null', but t has 'zip char(5)'", plan, "t: id int32, zip char(5)");
        assertRefused("the plan uses 'id int32', but t has 'id int64'", plan, "t: id int64, zip char(5) null");
        // More fields, elsewhere, are no trouble.
        final RecordLayout wider = new RecordLayout(TableSchema.parse("t: more bool, zip char(5) null, id int32"));
        assertArrayEquals(new int[] {2, 1}, BoundConditions.places(plan, wider));
        assertEquals(FieldType.INT32, wider.schema().field(2).type());
    }

    private static void assertRefused(String message, QueryPlan plan, String table) {
        final RecordLayout layout = new RecordLayout(TableSchema.parse(table));
        assertEquals(
                message,
                assertThrows(BadPlanException.class, () -> new BoundConditions(plan, layout))
                        .getMessage());
        assertEquals(
                message,
                assertThrows(BadPlanException.class, () -> new Projection(plan, layout))
                        .getMessage());
    }
}
