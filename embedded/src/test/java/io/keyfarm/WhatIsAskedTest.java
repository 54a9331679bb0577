package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.query.Table;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.ValueSet;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A slave counts what its reads ask, and which keys they take. */
final class WhatIsAskedTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final TableSchema PEOPLE = TableSchema.parse("people: id int32, zip int32, name varchar");
    private static final int ROWS = 10_000;
    private static final int ROWS_A_ZIP = 20;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");
    private final Slave slave = new Slave(SlaveSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger);
    private final Farmer farmer =
            new Farmer(FarmerSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger, CostModel.typical());
    private final Table people = Table.of(PEOPLE);
    private long epoch;

    WhatIsAskedTest() {
        put(slave, PEOPLE, 1);
        slave.putKey("people", KeySpec.parse("id"), KeyTier.HOT);
        tell(PEOPLE, 1);
    }

    private void put(Slave to, TableSchema schema, long generation) {
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow().putLong(0, i).putLong(1, i / ROWS_A_ZIP);
                if (schema.fieldCount() > 2) {
                    rows.putText(2, new byte[] {(byte) ('a' + i % 26)});
                }
                rows.endRow();
            }
            to.putPart(rows.build(), generation);
        }
    }

    private void tell(TableSchema schema, long generation) {
        slave.activate("people", ++epoch);
        farmer.catalogue()
                .put(new TableEntry(schema, generation, epoch, ROWS, slave.summaries("people"))
                        .withKeys(epoch, slave.summaries("people"), slave.bitmapSummaries("people")));
    }

    @AfterEach
    void shouldHoldNothing() {
        slave.close();
        assertEquals(0, ledger.usedBytes());
    }

    private Session open() {
        return farmer.openSession(new DirectChannels(List.of(slave)));
    }

    private QueryTally drained() {
        final QueryTally tally = new QueryTally(Double.POSITIVE_INFINITY, new SplittableRandom(1));
        slave.drainTally("people", tally);
        return tally;
    }

    private String uses() {
        final StringBuilder text = new StringBuilder();
        slave.keyUses("people")
                .forEach(use -> text.append("%s %d %d; ".formatted(use.name(), use.uses(), use.rowsExamined())));
        return text.toString();
    }

    private PreparedQuery byId(Session session) {
        return session.prepare(from(people).where(people.field("id").is(param("id"))));
    }

    private static void run(PreparedQuery byId, int from, int to) {
        for (int i = from; i < to; i++) {
            assertEquals(1, byId.set("id", i % ROWS).run().drain());
        }
    }

    private static void runAll(PreparedQuery byId, int count) {
        byId.executeAll(
                count,
                (place, parameters) -> parameters.setLong(0, place % ROWS),
                (place, rows) -> assertEquals(1, rows.drain()));
    }

    @Test
    void shouldCountEveryQueryWhileThereAreFew() {
        slave.putBitmapKey("people", KeySpec.of("zip"));
        tell(PEOPLE, 1);
        try (Session session = open();
                PreparedQuery byId = byId(session);
                PreparedQuery byZips = session.prepare(from(people)
                        .where(people.field("zip").in(param("zips").set()))
                        .where(people.field("name").is(param("name").optional())));
                PreparedQuery all = session.prepare(from(people))) {
            run(byId, 0, 70);
            for (int i = 0; i < 20; i++) {
                byZips.clear().set("zips", List.of(i, i + 100, i + 200));
                (i % 2 == 0 ? byZips : byZips.set("name", "no such name")).run().drain();
            }
            all.run().drain();
            // Nothing can match this one, so no key could help it.
            byZips.clear().set("zips", List.of()).run().drain();
            final QueryTally tally = drained();
            assertEquals("id    70\nname zip{4}    10\nzip{4}    10\n*    1\n", tally.toString());
            // The row of an id is found by the key's directory, and no other is looked at.
            assertEquals("id hot 70 0; zip bitmap 20 %d; full scan 1 10000; ".formatted(bitmapRows()), uses());
            assertEquals("", drained().toString());
        }
    }

    private long bitmapRows() {
        return slave.keyUses("people").get(1).rowsExamined();
    }

    @Test
    void shouldKeepPredicatesThatWereAsked() {
        try (Session session = open();
                PreparedQuery byId = byId(session)) {
            for (int i = 1; i < 9_000; i += 3) {
                run(byId, i, i + 1);
            }
            runAll(byId, 1);
            final QueryTally tally = drained();
            final List<ValueSet[]> predicates = tally.predicates(Shape.parse("id"));
            assertEquals(8, predicates.size());
            for (final ValueSet[] predicate : predicates) {
                final int id = Integer.parseInt(predicate[0].toString().replaceAll("[^0-9]", ""));
                assertTrue(id == 0 || id % 3 == 1, predicate[0]::toString);
            }
        }
    }

    @Test
    void shouldCountManyByFewOfThem() {
        final int many = 40_000;
        try (Session session = open();
                PreparedQuery byId = byId(session);
                PreparedQuery byZip =
                        session.prepare(from(people).where(people.field("zip").is(7)))) {
            for (int i = 0; i < many / 8; i++) {
                run(byId, 7 * i, 7 * i + 7);
                byZip.run().drain();
            }
            final QueryTally tally = drained();
            final double ids = tally.count(Shape.parse("id"));
            final double zips = tally.count(Shape.parse("zip"));
            assertEquals(many, ids + zips, 64 + 8);
            assertEquals(many / 8.0, zips, many / 40.0);
            assertEquals(many * 7 / 8.0, (double) slave.keyUses("people").get(0).uses(), many / 40.0);
            run(byId, 0, 100);
            // The first of these may have been counted for others, too.
            assertEquals(100, drained().count(Shape.parse("id")), 128);
            run(byId, 0, 100);
            assertEquals(100, drained().count(Shape.parse("id")));
        }
    }

    @Test
    void shouldCountABatchAsAllItsBindings() {
        try (Session session = open();
                PreparedQuery byId = byId(session)) {
            runAll(byId, 1_000);
            assertEquals("id    1000\n", drained().toString());
            assertEquals("id hot 1000", uses().substring(0, 11));
            runAll(byId, 1_000_000);
            assertEquals(1_000_000, drained().count(Shape.parse("id")), 512);
        }
    }

    @Test
    void shouldDrainWhatAClosedSessionCountedAndForgetIt() {
        for (int i = 0; i < 5; i++) {
            try (Session session = open();
                    PreparedQuery byId = byId(session)) {
                run(byId, 0, 10);
                if (i == 2) {
                    assertEquals("id    30\n", drained().toString());
                    run(byId, 0, 7);
                }
            }
        }
        assertEquals("id    27\n", drained().toString());
        assertEquals("", drained().toString());
        assertEquals("id hot 57 0; full scan 0 0; ", uses());
    }

    @Test
    void shouldCountAnewWhatAKeyBuiltAnewIsUsedFor() {
        try (Session session = open();
                PreparedQuery byId = byId(session)) {
            run(byId, 0, 10);
            slave.putKey("people", KeySpec.parse("id"), KeyTier.HOT);
            tell(PEOPLE, 1);
            assertEquals("id hot 0 0; full scan 0 0; ", uses());
            run(byId, 0, 3);
            slave.doWork();
            assertEquals("id hot 3 0; full scan 0 0; ", uses());
            slave.dropKey("people", KeySpec.parse("id"));
            tell(PEOPLE, 1);
            run(byId, 0, 2);
            assertEquals("full scan 2 20000; ", uses());
        }
    }

    @Test
    void shouldNotMixTheTalliesOfTwoSchemas() {
        try (Session session = open();
                PreparedQuery byId = byId(session)) {
            run(byId, 0, 10);
            final Table others = Table.of(TableSchema.parse("people: id int64, zip int32"));
            put(slave, others.schema(), 2);
            slave.dropPart("people", 1);
            tell(others.schema(), 2);
            assertEquals("", drained().toString());
            try (Session second = open();
                    PreparedQuery byZip = second.prepare(
                            from(others).where(others.field("zip").is(7)))) {
                byZip.run().drain();
                assertEquals("zip    1\n", drained().toString());
            }
            put(slave, PEOPLE, 3);
            slave.dropPart("people", 2);
            tell(PEOPLE, 3);
            run(byId, 0, 4);
            assertEquals("id    4\n", drained().toString());
            assertEquals("full scan 4 40000; ", uses());
        }
    }

    @Test
    void shouldCountNothingWhereItIsToldNotTo() {
        final Slave silent = new Slave(SlaveSettings.of(0, 1).withTally(false), SystemNanoClock.INSTANCE, ledger);
        put(silent, PEOPLE, 1);
        tell(PEOPLE, 1);
        try (silent;
                Session session = farmer.openSession(new DirectChannels(List.of(silent)));
                PreparedQuery byId = byId(session)) {
            run(byId, 0, 10);
            runAll(byId, 10);
            final QueryTally tally = new QueryTally(Double.POSITIVE_INFINITY, new SplittableRandom(1));
            silent.drainTally("people", tally);
            assertEquals("", tally.toString());
            assertEquals(List.of(), silent.keyUses("people"));
            assertEquals(List.of(), silent.talliedTables());
            assertEquals(List.of("people"), slave.talliedTables());
        }
    }

    @Test
    void shouldCountOrNotAsItIsToldMeanwhile() {
        try (Session session = open();
                PreparedQuery byId = byId(session)) {
            run(byId, 0, 10);
            slave.tally(false);
            run(byId, 0, 20);
            runAll(byId, 50);
            slave.tally(true);
            run(byId, 0, 3);
            assertEquals("id    13\n", drained().toString());
        }
    }

    @Test
    void shouldLoseNoQueryOfManyThreadsThatComeAndGo() throws Exception {
        final int threads = 4;
        final int sessions = 6 * SCALE;
        final int queries = 900; // of each session: so few that each is counted
        final ExecutorService readers = Executors.newFixedThreadPool(threads);
        final AtomicBoolean isDone = new AtomicBoolean();
        final AtomicInteger started = new AtomicInteger();
        final List<Future<?>> reads = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            reads.add(readers.submit(() -> {
                for (int i = 0; i < sessions; i++) {
                    started.incrementAndGet();
                    try (Session session = open();
                            PreparedQuery byId = byId(session)) {
                        run(byId, 0, queries - 100);
                        runAll(byId, 100);
                    }
                }
            }));
        }
        final QueryTally tally = new QueryTally(Double.POSITIVE_INFINITY, new SplittableRandom(1));
        final Thread drainer = new Thread(() -> {
            while (!isDone.get()) {
                slave.drainTally("people", tally);
                slave.keyUses("people");
                slave.putKey("people", KeySpec.parse("zip"), KeyTier.COLD);
                slave.doWork();
            }
        });
        drainer.start();
        for (final Future<?> read : reads) {
            read.get(60, TimeUnit.SECONDS);
        }
        isDone.set(true);
        drainer.join();
        readers.shutdown();
        slave.drainTally("people", tally);
        assertEquals("id    %d\n".formatted(threads * sessions * queries), tally.toString());
        assertFalse(tally.predicates(Shape.parse("id")).isEmpty());
        assertEquals(
                (long) threads * sessions * queries,
                slave.keyUses("people").stream().mapToLong(use -> use.uses()).sum());
    }
}
