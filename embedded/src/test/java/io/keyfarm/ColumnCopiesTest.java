package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.RunReport;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.load.RowSource;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When column copies are read, and when something else is. Each value follows from the id, so that all answers are known. */
final class ColumnCopiesTest {
    private static final int ROWS = 300_000;
    private static final TableSchema SCHEMA =
            TableSchema.parse("vehicles: id int32, doors int8 null, price int32, weight float64, mileage int32");

    private Keyfarm farm;
    private Table vehicles;

    @BeforeEach
    void load() throws Exception {
        farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()));
        vehicles = farm.load(rows(0, ROWS));
    }

    @AfterEach
    void close() {
        farm.close();
        assertEquals(0, farm.memoryBytes(), "bytes left behind");
    }

    private static RowSource rows(int from, int to) {
        return JavaObjects.ofLists(SCHEMA, (Iterable<List<?>>) () -> IntStream.range(from, to)
                .<List<?>>mapToObj(id -> Arrays.asList(
                        id, id % 10 == 9 ? null : id % 10, (id * 7L) % 100_003, id % 50_000 / 8.0, id % 1000))
                .iterator());
    }

    private RunReport read(Query query, long expectedRows) {
        try (Session session = farm.session();
                PreparedQuery prepared = session.prepare(query);
                PreparedQuery scanning = session.prepare(query).scanning()) {
            assertEquals(expectedRows, prepared.run().drain());
            assertEquals(expectedRows, scanning.run().drain());
            assertEquals("full scan", scanning.report().path(), "what is forced");
            return prepared.report();
        }
    }

    private RunReport count(Query query, long expected) {
        try (Session session = farm.session();
                PreparedQuery prepared = session.prepare(query.count())) {
            assertEquals(expected, prepared.count());
            return prepared.report();
        }
    }

    private Query cheap() {
        return from(vehicles).where(vehicles.field("price").lessThan(1_000));
    }

    /** Which ids have a price below. */
    private static long idsBelow(int price) {
        return IntStream.range(0, ROWS).filter(id -> id * 7L % 100_003 < price).count();
    }

    @Test
    void shouldReadTheColumnWhereNoKeyHelpsAndOnlyRowsThatMatch() {
        assertEquals("full scan", read(cheap(), idsBelow(1_000)).path());
        farm.columnCopies("vehicles", "price");
        final RunReport report = read(cheap(), idsBelow(1_000));
        assertEquals("column of price", report.path());
        assertEquals(idsBelow(1_000), report.rowsExamined());
        assertEquals(0, report.seeks());
        assertEquals(List.of("price column"), farm.keysOf("vehicles"));
        // Most rows match: as well scan them all.
        assertEquals(
                "full scan",
                read(from(vehicles).where(vehicles.field("price").atLeast(1_000)), ROWS - idsBelow(1_000))
                        .path());
        assertTrue(farm.dropColumnCopy("vehicles", "price"));
        assertFalse(farm.dropColumnCopy("vehicles", "price"));
        assertEquals("full scan", read(cheap(), idsBelow(1_000)).path());
        assertEquals(List.of(), farm.keysOf("vehicles"));
    }

    @Test
    void shouldCountWithoutTouchingARowWhereCodesTellAll() {
        farm.columnCopies("vehicles", "price", "doors", "weight");
        final RunReport most =
                count(from(vehicles).where(vehicles.field("price").atLeast(1_000)), ROWS - idsBelow(1_000));
        assertEquals("column of price", most.path());
        assertEquals(0, most.rowsExamined());
        assertEquals(
                0,
                count(from(vehicles).where(vehicles.field("doors").isNull()), ROWS / 10)
                        .rowsExamined());
        // Of 50,000 weights a bucket has some 200: those of the last one have to be looked at.
        final RunReport light =
                count(from(vehicles).where(vehicles.field("weight").lessThan(625.01)), 6L * 5_001);
        assertEquals("column of weight", light.path());
        assertTrue(light.rowsExamined() >= 6L * 5_001 && light.rowsExamined() < 6L * 5_400, light.toString());
    }

    @Test
    void shouldLookUpOneColumnForTheRowsThatAnotherLeaves() {
        farm.columnCopies("vehicles", "doors", "price");
        final Query query = cheap().where(vehicles.field("doors").is(3))
                .where(vehicles.field("mileage").lessThan(500));
        final long expected = IntStream.range(0, ROWS)
                .filter(id -> id % 10 == 3 && id % 1000 < 500 && id * 7L % 100_003 < 1_000)
                .count();
        final RunReport report = read(query, expected);
        assertEquals("columns of price & doors", report.path());
        assertTrue(report.rowsExamined() < idsBelow(1_000) / 5, report.toString());
    }

    @Test
    void shouldLeaveFewRowsToAKeyAndTakeManyFromIt() {
        farm.columnCopies("vehicles", "price");
        farm.keys("vehicles", "mileage");
        final Query one = cheap().where(vehicles.field("mileage").is(7));
        final Query many = cheap().where(vehicles.field("mileage").lessThan(100));
        assertEquals("mileage", read(one, matching(7, 8)).path());
        assertEquals("column of price", read(many, matching(0, 100)).path());
    }

    private static long matching(int from, int to) {
        return IntStream.range(0, ROWS)
                .filter(id -> id % 1000 >= from && id % 1000 < to && id * 7L % 100_003 < 1_000)
                .count();
    }

    @Test
    void shouldBeThereForRowsThatAreAppendedOrReplaced(@TempDir Path folder) throws Exception {
        try (Keyfarm kept = Keyfarm.embedded(folder.resolve("data"))) {
            kept.load(rows(0, ROWS / 2));
            kept.columnCopies("vehicles", "price", "doors");
            kept.append("vehicles", rows(ROWS / 2, ROWS));
            requireColumn(kept);
            kept.replace(rows(0, ROWS));
            requireColumn(kept);
            kept.dropColumnCopy("vehicles", "doors");
        }
        try (Keyfarm again = Keyfarm.embedded(folder.resolve("data"))) {
            assertEquals(List.of("price column"), again.keysOf("vehicles"));
            requireColumn(again);
        }
    }

    private void requireColumn(Keyfarm other) {
        try (Session session = other.session();
                PreparedQuery query = session.prepare(cheap())) {
            assertEquals(idsBelow(1_000), query.run().drain());
            assertEquals("column of price", query.report().path());
            assertEquals(idsBelow(1_000), query.report().rowsExamined());
        }
    }

    @Test
    void shouldNameAFieldThatIsNotThere() {
        final long before = farm.memoryBytes();
        assertEquals(
                "vehicles has no field colour; it has id, doors, price, weight, mileage",
                assertThrows(BadValueException.class, () -> farm.columnCopies("vehicles", "colour"))
                        .getMessage());
        assertEquals(before, farm.memoryBytes());
    }

    @Test
    void shouldAllocateNothingOnceItStands() {
        farm.columnCopies("vehicles", "price", "doors");
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(from(vehicles)
                        .where(vehicles.field("price").lessThan(param("price")))
                        .where(vehicles.field("doors").is(param("doors")))
                        .count())) {
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final long thread = Thread.currentThread().getId();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 8; round++) {
                final long before = threads.getThreadAllocatedBytes(thread);
                for (int i = 0; i < 50; i++) {
                    query.parameters().setLong(0, 1_000 + i % 4);
                    query.parameters().setLong(1, 2 + i % 4);
                    query.run();
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
            }
            assertEquals("columns of price & doors", query.report().path());
            assertEquals(0, least, "bytes for 50 counts");
        }
    }
}
