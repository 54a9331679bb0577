package io.keyfarm;

import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.NamedQuery;
import io.keyfarm.farmer.Prepared;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.QuerySettings;
import io.keyfarm.farmer.RegistrySettings;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSession;
import io.keyfarm.slave.SlaveSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is thrown under a slave's hands hurts one run of one plan. The slave's own clock does the throwing. */
final class QuarantineTest {
    private static final int ROWS = 5_000;

    private final MemoryLedger ledger = MemoryLedger.unlimited("slaves");
    private final BrokenClock clock = new BrokenClock();
    private final Slave sound = new Slave(SlaveSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger);
    private final Slave breaking = new Slave(SlaveSettings.of(1, 1).withMaxFrameBytes(1024), clock, ledger);
    private final Farmer farmer = new Farmer(
            FarmerSettings.of(0, 1).withRegistry(RegistrySettings.defaults().quarantineAfter(3)),
            SystemNanoClock.INSTANCE,
            ledger,
            CostModel.typical());
    private final List<LogRecord> logged = new ArrayList<>();
    private final Handler ear = new Ear(logged);
    private final Logger slaveLog = Logger.getLogger(SlaveSession.class.getName());
    private final Logger farmerLog = Logger.getLogger("io.keyfarm.farmer.Quarantine");
    private Table numbers = Table.of(new Numbers("numbers", ROWS, 1).schema());
    private long rowsBytes;

    /** Tells the time, and after so many looks at it throws. */
    private static final class BrokenClock implements NanoClock {
        private Runnable thrower = () -> {};
        private int looksLeft = Integer.MAX_VALUE;

        void breakAfter(int looks, Runnable how) {
            looksLeft = looks;
            thrower = how;
        }

        void mend() {
            looksLeft = Integer.MAX_VALUE;
        }

        @Override
        public long nanoTime() {
            if (looksLeft-- <= 0) {
                thrower.run();
            }
            return System.nanoTime();
        }
    }

    private static final class Ear extends Handler {
        private final List<LogRecord> heard;

        Ear(List<LogRecord> heard) {
            this.heard = heard;
        }

        @Override
        public void publish(LogRecord record) {
            heard.add(record);
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @BeforeEach
    void loadAndListen() throws Exception {
        try (DealtRows rows = new DealtRows(numbers.schema(), 2, ledger)) {
            new Numbers("numbers", ROWS, 1).load(rows, LoadProgress.NONE);
            final var slabs = rows.build();
            sound.putPart(slabs.get(0), 1);
            breaking.putPart(slabs.get(1), 1);
        }
        farmer.catalogue().put(new TableEntry(numbers.schema(), 1, 1, ROWS, List.of()));
        rowsBytes = ledger.usedBytes();
        for (final Logger log : List.of(slaveLog, farmerLog)) {
            log.setUseParentHandlers(false);
            log.addHandler(ear);
        }
    }

    @AfterEach
    void closeAll() {
        for (final Logger log : List.of(slaveLog, farmerLog)) {
            log.setUseParentHandlers(true);
            log.removeHandler(ear);
        }
        sound.close();
        breaking.close();
        assertEquals(0, ledger.usedBytes(), "bytes left behind");
    }

    private Session session() {
        return farmer.openSession(new DirectChannels(List.of(sound, breaking)));
    }

    private Query someOf(int below) {
        return from(numbers).where(numbers.field("id").lessThan(below));
    }

    @SuppressWarnings("InfiniteRecursion") // It is what it is for.
    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    private static int fillTheHeap() {
        final List<long[]> all = new ArrayList<>();
        while (true) {
            all.add(new long[Integer.MAX_VALUE - all.size()]);
        }
    }

    static Stream<Runnable> waysToBreak() {
        return Stream.of(
                () -> {
                    throw new IllegalStateException("the clock stopped");
                },
                () -> overflow(0),
                QuarantineTest::fillTheHeap,
                () -> {
                    throw new AssertionError("a clock without hands");
                });
    }

    /** At the beginning, with a part of the rows sent, and with the last of them. */
    @ParameterizedTest
    @MethodSource("waysToBreak")
    void shouldAnswerWithAnErrorAndGiveBackAllThatTheReadHeld(Runnable thrower) {
        final List<Query> queries = List.of(
                someOf(ROWS),
                someOf(ROWS).orderBy(numbers.field("name").descending()),
                someOf(ROWS).count());
        try (Session session = session();
                PreparedQuery other = session.prepare(someOf(10))) {
            int failures = 0;
            for (final Query words : queries) {
                for (int looks = 0; looks < 12; looks++) {
                    clock.mend();
                    try (PreparedQuery query =
                            session.prepare(words.where(numbers.field("stamp").lessThan(100 + looks)))) {
                        clock.breakAfter(looks, thrower);
                        try {
                            query.run().drain();
                        } catch (QueryException e) {
                            assertEquals(FailureCode.FAILED, e.code());
                            assertEquals(
                                    1,
                                    farmer.quarantine()
                                            .failureCount(query.plan().id()));
                            failures++;
                        }
                        clock.mend();
                        assertEquals(10, other.run().drain(), "the next query");
                        assertEquals(
                                words.compile().isCount() ? 1 : ROWS,
                                query.run().drain(),
                                "the same again");
                    }
                }
            }
            assertTrue(failures > 4, failures + " failures");
            assertEquals(failures, logged.size(), "each logged once");
            for (final LogRecord record : logged) {
                assertNotNull(record.getThrown(), "with its stack");
                assertTrue(record.getMessage().startsWith("slave 1 failed at plan "), record.getMessage());
            }
        }
        assertEquals(rowsBytes, ledger.usedBytes());
        breaking.dropPart("numbers", 1);
        breaking.doWork();
        assertTrue(ledger.usedBytes() < rowsBytes, "no announcement was left behind that would keep the part");
    }

    @Test
    void shouldHoldNothingForReadsThatFailedWhileTheirQueryGoesOn() {
        try (Session session = session();
                PreparedQuery query = session.prepare(someOf(ROWS))) {
            assertEquals(ROWS, query.run().drain());
            final long before = ledger.usedBytes();
            for (int i = 0; i < 10; i++) {
                clock.breakAfter(2 + i % 3, () -> {
                    throw new IllegalStateException("the clock stopped");
                });
                assertThrows(QueryException.class, () -> query.run().drain());
                clock.mend();
                query.rows().close();
                farmer.quarantine().release(query.plan().id());
                assertEquals(ROWS, query.run().drain());
                assertEquals(before, ledger.usedBytes());
            }
            breaking.dropPart("numbers", 1);
            breaking.doWork();
            assertTrue(
                    ledger.usedBytes() < before - rowsBytes / 3, "an announcement that keeps the part was left behind");
        }
    }

    @Test
    void shouldDropAReadThatFailsWhenItIsResumed() {
        try (Session session = session();
                PreparedQuery query = session.prepare(someOf(ROWS))) {
            final Rows rows = query.run();
            while (rows.next() && rows.getLong(0) != 1) {
                // The sound slave's rows come first; row 1 is the other's first.
            }
            clock.breakAfter(0, () -> {
                throw new IllegalStateException("the clock stopped");
            });
            final QueryException failed = assertThrows(QueryException.class, rows::drain);
            assertEquals("java.lang.IllegalStateException: the clock stopped", failed.getMessage());
            assertThrows(QueryException.class, rows::next, "once more");
            rows.close();
            clock.mend();
            assertEquals(ROWS, query.run().drain());
        }
        assertEquals(rowsBytes, ledger.usedBytes());
    }

    @Test
    void shouldRefuseAPlanThatFailedThreeTimesUntilItIsReleased() {
        final PlanId id = farmer.submit(someOf(ROWS).compile().bytes());
        farmer.plans().alias("some", id, QuerySettings.none());
        try (Session session = session();
                Prepared query = session.prepare(id);
                NamedQuery named = session.prepare("some");
                PreparedQuery other = session.prepare(someOf(50))) {
            for (int i = 0; i < 3; i++) {
                clock.breakAfter(1, () -> {
                    throw new IllegalStateException("the clock stopped");
                });
                assertEquals(Map.of(), farmer.quarantine().reasons());
                assertEquals(
                        FailureCode.FAILED,
                        assertThrows(QueryException.class, () -> query.run().drain())
                                .code());
            }
            clock.mend();
            final String reason = "quarantined: plan " + id + " failed on a slave 3 times, the last time with"
                    + " java.lang.IllegalStateException: the clock stopped";
            assertEquals(Map.of(id, reason), farmer.quarantine().reasons());
            final QueryException refused = assertThrows(QueryException.class, query::run);
            assertEquals(FailureCode.QUARANTINED, refused.code());
            assertEquals(reason, refused.getMessage());
            assertEquals(reason, assertThrows(QueryException.class, named::run).getMessage());
            assertEquals(50, other.run().drain(), "another plan");
            assertEquals(4, logged.size(), "three failures on the slave, one quarantine at the farmer");
            assertEquals(3, farmer.plans().require(id).counts().failures());

            assertTrue(farmer.quarantine().release(id));
            assertEquals(0, farmer.quarantine().failureCount(id));
            assertEquals(ROWS, query.run().drain());
            assertEquals(ROWS, named.run().drain());
        }
    }

    @Test
    void shouldNotCountWhatThePlanCannotHelp() {
        try (Session session = session();
                PreparedQuery query = session.prepare(someOf(ROWS).count())) {
            query.timeout(Duration.ofNanos(1));
            for (int i = 0; i < 5; i++) {
                assertThrows(QueryException.class, query::count);
            }
            assertEquals(0, farmer.quarantine().failureCount(query.plan().id()));
        }
    }

    @Test
    void shouldForgetTheOldestFailuresRatherThanGrow() {
        try (Session session = session()) {
            PlanId first = PlanId.parse("0".repeat(32));
            for (int i = 0; i < 1_100; i++) {
                try (PreparedQuery query = session.prepare(someOf(i + 1_000))) {
                    first = i == 0 ? query.plan().id() : first;
                    clock.breakAfter(0, () -> {
                        throw new IllegalStateException("the clock stopped");
                    });
                    assertThrows(QueryException.class, () -> query.run().drain());
                    assertEquals(
                            1, farmer.quarantine().failureCount(query.plan().id()));
                }
            }
            assertEquals(0, farmer.quarantine().failureCount(first));
        }
    }
}
