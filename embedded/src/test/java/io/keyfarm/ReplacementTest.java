package io.keyfarm;

import static io.keyfarm.query.Join.inner;
import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables are replaced under queries of one and of several tables. */
final class ReplacementTest {
    private static final int ROWS = 5_000;
    private static final int ORDERS_IN_BUCKET = 5;
    private static final int BUCKETS = ROWS / ORDERS_IN_BUCKET;
    private static final int READERS = 8;

    /** Each order has a bucket, a customer, and the number of its generation. */
    private record Orders(int stamp) implements RowSource {
        static final Table TABLE = Table.of("orders: id int32, bucket int32, customer int32, stamp int32");

        @Override
        public TableSchema schema() {
            return TABLE.schema();
        }

        @Override
        public long estimatedBytes() {
            return ROWS * 16L;
        }

        @Override
        public long load(RowSink sink, LoadProgress progress) {
            for (int id = 0; id < ROWS; id++) {
                sink.beginRow().putLong(0, id).putLong(1, id % BUCKETS).putLong(2, ROWS - 1 - id);
                sink.putLong(3, stamp).endRow();
            }
            return ROWS;
        }
    }

    private record Customers(int stamp) implements RowSource {
        static final Table TABLE = Table.of("customers: number int32, cstamp int32");

        @Override
        public TableSchema schema() {
            return TABLE.schema();
        }

        @Override
        public long estimatedBytes() {
            return ROWS * 8L;
        }

        @Override
        public long load(RowSink sink, LoadProgress progress) {
            for (int number = 0; number < ROWS; number++) {
                sink.beginRow().putLong(0, number).putLong(1, stamp).endRow();
            }
            return ROWS;
        }
    }

    private static Query bucket() {
        return from(Orders.TABLE).where(Orders.TABLE.field("bucket").is(param("bucket")));
    }

    /** Three reads: of orders, of the customers of these, and of the same orders once more. */
    private static Flow joined() {
        final Table again = Orders.TABLE.as("again");
        return bucket().join(inner(Customers.TABLE)
                        .on(Customers.TABLE.field("number").is(Orders.TABLE.field("customer"))))
                .join(inner(again).on(again.field("id").is(Orders.TABLE.field("id"))))
                .select(
                        Orders.TABLE.field("stamp").as("first"),
                        Customers.TABLE.field("cstamp").as("customers"),
                        again.field("stamp").as("again"));
    }

    private static Keyfarm farm(EmbeddedSettings settings, CostModel costs, CachedNanoClock clock) throws IOException {
        return fill(Keyfarm.embedded(settings, clock, costs));
    }

    private static Keyfarm fill(Keyfarm farm) throws IOException {
        farm.load(new Orders(0));
        farm.load(new Customers(0));
        farm.keys("orders", "bucket", "id");
        farm.keys("customers", "number");
        return farm;
    }

    /** Reads one bucket after another, by one table and by joins in turn, and answers how many answers it got. */
    private static long readUntil(AtomicBoolean done, AtomicLong answers, Keyfarm farm, int seed) {
        long count = 0;
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(bucket());
                PreparedFlow flow = session.prepare(joined())) {
            long newest = 0;
            for (int i = seed; !done.get(); i++) {
                final int wanted = i % BUCKETS;
                newest = i % 2 == 0
                        ? requireOneGeneration(query.set("bucket", wanted).run(), newest)
                        : requireOneState(flow.set("bucket", wanted).run(), newest);
                count++;
                answers.incrementAndGet();
            }
        }
        return count;
    }

    private static long requireOneGeneration(Rows rows, long newest) {
        long stamp = -1;
        int count = 0;
        while (rows.next()) {
            assertEquals(stamp < 0 ? rows.getLong(3) : stamp, rows.getLong(3));
            stamp = rows.getLong(3);
            count++;
        }
        assertEquals(ORDERS_IN_BUCKET, count);
        assertTrue(stamp >= newest, () -> "went back to a generation before " + newest);
        return stamp;
    }

    /** Orders are replaced first, and customers follow: so it was at some moment. */
    private static long requireOneState(Rows rows, long newest) {
        long orders = -1;
        long customers = -1;
        int count = 0;
        while (rows.next()) {
            assertEquals(orders < 0 ? rows.getLong(0) : orders, rows.getLong(0));
            orders = rows.getLong(0);
            assertEquals(customers < 0 ? rows.getLong(1) : customers, rows.getLong(1));
            customers = rows.getLong(1);
            assertEquals(orders, rows.getLong(2), "a table read twice");
            count++;
        }
        assertEquals(ORDERS_IN_BUCKET, count);
        assertTrue(orders == customers || orders == customers + 1, orders + " beside " + customers);
        assertTrue(orders >= newest, "went back from " + newest + " to " + orders);
        return orders;
    }

    @Test
    @Tag("slow")
    void shouldNeverMixGenerations() throws Exception {
        replaceUnderLoad(20, 5_000);
    }

    @Test
    @Tag("full")
    void shouldNeverMixGenerationsInManyAnswers() throws Exception {
        replaceUnderLoad(100, 100_000);
    }

    private static void replaceUnderLoad(int replacements, long leastAnswers) throws Exception {
        try (Keyfarm farm = fill(Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(2)))) {
            farm.doWork();
            final long before = farm.memoryBytes();
            final AtomicBoolean done = new AtomicBoolean();
            final AtomicLong answers = new AtomicLong();
            final ExecutorService readers = Executors.newFixedThreadPool(READERS);
            final List<Future<Long>> reads = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                final int seed = i * BUCKETS / READERS;
                reads.add(readers.submit(() -> readUntil(done, answers, farm, seed)));
            }
            try {
                for (int stamp = 1; stamp <= replacements; stamp++) {
                    farm.replace(new Orders(stamp));
                    farm.replace(new Customers(stamp));
                    assertEquals(3, farm.keyCount());
                    while (answers.get() < stamp * leastAnswers / replacements
                            && reads.stream().noneMatch(Future::isDone)) {
                        Thread.onSpinWait();
                    }
                }
            } finally {
                done.set(true);
                readers.shutdown();
            }
            long count = 0;
            for (final Future<Long> read : reads) {
                count += read.get(60, TimeUnit.SECONDS);
            }
            assertTrue(count >= leastAnswers, count + " answers");
            System.out.printf("%,d answers while two tables were replaced %d times%n", count, replacements);
            farm.doWork();
            assertEquals(before, farm.memoryBytes());
        }
    }

    @Test
    void shouldFinishAFlowOnWhatItBeganWith() throws Exception {
        // Without a bucket, there are more orders than one batch has, so that customers are looked up all the time.
        final Flow all = from(Orders.TABLE)
                .join(inner(Customers.TABLE).on(Customers.TABLE.field("number").is(Orders.TABLE.field("customer"))));
        try (Keyfarm farm = fill(Keyfarm.embedded(EmbeddedSettings.defaults()
                        .growth(GrowthSettings.off())
                        .slaves(2)
                        .maxFrameBytes(1024)));
                Session session = farm.session();
                PreparedFlow flow = session.prepare(all)) {
            final Rows rows = flow.run();
            assertTrue(rows.next());
            farm.replace(new Orders(1));
            farm.replace(new Customers(1));
            assertTrue(farm.drop("orders"));
            assertTrue(farm.drop("customers"));
            farm.doWork();
            int count = 1;
            while (rows.next()) {
                assertEquals(0L, rows.get("stamp"));
                assertEquals(0L, rows.get("cstamp"));
                count++;
            }
            assertEquals(ROWS, count);
            assertThrows(BadValueException.class, flow::run);
            flow.close();
            session.close();
            farm.doWork();
            assertEquals(0, farm.memoryBytes());
        }
    }

    @Test
    void shouldNotWaitForAFlowBeyondItsDeadline() throws Exception {
        final CachedNanoClock clock = new CachedNanoClock();
        final EmbeddedSettings settings = EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .maxFrameBytes(1024)
                .timeout(Duration.ofSeconds(10));
        try (Keyfarm farm = farm(settings, CostModel.typical(), clock);
                Session session = farm.session()) {
            farm.doWork();
            final long before = farm.memoryBytes();
            final Rows leaked = session.prepare(joined()).set("bucket", 7).run();
            final long reading = farm.memoryBytes() - before;
            farm.replace(new Customers(1));
            farm.doWork();
            final long held = farm.memoryBytes();
            assertTrue(
                    held > before + ROWS * 8L, held + " bytes while the old customers are held, " + before + " before");
            clock.advance(Duration.ofSeconds(9).toNanos());
            farm.doWork();
            assertEquals(held, farm.memoryBytes());
            clock.advance(Duration.ofSeconds(2).toNanos());
            farm.doWork();
            assertEquals(before + reading, farm.memoryBytes());
            final QueryException late = assertThrows(QueryException.class, leaked::drain);
            assertEquals(FailureCode.DEADLINE_PASSED, late.code());
        }
    }

    @Test
    void shouldKeepTheOldRowsAndKeysWhereAReplacementFails() throws Exception {
        try (Keyfarm farm = fill(Keyfarm.embedded(EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .slaves(2)
                .memoryLimitBytes(1_000_000)))) {
            farm.doWork();
            final long before = farm.memoryBytes();
            final RowSource breaking = JavaObjects.of(Orders.TABLE.schema(), List.of(1, 2, 3), (number, row) -> {
                if (number == 3) {
                    throw new IllegalStateException("no third row");
                }
                row.putLong(0, number).putLong(1, number).putLong(2, number).putLong(3, number);
            });
            assertThrows(RuntimeException.class, () -> farm.replace(breaking));
            requireAsItWas(farm, before);

            final BadValueException fewer = assertThrows(
                    BadValueException.class,
                    () -> farm.replace(JavaObjects.ofLists(
                            TableSchema.parse("orders: id int32, stamp int32"), List.of(List.of(1, 1)))));
            assertEquals("orders has no field bucket; it has id, stamp", fewer.getMessage());
            requireAsItWas(farm, before);

            final BadValueException unknown = assertThrows(
                    BadValueException.class,
                    () -> farm.replace(JavaObjects.ofLists(TableSchema.parse("others: id int32"), List.of())));
            assertEquals("there is no table others; there are customers, orders", unknown.getMessage());

            // Room for the rows, and not for their keys.
            while (true) {
                try {
                    farm.replace(new Orders(0));
                    farm.load(new Numbers("numbers" + farm.tables().size(), 3_000, 0));
                } catch (MemoryLimitException e) {
                    break;
                }
            }
            farm.tables().stream()
                    .filter(table -> table.name().startsWith("numbers"))
                    .forEach(table -> farm.drop(table.name()));
            requireAsItWas(farm, before);
        }
    }

    private static void requireAsItWas(Keyfarm farm, long bytes) {
        farm.doWork();
        assertEquals(bytes, farm.memoryBytes());
        assertEquals(3, farm.keyCount());
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(bucket())) {
            requireOneGeneration(query.set("bucket", 9).run(), 0);
            assertEquals("bucket", query.report().path());
        }
    }

    @Test
    void shouldKeepKeysWhereATableIsReplacedAndDropThemWhereItIsLoaded() throws Exception {
        try (Keyfarm farm = fill(Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off())))) {
            farm.replace(new Orders(1));
            assertEquals(3, farm.keyCount());
            assertFalse(farm.dropKey("orders", "stamp"));
            assertTrue(farm.dropKey("orders", "id"));
            farm.replace(new Orders(2));
            assertEquals(2, farm.keyCount());
            farm.load(new Orders(3));
            assertEquals(1, farm.keyCount());
        }
    }
}
