package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.farmer.Explanation;
import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a user of the embedded Keyfarm can count on. */
final class KeyfarmTest {
    private static final int ROWS = 50_000;

    private Keyfarm farm;
    private Table numbers;

    @BeforeEach
    void load() throws Exception {
        farm = Keyfarm.embedded(EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .slaves(2)
                .maxFrameBytes(4096)
                .queryMemoryBytes(128 << 10));
        numbers = farm.load(new Numbers("numbers", ROWS, 1));
    }

    @AfterEach
    void close() {
        farm.close();
        assertEquals(0, farm.memoryBytes(), "bytes left behind");
    }

    @Test
    void shouldReadTwoQueriesOfOnePlanAtOnce() throws IOException {
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()))) {
            final Table table = farm.load(JavaObjects.ofLists(
                    TableSchema.parse("numbers: n int32"),
                    IntStream.range(0, 100).mapToObj(List::of).toList()));
            final Query query = from(table).where(table.field("n").atLeast(param("least")));
            try (Session session = farm.session();
                    PreparedQuery one = session.prepare(query);
                    PreparedQuery other = session.prepare(query)) {
                final Rows rows = one.set("least", 10).run();
                assertTrue(rows.next());
                assertTrue(other.set("least", 50).run().next());
                assertEquals(10, rows.getLong(0));
                assertTrue(rows.next());
                assertEquals(11, rows.getLong(0));
            }
        }
    }

    @Test
    void shouldMergeTheOrderedRowsOfAllSlaves() {
        try (Rows rows = farm.query(from(numbers)
                .where(numbers.field("id").between(100, 40_000))
                .orderBy(numbers.field("id").descending())
                .offset(2)
                .limit(3_000))) {
            for (int id = 39_998; id > 36_998; id--) {
                assertTrue(rows.next());
                assertEquals(id, rows.getLong(0));
            }
            assertFalse(rows.next());
        }
    }

    @Test
    void shouldCountWithoutReadingRowsWhereAKeyServesWhole() {
        farm.keys("numbers", "bucket.id");
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(
                        from(numbers).where(numbers.field("bucket").is(7)).count())) {
            assertEquals(idsOf(7), query.count());
            assertEquals("bucket.id", query.report().path());
            assertTrue(query.report().rowsExamined() < 45, query.report().toString());
        }
    }

    private static long idsOf(int bucket) {
        return IntStream.range(0, ROWS)
                .filter(id -> Numbers.bucket(id) == bucket)
                .count();
    }

    @Test
    void shouldTellBeforehandHowItWouldRead() {
        farm.keys("numbers", "bucket.id", "name");
        final Explanation explanation = farm.explain(from(numbers)
                .where(numbers.field("bucket").is(7))
                .where(numbers.field("name").startsWith("n"))
                .where(numbers.field("stamp").is(1))
                .where(numbers.field("name").contains("7")));
        assertEquals("bucket.id", explanation.taken().name());
        assertEquals(3, explanation.candidates().size());
        assertEquals(1, explanation.narrowed().size(), explanation.toString());
        assertEquals(3, explanation.confirmed().size(), explanation.toString());
        assertTrue(explanation.toString().contains("narrow    numbers by bucket.id"), explanation.toString());
    }

    @Test
    void shouldRunOnceForEachOfManyBindings() {
        farm.keys("numbers", "id");
        final List<String> names = new ArrayList<>();
        try (Session session = farm.session();
                PreparedQuery query =
                        session.prepare(from(numbers).where(numbers.field("id").is(param("id"))))) {
            final long rows = query.executeAll(
                    100, (place, parameters) -> parameters.setLong(0, place * 499L), (place, answer) -> {
                        assertTrue(answer.next());
                        names.add(answer.getString(3));
                    });
            assertEquals(100, rows);
        }
        for (int place = 0; place < 100; place++) {
            assertEquals(Numbers.name(place * 499), names.get(place));
        }
    }

    @Test
    void shouldFailAQueryWhoseDeadlineHasPassed() {
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(from(numbers)
                        .where(numbers.field("name").contains("never there"))
                        .count())) {
            query.timeout(Duration.ofNanos(1));
            final QueryException late = assertThrows(QueryException.class, query::count);
            assertEquals(FailureCode.DEADLINE_PASSED, late.code());
            query.timeout(Duration.ofMinutes(1));
            assertEquals(0, query.count());
        }
    }

    @Test
    void shouldStopAQueryThatAnotherThreadCancels() throws Exception {
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(from(numbers)
                        .where(numbers.field("name").contains("never there"))
                        .count())) {
            final AtomicReference<@Nullable QueryException> failure = new AtomicReference<>();
            final Thread asking = new Thread(() -> {
                while (failure.get() == null) {
                    try {
                        query.count();
                    } catch (QueryException e) {
                        failure.set(e);
                    }
                }
            });
            asking.start();
            while (asking.isAlive()) {
                query.cancel();
            }
            asking.join();
            final QueryException cancelled = failure.get();
            assertNotNull(cancelled);
            assertEquals(FailureCode.CANCELLED, cancelled.code());
            assertEquals(0, query.count());
        }
    }

    @Test
    void shouldRefuseToOrderMoreThanTheQueryMayTake() {
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(
                        from(numbers).orderBy(numbers.field("name").ascending()))) {
            final QueryException tooMuch =
                    assertThrows(QueryException.class, () -> query.run().drain());
            assertEquals(FailureCode.MEMORY_LIMIT, tooMuch.code());
        }
    }

    @Test
    void shouldOrderAnyNumberOfRowsWhereFewAreWanted() {
        try (Rows rows = farm.query(
                from(numbers).orderBy(numbers.field("id").descending()).limit(5))) {
            assertTrue(rows.next());
            assertEquals(ROWS - 1, rows.getLong(0));
            assertEquals(4, rows.drain());
        }
    }

    @Test
    void shouldRefuseALoadThatWouldNotFitAndKeepWhatIsThere() throws Exception {
        try (Keyfarm small = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).memoryLimitBytes(1_000_000))) {
            final Table kept = small.load(new Numbers("numbers", 1_000, 1));
            assertThrows(MemoryLimitException.class, () -> small.load(new Numbers("numbers", 100_000, 2)));
            try (Rows rows = small.query(from(kept).count())) {
                assertTrue(rows.next());
                assertEquals(1_000, rows.getLong(0));
            }
        }
    }

    @Test
    void shouldHaveAKeyOnAllSlavesOrOnNone() throws Exception {
        final EmbeddedSettings settings =
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(2);
        final long needed;
        try (Keyfarm roomy = Keyfarm.embedded(settings)) {
            roomy.load(new Numbers("numbers", 10_000, 1));
            needed = roomy.memoryBytes();
        }
        // Room for the rows while they grow, and for some keys. Each time a little more, so that each slave is the
        // first to fail.
        for (long more = 600_000; more < 900_000; more += 20_000) {
            try (Keyfarm tight = Keyfarm.embedded(settings.memoryLimitBytes(needed + more))) {
                tight.load(new Numbers("numbers", 10_000, 1));
                addKeysUntilFull(tight);
            }
        }
    }

    private static void addKeysUntilFull(Keyfarm tight) {
        for (final String key :
                List.of("id", "bucket", "stamp", "id.bucket", "bucket.id", "stamp.id", "id.stamp", "name")) {
            tight.doWork();
            final long before = tight.memoryBytes();
            final int keys = tight.keyCount();
            try {
                tight.keys("numbers", key);
            } catch (MemoryLimitException e) {
                tight.doWork();
                assertEquals(before, tight.memoryBytes(), key);
                assertEquals(keys, tight.keyCount());
                return;
            }
        }
        throw new AssertionError("all keys found room");
    }

    @Test
    void shouldNameWhatIsWrongWithAQuery() {
        final BadValueException unknown = assertThrows(BadValueException.class, () -> farm.table("nombers"));
        assertEquals("there is no table nombers; there are numbers", unknown.getMessage());
        try (Session session = farm.session();
                PreparedQuery query =
                        session.prepare(from(numbers).where(numbers.field("id").is(param("id"))))) {
            final RuntimeException missing = assertThrows(RuntimeException.class, query::run);
            assertTrue(String.valueOf(missing.getMessage()).contains("id"), missing.getMessage());
            final RuntimeException wrong = assertThrows(RuntimeException.class, () -> query.set("id", "five"));
            assertTrue(String.valueOf(wrong.getMessage()).contains("id: 'five' is no int32"), wrong.getMessage());
            assertEquals(1, query.set("id", 5).run().drain());
        }
    }

    @Test
    void shouldEndWhatIsLeftOpenWhenItCloses() throws Exception {
        final Keyfarm other = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).maxFrameBytes(1024));
        final Table table = other.load(new Numbers("numbers", 10_000, 1));
        try (Session session = other.session()) {
            final Rows open = session.prepare(from(table)).run();
            assertTrue(open.next());
            other.close();
            assertThrows(QueryException.class, open::drain);
            assertThrows(IllegalStateException.class, other::session);
            assertThrows(IllegalStateException.class, () -> other.load(new Numbers("numbers", 1, 1)));
        }
        assertEquals(0, other.memoryBytes());
    }

    @Test
    void shouldHoldNoMemoryForQueriesThatAreClosed() {
        try (Session session = farm.session();
                PreparedQuery kept =
                        session.prepare(from(numbers).where(numbers.field("id").is(7)))) {
            assertTrue(kept.run().next());
            final long before = farm.memoryBytes();
            for (int id = 0; id < 500; id++) {
                try (PreparedQuery query =
                        session.prepare(from(numbers).where(numbers.field("id").is(id)))) {
                    assertEquals(1, query.run().drain());
                }
            }
            assertEquals(before, farm.memoryBytes());
            assertEquals(7, kept.rows().getLong(0), "rows of the same plan, prepared once more meanwhile");
        }
    }

    @Test
    void shouldRefuseToReadWhereThereIsNoRow() {
        try (Rows rows = farm.query(from(numbers).where(numbers.field("id").is(5)))) {
            assertThrows(IllegalStateException.class, () -> rows.getLong(0));
            assertTrue(rows.next());
            assertEquals(5, rows.getLong("id"));
            assertEquals(Numbers.name(5), rows.getString("name"));
            assertThrows(BadValueException.class, () -> rows.getLong(3));
            assertFalse(rows.next());
            assertThrows(IllegalStateException.class, () -> rows.get("name"));
        }
    }

    @Test
    void shouldAllocateNothingForAPointLookup() {
        farm.keys("numbers", "id", "bucket.id");
        try (Session session = farm.session();
                PreparedQuery query =
                        session.prepare(from(numbers).where(numbers.field("id").is(param("id"))))) {
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final long thread = Thread.currentThread().getId();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 12; round++) {
                final long before = threads.getThreadAllocatedBytes(thread);
                long sum = 0;
                for (int i = 0; i < 2_000; i++) {
                    query.parameters().setLong(0, (i * 31L) % ROWS);
                    final Rows rows = query.run();
                    while (rows.next()) {
                        sum += rows.getLong(1);
                    }
                }
                assertTrue(sum > 0);
                least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
            }
            // Once in so many runs the key is picked anew, but not in every round.
            assertEquals(0, least, "bytes for 2,000 lookups");
        }
    }

    @Test
    void shouldGiveBackAllMemoryOfATableThatIsDropped() {
        final long before = farm.memoryBytes();
        assertTrue(before > 0);
        farm.keys("numbers", "bucket");
        assertTrue(farm.drop("numbers"));
        assertFalse(farm.drop("numbers"));
        farm.doWork();
        assertEquals(0, farm.memoryBytes());
        assertThrows(BadValueException.class, () -> farm.query(from(numbers)));
    }
}
