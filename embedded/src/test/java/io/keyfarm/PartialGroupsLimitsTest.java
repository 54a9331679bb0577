package io.keyfarm;

import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.RunReport;
import io.keyfarm.farmer.Session;
import io.keyfarm.query.Aggregates;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.PartialGroups;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a slave's groups when a query may not go on, or has enough. */
final class PartialGroupsLimitsTest {
    private static final int ROWS = 50_000;

    @SuppressWarnings("NullAway.Init")
    private Keyfarm farm;

    @SuppressWarnings("NullAway.Init")
    private Table numbers;

    @BeforeEach
    void load() throws Exception {
        farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().slaves(2).maxFrameBytes(4096).queryMemoryBytes(1 << 20));
        numbers = farm.load(new Numbers("numbers", ROWS, 1));
    }

    @AfterEach
    void close() {
        farm.close();
        assertEquals(0, farm.memoryBytes());
    }

    private Flow byId() {
        return from(numbers).groupBy(numbers.field("id")).aggregate(Aggregates.count());
    }

    private Flow byBucket() {
        return from(numbers).groupBy(numbers.field("bucket")).aggregate(Aggregates.sum(numbers.field("id")));
    }

    @Test
    void shouldRefuseMoreGroupsThanTheQueryMayTake() {
        try (Session session = farm.session();
                PreparedFlow flow = session.prepare(byId())) {
            final QueryException tooMany =
                    assertThrows(QueryException.class, () -> flow.run().drain());
            assertEquals(FailureCode.MEMORY_LIMIT, tooMany.code());
            assertTrue(String.valueOf(tooMany.getMessage()).contains("this query"), tooMany.getMessage());
            // The session goes on.
            try (PreparedFlow fewer = session.prepare(byBucket())) {
                assertEquals(Numbers.GROUPS, fewer.run().drain());
            }
        }
    }

    @Test
    void shouldStopAtTheDeadline() {
        try (Session session = farm.session();
                PreparedFlow flow = session.prepare(byBucket())) {
            flow.timeout(Duration.ofNanos(1));
            final QueryException late =
                    assertThrows(QueryException.class, () -> flow.run().drain());
            assertEquals(FailureCode.DEADLINE_PASSED, late.code());
            flow.timeout(Duration.ofMinutes(1));
            assertEquals(Numbers.GROUPS, flow.run().drain());
        }
    }

    @Test
    void shouldStopWhenAnotherThreadCancels() throws Exception {
        try (Session session = farm.session();
                PreparedFlow flow = session.prepare(byBucket())) {
            final AtomicReference<@Nullable QueryException> failure = new AtomicReference<>();
            final Thread asking = new Thread(() -> {
                while (failure.get() == null) {
                    try {
                        flow.run().drain();
                    } catch (QueryException e) {
                        failure.set(e);
                    }
                }
            });
            asking.start();
            while (asking.isAlive()) {
                flow.cancel();
            }
            asking.join();
            final QueryException cancelled = failure.get();
            assertTrue(cancelled != null && cancelled.code() == FailureCode.CANCELLED, String.valueOf(cancelled));
            assertEquals(Numbers.GROUPS, flow.run().drain());
        }
    }

    @Test
    void shouldFreeGroupsThatNobodyReadsToTheEnd() throws Exception {
        try (Keyfarm roomy = Keyfarm.embedded(EmbeddedSettings.defaults().maxFrameBytes(1024))) {
            final Table table = roomy.load(new Numbers("numbers", ROWS, 1));
            try (Session session = roomy.session();
                    PreparedFlow flow = session.prepare(
                            from(table).groupBy(table.field("id")).alone())) {
                assertEquals(ROWS, flow.run().drain());
                final long before = roomy.memoryBytes();
                // Grouped again at the farmer, so that states are asked for only as rows are: a limit ends it.
                for (int i = 0; i < 5; i++) {
                    final Rows rows = flow.run();
                    assertTrue(rows.next());
                }
                flow.run().drain();
                assertEquals(before, roomy.memoryBytes());
            }
        }
    }

    @Test
    void shouldReportTheRowsAndNotTheStates() {
        try (Session session = farm.session();
                PreparedFlow partial = session.prepare(byBucket());
                PreparedFlow shipped = session.prepareShipping(byBucket().compile())) {
            partial.run().drain();
            shipped.run().drain();
            final RunReport at = partial.reports().get(0);
            assertEquals(ROWS, at.rowsExamined());
            assertEquals(ROWS, shipped.reports().get(0).rowsExamined());
            assertEquals("full scan", at.path());
        }
    }

    @Test
    void shouldNotAskForStatesByThemselves() {
        final QueryPlan plan = PartialGroups.of(byBucket().compile()).reads().get(0);
        assertTrue(plan.isGrouped());
        assertEquals(
                "from(numbers).select(id, bucket).project(bucket, id).groupBy(bucket).partially(sum(id) as sum_id)",
                plan.toString());
        try (Session session = farm.session()) {
            final BadValueException refused = assertThrows(BadValueException.class, () -> session.prepare(plan));
            assertTrue(String.valueOf(refused.getMessage()).contains("nothing to be asked by itself"));
        }
    }

    @Test
    void shouldLeaveToTheFarmerWhatSlavesCannotBegin() {
        assertFalse(isBegun(from(numbers)
                .orderBy(numbers.field("id").ascending())
                .groupBy(numbers.field("bucket"))
                .alone()));
        assertFalse(
                isBegun(from(numbers).limit(10).groupBy(numbers.field("bucket")).alone()));
        assertFalse(isBegun(from(numbers).aggregate(Aggregates.countDistinct(numbers.field("name")))));
        assertFalse(isBegun(Flow.of(from(numbers).count())));
        assertFalse(isBegun(
                from(numbers).distinct().groupBy(numbers.field("bucket")).alone()));
        assertTrue(isBegun(from(numbers).aggregate(Aggregates.max(numbers.field("name")))));
    }

    private static boolean isBegun(Flow flow) {
        return PartialGroups.of(flow.compile()).reads().stream().anyMatch(QueryPlan::isGrouped);
    }
}
