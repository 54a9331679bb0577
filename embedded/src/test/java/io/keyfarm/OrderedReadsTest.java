package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.KeyTier;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Order;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows in order out of a key that has the order, beside rows that were gathered and sorted. */
final class OrderedReadsTest {
    private static final TableSchema SCHEMA =
            TableSchema.parse("cars: id int32, make uint8, price int32 null, age int16, colour char(5) null");
    private static final String[] FIELDS = {"make", "price", "age", "colour"};
    private static final int FARMS = 6 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 60;

    /** Few values of each field, so that rows tie. */
    private record Cars(int rowCount, long seed) implements RowSource {
        @Override
        public TableSchema schema() {
            return SCHEMA;
        }

        @Override
        public long estimatedBytes() {
            return 20L * rowCount;
        }

        @Override
        public long load(RowSink sink, LoadProgress progress) {
            final Random random = new Random(seed);
            for (int id = 0; id < rowCount; id++) {
                sink.beginRow().putLong(0, id).putLong(1, random.nextInt(4));
                if (random.nextInt(9) == 0) {
                    sink.putNull(2);
                } else {
                    sink.putLong(2, random.nextInt(200));
                }
                sink.putLong(3, random.nextInt(30));
                if (random.nextInt(9) == 0) {
                    sink.putNull(4);
                } else {
                    sink.putText(4, ("c" + random.nextInt(12)).getBytes(StandardCharsets.UTF_8));
                }
                sink.endRow();
            }
            return rowCount;
        }
    }

    @Test
    void shouldReadTheFirstRowsAndNoOthers() throws IOException {
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()));
                Session session = farm.session()) {
            final Table cars = farm.load(new Cars(20_000, 7));
            farm.keys("cars", "make.price", "age");
            final Query ofMake = from(cars).where(cars.field("make").is(param("make")));
            assertFew(session.prepare(
                    ofMake.orderBy(cars.field("price").ascending()).limit(10)));
            assertFew(session.prepare(
                    ofMake.orderBy(cars.field("price").descending()).limit(10)));
            assertFew(session.prepare(ofMake.where(cars.field("price").lessThan(1_000))
                    .orderBy(cars.field("price").descending())
                    .offset(20)
                    .limit(10)));
            assertFew(session.prepare(from(cars)
                    .where(cars.field("make").isNot(param("make")))
                    .orderBy(cars.field("age").ascending())
                    .limit(10)));
        }
    }

    private static void assertFew(PreparedQuery query) {
        assertEquals(10, query.set("make", 2).run().drain());
        assertTrue(query.report().rowsExamined() < 600, () -> query.plan() + ": " + query.report());
        query.close();
    }

    @Test
    void shouldAnswerAsASortDoes() throws IOException {
        final Long only = Long.getLong("keyfarm.test.seed");
        int inOrder = 0;
        for (long seed = only == null ? 0 : only; seed < (only == null ? FARMS : only + 1); seed++) {
            inOrder += compare(seed);
        }
        assertTrue(
                only != null || inOrder > 10 * FARMS,
                "only " + inOrder + " queries went by a key that had their order");
    }

    /** Answers how many queries examined fewer rows than they would have had to gather. */
    private static int compare(long seed) throws IOException {
        final Random random = new Random(seed);
        int inOrder = 0;
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults()
                        .growth(GrowthSettings.off())
                        .tier(random.nextBoolean() ? KeyTier.HOT : KeyTier.COLD)
                        .slaves(1 + random.nextInt(3))
                        .maxFrameBytes(random.nextBoolean() ? 1 << 10 : 1 << 17));
                Session session = farm.session()) {
            final Table cars = farm.load(new Cars(1_000 + random.nextInt(4_000), seed));
            for (int i = random.nextInt(3); i > 0; i--) {
                farm.append("cars", new Cars(50 + random.nextInt(100), seed + i));
            }
            for (int i = 0; i < 6; i++) {
                farm.keys("cars", String.join(".", some(random, 3)));
            }
            for (int i = 0; i < QUERIES; i++) {
                final Query query = query(cars, random);
                try (PreparedQuery keyed = session.prepare(query);
                        PreparedQuery sorted = session.prepare(query).scanning()) {
                    final List<String> expected = rows(sorted);
                    final String which = "-Dkeyfarm.test.seed=" + seed + ", query " + i + ": " + keyed.plan();
                    assertEquals(expected, rows(keyed), which);
                    inOrder += keyed.report().rowsExamined() < expected.size() && expected.size() > 64 ? 1 : 0;
                }
            }
        }
        return inOrder;
    }

    private static Query query(Table cars, Random random) {
        Query query = from(cars);
        for (final String field : some(random, 3)) {
            final FieldRef asked = cars.field(field);
            final Object value = field.equals("colour") ? "c" + random.nextInt(12) : (Object) random.nextInt(4);
            query = switch (random.nextInt(5)) {
                case 0, 1 -> query.where(asked.is(value));
                case 2 -> query.where(asked.atLeast(value));
                case 3 -> query.where(asked.isNotNull());
                default -> query;
            };
        }
        final boolean isMixed = random.nextInt(6) == 0;
        final boolean isDescending = random.nextBoolean();
        final List<Order> order = new ArrayList<>();
        for (final String field : some(random, 2)) {
            final boolean descending = isMixed ? random.nextBoolean() : isDescending;
            order.add(
                    descending
                            ? cars.field(field).descending()
                            : cars.field(field).ascending());
        }
        query = query.orderBy(order.toArray(new Order[0]));
        return random.nextInt(3) == 0 ? query : query.limit(random.nextInt(200)).offset(random.nextInt(3));
    }

    private static List<String> some(Random random, int most) {
        final List<String> fields = new ArrayList<>(List.of(FIELDS));
        Collections.shuffle(fields, random);
        return fields.subList(0, 1 + random.nextInt(most));
    }

    private static List<String> rows(PreparedQuery query) {
        final List<String> rows = new ArrayList<>();
        final Rows from = query.run();
        while (from.next()) {
            final StringBuilder row = new StringBuilder();
            for (int field = 0; field < SCHEMA.fieldCount(); field++) {
                row.append(from.get(field)).append(' ');
            }
            rows.add(row.toString());
        }
        return rows;
    }
}
