package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.farmer.Explanation;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When bitmaps are read, and when something else is. Each value follows from the id, so that all answers are known. */
final class BitmapKeysTest {
    private static final int ROWS = 300_000;

    private Keyfarm farm;
    private Table vehicles;

    @BeforeEach
    void load() throws Exception {
        farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()));
        vehicles = farm.load(JavaObjects.ofLists(
                TableSchema.parse("vehicles: id int32, state char(2), colour varchar null, doors int8, price int32"),
                (Iterable<List<?>>) () -> IntStream.range(0, ROWS)
                        .<List<?>>mapToObj(id -> Arrays.asList(id, state(id), colour(id), doors(id), id / 2))
                        .iterator()));
    }

    @AfterEach
    void close() {
        farm.close();
        assertEquals(0, farm.memoryBytes(), "bytes left behind");
    }

    private static String state(int id) {
        return "FLGANYCATXWAORNVUTAZ".substring(id % 10 * 2, id % 10 * 2 + 2);
    }

    private static @Nullable String colour(int id) {
        final int colour = id / 10 % 20;
        return colour == 19 ? null : "colour" + colour;
    }

    private static int doors(int id) {
        return id / 200 % 4 + 2;
    }

    private Query fewDoorsIn(String state, String colour) {
        return from(vehicles)
                .where(vehicles.field("state").is(state))
                .where(vehicles.field("colour").is(colour))
                .where(vehicles.field("doors").atMost(3));
    }

    private String path(Query query, long expectedRows) {
        try (Session session = farm.session();
                PreparedQuery prepared = session.prepare(query)) {
            final boolean isCount = query.compile().isCount();
            assertEquals(
                    expectedRows, isCount ? prepared.count() : prepared.run().drain());
            return prepared.report().path();
        }
    }

    @Test
    void shouldReadByTheBitmapsOfAllFieldsThatAreAskedOf() {
        final Query query = fewDoorsIn("GA", "colour3");
        assertEquals("full scan", path(query, 750));
        farm.bitmapKeys("vehicles", "state", "colour", "doors");
        assertEquals("bitmaps of colour & state & doors", path(query, 750));
        assertEquals("bitmaps of colour & state & doors", path(query.count(), 750));
        assertEquals(
                "bitmap of colour",
                path(from(vehicles).where(vehicles.field("colour").isNull()), 15_000));

        assertTrue(farm.dropBitmapKey("vehicles", "state"));
        assertFalse(farm.dropBitmapKey("vehicles", "state"));
        assertEquals("bitmaps of colour & doors", path(query, 750));
    }

    @Test
    void shouldCountWithoutReadingARow() {
        farm.bitmapKeys("vehicles", "state", "doors");
        final Query most = from(vehicles)
                .where(vehicles.field("state").isNot("GA"))
                .where(vehicles.field("doors").isNot(2));
        assertEquals("bitmaps of doors & state", path(most.count(), 202_500));
        try (Session session = farm.session();
                PreparedQuery prepared = session.prepare(most.count())) {
            prepared.count();
            assertTrue(
                    prepared.report().rowsExamined() < 20_000, prepared.report().toString());
        }
    }

    @Test
    void shouldTakeASortedKeyThatLeadsToFewerRows() {
        farm.bitmapKeys("vehicles", "state", "colour", "doors");
        farm.keys("vehicles", "price", "state.colour.doors");
        assertEquals("state.colour.doors", path(fewDoorsIn("GA", "colour3"), 750));
        assertEquals(
                "price",
                path(fewDoorsIn("GA", "colour3").where(vehicles.field("price").is(15)), 1));
    }

    @Test
    void shouldWalkTheBestKeyWhereFewRowsOfManyAreWanted() {
        farm.bitmapKeys("vehicles", "state", "colour", "doors");
        farm.keys("vehicles", "state");
        final Query query = fewDoorsIn("GA", "colour3");
        assertEquals("bitmaps of colour & state & doors", path(query, 750));
        assertEquals("bitmaps of colour & state & doors", path(query.limit(700), 700));
        assertEquals(
                "bitmaps of colour & state & doors",
                path(query.orderBy(vehicles.field("id").ascending()).limit(1), 1));
        final Query many = from(vehicles)
                .where(vehicles.field("state").is("GA"))
                .where(vehicles.field("doors").atLeast(3));
        assertEquals("state", path(many.limit(1), 1), "the first 200 rows have none");
        final Query nearBy = from(vehicles)
                .where(vehicles.field("state").is("GA"))
                .where(vehicles.field("doors").atMost(3));
        assertEquals("full scan", path(nearBy.limit(1), 1), "the second row is one");
        assertEquals("bitmaps of state & doors", path(many, 22_500));
    }

    @Test
    void shouldPrintBitmapsAmongTheWaysThereAre() {
        farm.bitmapKeys("vehicles", "state", "colour");
        farm.keys("vehicles", "colour", "price.id");
        assertEquals(List.of("colour hot", "price.id hot", "state bitmap", "colour bitmap"), farm.keysOf("vehicles"));
        assertEquals(4, farm.keyCount());
        final Explanation explanation = farm.explain(fewDoorsIn("GA", "colour3"));
        assertEquals("bitmaps of colour & state", explanation.taken().name());
        assertEquals(1_500, explanation.taken().rows(), 1);
        assertEquals(List.of("state in [GA]", "colour in [colour3]"), explanation.narrowed());
        assertEquals(List.of("doors in (,3]"), explanation.confirmed());
    }

    @Test
    void shouldRefuseAFieldOfTooManyValuesAndKeepWhatIsThere() {
        farm.bitmapKeys("vehicles", "state");
        final long before = farm.memoryBytes();
        final BadValueException refused =
                assertThrows(BadValueException.class, () -> farm.bitmapKeys("vehicles", "id"));
        assertEquals(
                "a bitmap key takes at most 65,536 distinct values, but id of vehicles has 65,537 in the first 65,537 of"
                        + " its 300,000 rows; a sorted key takes any number",
                refused.getMessage());
        assertEquals(before, farm.memoryBytes());
        assertEquals(List.of("state bitmap"), farm.keysOf("vehicles"));
    }

    @Test
    void shouldAllocateNothingOnceItStands() {
        farm.bitmapKeys("vehicles", "state", "colour", "doors");
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(from(vehicles)
                        .where(vehicles.field("colour").is(param("colour")))
                        .where(vehicles.field("doors").is(param("doors")))
                        .count())) {
            final byte[][] colours = {
                "colour1".getBytes(StandardCharsets.UTF_8), "colour2".getBytes(StandardCharsets.UTF_8)
            };
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final long thread = Thread.currentThread().getId();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 12; round++) {
                final long before = threads.getThreadAllocatedBytes(thread);
                for (int i = 0; i < 500; i++) {
                    query.parameters().setText(0, colours[i % 2]);
                    query.parameters().setLong(1, 2 + i % 4);
                    query.run();
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
            }
            assertEquals("bitmaps of colour & doors", query.report().path());
            assertEquals(0, least, "bytes for 500 counts");
        }
    }
}
