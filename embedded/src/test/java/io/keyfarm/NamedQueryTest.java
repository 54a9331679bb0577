package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.NamedQuery;
import io.keyfarm.farmer.Prepared;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.QuerySettings;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.RunCounts;
import io.keyfarm.farmer.Session;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.rows.BadValueException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names mean what they mean when a run begins. */
final class NamedQueryTest {
    private static final int ROWS = 20_000;
    private static final QuerySettings AS_ASKED = QuerySettings.none();

    private Keyfarm farm;
    private Table numbers;

    @BeforeEach
    void load() throws Exception {
        farm = Keyfarm.embedded(EmbeddedSettings.defaults().slaves(2).maxFrameBytes(1024));
        numbers = farm.load(new Numbers("numbers", ROWS, 1));
        farm.keys("numbers", "id");
    }

    @AfterEach
    void close() {
        farm.close();
        assertEquals(0, farm.memoryBytes(), "bytes left behind");
    }

    private PlanId submit(Query query) {
        return farm.submit(query.compile().bytes());
    }

    /** The rows from {@code from} on, as many as the parameter says. */
    private Query span(int from) {
        return from(numbers)
                .where(numbers.field("id").atLeast(from))
                .where(numbers.field("id").lessThan(param("end")))
                .select("id");
    }

    @Test
    void shouldRunAPlanByItsId() {
        final PlanId id = submit(span(100));
        try (Session session = farm.session();
                Prepared query = session.prepare(id)) {
            assertEquals(50, query.set("end", 150).run().drain());
            assertThrows(BadValueException.class, () -> session.prepare(PlanId.parse("0".repeat(32))));
        }
        final RunCounts counts = farm.plans().require(id).counts();
        assertEquals(1, counts.runs());
        assertEquals(50, counts.rows());
        assertEquals(0, counts.failures());
        assertTrue(counts.totalNs() > 0);
    }

    @Test
    void shouldFollowARepointAtTheNextRunAndFinishTheOneUnderWay() {
        farm.alias("span", submit(span(0)), AS_ASKED);
        try (Session session = farm.session();
                NamedQuery query = session.prepare("span")) {
            final Rows first = query.set("end", 5_000).run();
            assertTrue(first.next());
            farm.alias("span", submit(span(4_000)), AS_ASKED);
            assertEquals(4_999, first.drain(), "frames of the plan it began with");
            assertEquals(1_000, query.run().drain());
            assertEquals(submit(span(4_000)), query.alias().planId());
            farm.rollback("span");
            assertEquals(5_000, query.run().drain());
        }
        final RunCounts counts = farm.plans().counts("span");
        assertEquals(3, counts.runs());
        assertEquals(11_000, counts.rows());
        assertEquals(2, farm.plans().require(submit(span(0))).counts().runs());
        assertEquals(1, farm.plans().require(submit(span(4_000))).counts().runs());
    }

    @Test
    void shouldSayWhenParametersDoNotFitWhatTheNameMeansNow() {
        final PlanId old = submit(span(0));
        farm.alias("span", old, AS_ASKED);
        final PlanId byName = submit(
                from(numbers).where(numbers.field("name").is(param("name"))).select("id"));
        try (Session session = farm.session();
                NamedQuery query = session.prepare("span")) {
            assertEquals(9, query.set("end", 9).run().drain());
            farm.alias("span", byName, AS_ASKED);
            assertEquals(
                    "alias span means plan " + byName + " now, which the parameters do not fit: the query has no"
                            + " parameter :end; it has [:name]",
                    message(query::run));
            assertEquals("the query has no parameter :end; it has [:name]", message(() -> query.set("end", 7)));
            query.clear();
            assertEquals(
                    "alias span means plan " + byName + " now, which the parameters do not fit: :name is not set,"
                            + " and is not optional",
                    message(query::run));
            assertEquals(1, query.set("name", Numbers.name(77)).run().drain());
            farm.plans().removeAlias("span");
            assertEquals("there is no alias span; there is none at all", message(query::run));
            farm.alias("span", old, AS_ASKED);
            assertEquals(3, query.clear().set("end", 3).run().drain());
        }
    }

    private static String message(org.junit.jupiter.api.function.Executable asking) {
        return String.valueOf(assertThrows(BadValueException.class, asking).getMessage());
    }

    @Test
    void shouldKeepValuesAsTheyWereSet() {
        final Query in =
                from(numbers).where(numbers.field("id").in(param("ids"))).select("id");
        farm.alias("in", submit(in), AS_ASKED);
        final List<Integer> ids = new ArrayList<>(List.of(1, 2, 3));
        try (Session session = farm.session();
                NamedQuery query = session.prepare("in")) {
            query.set("ids", ids);
            ids.clear();
            farm.alias("in", submit(in.select("name")), AS_ASKED);
            assertEquals(3, query.run().drain());
        }
    }

    @Test
    void shouldLetTheAliasHaveItsSay() {
        final PlanId id = submit(span(0));
        farm.alias(
                "span", id, AS_ASKED.maxRows(100).timeout(Duration.ofSeconds(9)).priority(8));
        try (Session session = farm.session();
                NamedQuery query = session.prepare("span")) {
            query.settings(
                    AS_ASKED.maxRows(1_000_000).timeout(Duration.ofNanos(1)).memoryBytes(1 << 20));
            assertEquals(new QuerySettings(9_000_000_000L, 100, 1 << 20, 8), query.settings());
            assertEquals(100, query.set("end", 100).run().drain());

            final Rows rows = query.set("end", 101).run();
            for (int i = 0; i < 100; i++) {
                assertTrue(rows.next());
            }
            for (int again = 0; again < 2; again++) {
                final QueryException tooMany = assertThrows(QueryException.class, rows::next);
                assertEquals(FailureCode.LIMIT_PASSED, tooMany.code());
                assertEquals("the answer has more than the 100 rows it may have", tooMany.getMessage());
            }

            farm.alias("span", id, AS_ASKED);
            query.set("end", 5_000);
            assertEquals(
                    FailureCode.DEADLINE_PASSED,
                    assertThrows(QueryException.class, () -> query.run().drain())
                            .code(),
                    "the asker's own timeout, where the alias says nothing");
            farm.rollback("span");
            assertEquals(100, query.set("end", 100).run().drain());
        }
        assertEquals(4, farm.plans().counts("span").runs());
        assertEquals(2, farm.plans().counts("span").failures());
    }

    @Test
    void shouldHandOverAllThatAPlanLimitsItselfTo() {
        final PlanId id = submit(span(0).limit(100));
        try (Session session = farm.session();
                Prepared query = session.prepare(id).settings(AS_ASKED.maxRows(100))) {
            assertEquals(100, query.set("end", 5_000).run().drain());
            query.settings(AS_ASKED.maxRows(99));
            assertThrows(QueryException.class, () -> query.run().drain());
            query.settings(AS_ASKED.maxRows(5));
            assertEquals(5, query.set("end", 5).run().drain(), "no more than there are");
        }
    }

    @Test
    void shouldOrderOnSlavesWithinTheMemoryOfTheAlias() {
        final Query ordered =
                from(numbers).orderBy(numbers.field("name").descending()).select("id");
        farm.alias("ordered", submit(ordered), AS_ASKED);
        try (Session session = farm.session();
                NamedQuery query = session.prepare("ordered")) {
            assertEquals(ROWS, query.run().drain());
            farm.alias("ordered", submit(ordered), AS_ASKED.memoryBytes(20_000));
            final QueryException tooMuch =
                    assertThrows(QueryException.class, () -> query.run().drain());
            assertEquals(FailureCode.MEMORY_LIMIT, tooMuch.code());
            assertTrue(String.valueOf(tooMuch.getMessage()).contains("20,000"), tooMuch.getMessage());
            farm.rollback("ordered");
            assertEquals(ROWS, query.run().drain());
        }
    }

    /** Which remainders there are of the ids below the parameter. */
    private Flow remainders(int modulus) {
        return from(numbers)
                .where(numbers.field("id").lessThan(param("end")))
                .select(numbers.field("id").remainder(modulus).as("left"))
                .distinct();
    }

    @Test
    void shouldRunPlansOfSeveralStepsByIdAndByName() {
        final PlanId id = farm.submit(remainders(10).compile().bytes());
        farm.alias("digits", submit(span(0)), AS_ASKED);
        try (Session session = farm.session();
                Prepared byId = session.prepare(id);
                NamedQuery byName = session.prepare("digits")) {
            assertEquals(7, byId.set("end", 7).run().drain());
            assertEquals(10, byId.set("end", 700).run().drain());
            assertEquals(25, byName.set("end", 25).run().drain(), "one read");
            farm.alias("digits", id, AS_ASKED.maxRows(9));
            assertEquals(5, byName.set("end", 5).run().drain(), "several steps");
            assertEquals(FailureCode.LIMIT_PASSED, codeOf(byName.set("end", 25)));
            farm.alias("digits", farm.submit(remainders(5_000).compile().bytes()), AS_ASKED.memoryBytes(50_000));
            assertEquals(FailureCode.MEMORY_LIMIT, codeOf(byName.set("end", ROWS)));
            farm.alias("digits", id, AS_ASKED);
            assertEquals(10, byName.run().drain());
            assertEquals(1, byName.reports().size());
            assertTrue(byName.explain().toString().contains("narrow    numbers by "), byName.explain()::toString);
            assertThrows(IllegalStateException.class, byName::count);
        }
        final RunCounts counts = farm.plans().counts("digits");
        assertEquals(5, counts.runs());
        assertEquals(2, counts.failures());
        assertEquals(5, farm.plans().require(id).counts().runs(), "by id and by name");
    }

    private static FailureCode codeOf(NamedQuery query) {
        return assertThrows(QueryException.class, () -> query.run().drain()).code();
    }

    @Test
    void shouldCountCountsAndCancelledRuns() {
        farm.alias("all", submit(from(numbers).count()), AS_ASKED);
        try (Session session = farm.session();
                NamedQuery query = session.prepare("all")) {
            assertEquals(ROWS, query.count());
            final Rows rows = query.run();
            assertTrue(rows.next());
            assertEquals(ROWS, rows.getLong(0));
            assertFalse(rows.next());
        }
        final RunCounts counts = farm.plans().counts("all");
        assertEquals(2, counts.runs());
        assertEquals(2, counts.rows());
    }

    @Test
    void shouldAllocateNothingWhileTheNameMeansTheSame() {
        farm.alias("one", submit(from(numbers).where(numbers.field("id").is(param("id")))), AS_ASKED.maxRows(1));
        try (Session session = farm.session();
                NamedQuery query = session.prepare("one")) {
            query.set("id", 7);
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final long thread = Thread.currentThread().getId();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 12; round++) {
                final long before = threads.getThreadAllocatedBytes(thread);
                long sum = 0;
                for (int i = 0; i < 2_000; i++) {
                    final Rows rows = query.run();
                    while (rows.next()) {
                        sum += rows.getLong(0);
                    }
                }
                assertEquals(14_000, sum);
                least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
            }
            assertEquals(0, least, "bytes for 2,000 runs");
        }
    }

    /** Two plans with answers that differ in number and in every row. */
    @Test
    void shouldAnswerWithOneOfTwoWholeAnswersWhileTheNameIsRepointed() throws Exception {
        final PlanId low = submit(span(0));
        final PlanId high = submit(from(numbers)
                .where(numbers.field("id").atLeast(param("end")))
                .where(numbers.field("id").lessThan(1_900))
                .orderBy(numbers.field("id").ascending())
                .select("id", "stamp"));
        farm.alias("span", low, AS_ASKED);
        final long before = farm.memoryBytes();
        final AtomicBoolean done = new AtomicBoolean();
        final ExecutorService threads = Executors.newFixedThreadPool(8);
        final List<Future<int[]>> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readers.add(threads.submit(() -> readUntil(done)));
        }
        for (int i = 0; i < 150; i++) {
            farm.alias("span", high, AS_ASKED);
            awaitRuns(4);
            if (i % 2 == 0) {
                farm.rollback("span");
            } else {
                farm.alias("span", low, AS_ASKED.priority(1 + i % 9));
            }
            awaitRuns(4);
        }
        done.set(true);
        final int[] answers = new int[2];
        for (final Future<int[]> reader : readers) {
            final int[] own = reader.get(60, TimeUnit.SECONDS);
            answers[0] += own[0];
            answers[1] += own[1];
        }
        threads.shutdown();
        assertTrue(answers[0] > 100 && answers[1] > 100, answers[0] + " and " + answers[1] + " answers");
        final RunCounts counts = farm.plans().counts("span");
        assertEquals(answers[0] + answers[1], counts.runs());
        assertEquals(answers[0] * 1_000L + answers[1] * 900L, counts.rows());
        assertEquals(answers[0], farm.plans().require(low).counts().runs());
        farm.doWork();
        assertEquals(before, farm.memoryBytes());
    }

    /** A repoint tells nothing unless somebody runs between two of them. */
    private void awaitRuns(int more) {
        final long wanted = farm.plans().counts("span").runs() + more;
        while (farm.plans().counts("span").runs() < wanted) {
            Thread.onSpinWait();
        }
    }

    private int[] readUntil(AtomicBoolean done) {
        final int[] answers = new int[2];
        try (Session session = farm.session();
                NamedQuery query = session.prepare("span")) {
            query.set("end", 1_000);
            while (!done.get()) {
                if (answers[0] % 3 == 0) {
                    query.set("end", 1_000);
                }
                final Rows rows = query.run();
                final int plan = rows.schema().fieldCount() - 1;
                long sum = 0;
                int count = 0;
                while (rows.next()) {
                    sum += rows.getLong(0);
                    count++;
                }
                assertTrue(Set.of(0, 1).contains(plan));
                assertEquals(plan == 0 ? 1_000 : 900, count);
                assertEquals(plan == 0 ? 499_500 : 900 * 1_000 + 404_550, sum);
                answers[plan]++;
            }
        }
        return answers;
    }
}
