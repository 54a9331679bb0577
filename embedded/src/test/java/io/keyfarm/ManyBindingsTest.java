package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.QuerySettings;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.Condition;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.slave.SlaveSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Many bindings at once against one run after another, over random tables, keys, slaves and frames: the same rows in the same
 * order, the same errors at the same places. Replay one farm with {@code -Dkeyfarm.test.seed=N}.
 */
final class ManyBindingsTest {
    private static final int FARMS = 60 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 12;
    private static final Table THINGS =
            Table.of("things: id int32, a int32, b int16 null, c varchar null, d char(3), e float64");
    private static final String[] KEYS = {"id", "a", "a.b", "c", "d.a", "b.e", "c.a", "e", "a.id"};
    private static final String[] WORDS = {"", "a", "ab", "b", "a rather long text, longer than a slot", "zz"};

    @Test
    void shouldAnswerAsOneRunAfterAnotherDoes() throws Exception {
        final Long only = Long.getLong("keyfarm.test.seed");
        long rows = 0;
        for (long seed = only == null ? 0 : only; seed < (only == null ? FARMS : only + 1); seed++) {
            try (Failures failures = new Failures()) {
                rows += compare(seed);
                failures.requireNone();
            } catch (RuntimeException | AssertionError e) {
                fail("replay with -Dkeyfarm.test.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
        assertTrue(rows > 0, "there should have been rows");
    }

    private static long compare(long seed) throws IOException {
        final Random random = new Random(seed);
        final EmbeddedSettings settings = EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .slaves(1 + random.nextInt(5))
                .maxFrameBytes(random.nextBoolean() ? 1024 : 64 << 10)
                .tier(random.nextBoolean() ? KeyTier.HOT : KeyTier.COLD);
        final CostModel costs = random.nextInt(4) == 0 ? CostModel.typical() : Scenario.KEYS_ALWAYS;
        long rows = 0;
        try (Keyfarm farm = Keyfarm.embedded(settings, SystemNanoClock.INSTANCE, costs)) {
            Chunks.load(farm, THINGS.schema(), things(random, random.nextInt(500)), new Random(~seed));
            for (int i = random.nextInt(4); i > 0; i--) {
                farm.keys("things", KEYS[random.nextInt(KEYS.length)]);
            }
            try (Session session = farm.session()) {
                for (int i = 0; i < QUERIES; i++) {
                    rows += compare(session, random);
                }
            }
        }
        return rows;
    }

    private static List<List<?>> things(Random random, int count) {
        final int spread = 1 + random.nextInt(60);
        final List<List<?>> things = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            final List<@Nullable Object> thing = new ArrayList<>();
            thing.add(id);
            thing.add(random.nextInt(spread));
            thing.add(random.nextInt(5) == 0 ? null : (short) random.nextInt(4));
            thing.add(text(random));
            thing.add(WORDS[random.nextInt(4)]);
            thing.add(random.nextInt(6) / 2d);
            things.add(thing);
        }
        return things;
    }

    private static @Nullable String text(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> "long".repeat(random.nextInt(random.nextInt(8) == 0 ? 700 : 100)); // beyond small frames
            default -> WORDS[random.nextInt(WORDS.length)];
        };
    }

    private static long compare(Session session, Random random) {
        final Query query = query(random);
        final List<Map<String, Object>> given = new ArrayList<>();
        for (int i = random.nextInt(random.nextBoolean() ? 10 : 400); i >= 0; i--) {
            given.add(values(random, i));
        }
        final QuerySettings limits =
                random.nextInt(4) == 0 ? QuerySettings.none().maxRows(1 + random.nextInt(40)) : QuerySettings.none();
        final int read = random.nextInt(3) == 0 ? random.nextInt(3) : Integer.MAX_VALUE;
        try (PreparedQuery together = session.prepare(query).settings(limits);
                PreparedQuery alone = session.prepare(query).settings(limits)) {
            final List<String> expected = new ArrayList<>();
            final List<String> answered = new ArrayList<>();
            final long expectedRows = oneByOne(alone, given, read, expected);
            final long rows = together(together, given, read, answered);
            final String context = query + " of " + given.size();
            if (!alone.isOrdered()) {
                // Which way rows are read is each run's own choice, and so is their order, and which of them a limit
                // lets through.
                final boolean isCut = context.contains(".limit(")
                        || context.contains(".offset(")
                        || !limits.equals(QuerySettings.none())
                        || read < Integer.MAX_VALUE;
                expected.replaceAll(line -> isCut ? line.replaceFirst("^(\\d+:).*", "$1") : line);
                answered.replaceAll(line -> isCut ? line.replaceFirst("^(\\d+:).*", "$1") : line);
                expected.sort(null);
                answered.sort(null);
            }
            for (int i = 0; i < Math.min(expected.size(), answered.size()); i++) {
                final int at = i;
                assertEquals(expected.get(i), answered.get(i), () -> context + ", line " + at);
            }
            assertEquals(expected.size(), answered.size(), context);
            assertEquals(expectedRows, rows, context);
            return rows;
        }
    }

    private static Query query(Random random) {
        Condition condition = condition(random);
        for (int i = random.nextInt(3); i > 0; i--) {
            condition = condition.and(condition(random));
        }
        Query query = from(THINGS).where(condition);
        if (random.nextInt(8) == 0) {
            return query.count();
        }
        if (random.nextInt(3) == 0) {
            query = query.select("id", "c");
        }
        if (random.nextInt(4) == 0) {
            query = query.orderBy(
                    THINGS.field("e").descending(), THINGS.field("id").ascending());
        }
        if (random.nextInt(4) == 0) {
            query = query.limit(random.nextInt(6));
        }
        return random.nextInt(6) == 0 ? query.offset(random.nextInt(4)) : query;
    }

    private static Condition condition(Random random) {
        return switch (random.nextInt(11)) {
            case 0, 1 -> THINGS.field("id").is(param("id"));
            case 2, 3 -> THINGS.field("a").is(param("a"));
            case 4 -> THINGS.field("b").is(param("b").optional());
            case 5 -> THINGS.field("c").is(param("c"));
            case 6 -> THINGS.field("a").in(param("as").set());
            case 7 -> THINGS.field("a").between(param("a"), param("id"));
            case 8 -> THINGS.field("c").startsWith(param("c"));
            case 9 -> THINGS.field("d").is(param("d"));
            default -> THINGS.field("e").atLeast(param("e").optional());
        };
    }

    private static Map<String, Object> values(Random random, int place) {
        final Map<String, Object> values = new TreeMap<>();
        values.put("id", random.nextInt(500));
        if (place == 0 || random.nextInt(500) > 0) { // missing now and then
            values.put("a", random.nextInt(60));
        }
        if (random.nextBoolean()) {
            values.put("b", random.nextInt(4));
        }
        values.put("c", WORDS[random.nextInt(WORDS.length)]);
        values.put("as", List.of(random.nextInt(60), random.nextInt(60)));
        values.put("d", WORDS[random.nextInt(4)]);
        if (random.nextBoolean()) {
            values.put("e", random.nextInt(6) / 2d);
        }
        return values;
    }

    private static long oneByOne(PreparedQuery query, List<Map<String, Object>> given, int read, List<String> lines) {
        long total = 0;
        try {
            for (int place = 0; place < given.size(); place++) {
                query.clear();
                bind(query, given.get(place));
                final Rows rows = query.run();
                total += read(place, rows, query, read, lines);
            }
        } catch (RuntimeException e) {
            lines.add(e.toString());
            return -1;
        }
        return total;
    }

    private static long together(PreparedQuery query, List<Map<String, Object>> given, int read, List<String> lines) {
        final long[] seen = new long[1];
        try {
            final long total = query.executeAll(
                    given.size(),
                    (place, parameters) -> bind(query, given.get(place)),
                    (place, rows) -> seen[0] += read(place, rows, query, read, lines));
            assertEquals(seen[0], total);
            return total;
        } catch (RuntimeException e) {
            lines.add(e.toString());
            return -1;
        }
    }

    private static void bind(PreparedQuery query, Map<String, Object> values) {
        query.plan().parameters().forEach(parameter -> {
            final Object value = values.get(parameter.name());
            if (value != null) {
                query.set(parameter.name(), value);
            }
        });
    }

    /** Reads so many rows at most, as far as they come. */
    private static long read(int place, Rows rows, PreparedQuery query, int most, List<String> lines) {
        long count = 0;
        while (count < most && rows.next()) {
            final StringBuilder line = new StringBuilder().append(place).append(':');
            for (int i = 0; i < query.plan().outputSchema().fieldCount(); i++) {
                line.append(' ').append(rows.get(i));
            }
            lines.add(line.toString());
            count++;
        }
        return count;
    }

    @Test
    void shouldFindNothingByAKeyWithoutADirectoryThatEndsBeforeAllThatIsAsked() throws IOException {
        try (Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).tier(KeyTier.COLD))) {
            farm.load(JavaObjects.ofLists(THINGS.schema(), things(new Random(1), 5_000)));
            farm.keys("things", "id");
            try (Failures failures = new Failures();
                    Session session = farm.session();
                    PreparedQuery query = session.prepare(
                            from(THINGS).where(THINGS.field("id").is(param("id"))))) {
                query.set("id", 1).run().drain();
                assertEquals(
                        0,
                        query.executeAll(
                                300,
                                (place, parameters) -> parameters.setLong(0, 100_000 + place),
                                (place, answer) -> answer.drain()));
                failures.requireNone();
            }
        }
    }

    /** What slaves did not foresee is asked again by itself, and so it would not be noticed. */
    private static final class Failures extends Handler implements AutoCloseable {
        private static final Logger LOG = Logger.getLogger(SlaveSession.class.getName());
        private final List<String> messages = new CopyOnWriteArrayList<>();

        Failures() {
            LOG.addHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            messages.add(record.getMessage() + ": " + record.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            LOG.removeHandler(this);
        }

        void requireNone() {
            assertEquals(List.of(), messages);
        }
    }

    private static Keyfarm farm() throws IOException {
        final Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(2));
        farm.load(JavaObjects.ofLists(THINGS.schema(), things(new Random(1), 5_000)));
        farm.keys("things", "id", "a");
        return farm;
    }

    @Test
    void shouldAskOtherQueriesOfTheSamePlanMeanwhile() throws IOException {
        try (Keyfarm farm = farm();
                Session session = farm.session();
                PreparedQuery query =
                        session.prepare(from(THINGS).where(THINGS.field("id").is(param("id"))));
                PreparedQuery other = session.prepare(query.plan())) {
            // Now the slaves know the plan, and every binding below comes in a batch.
            query.set("id", 1).run().drain();
            final long rows =
                    query.executeAll(300, (place, parameters) -> parameters.setLong(0, place), (place, answer) -> {
                        assertTrue(answer.next());
                        assertEquals(1, other.set("id", 4_000 + place).run().drain());
                        assertEquals(
                                10,
                                other.executeAll(10, (i, parameters) -> parameters.setLong(0, i + 70), (i, rest) -> {
                                    assertTrue(rest.next());
                                    assertEquals(i + 70, rest.getLong(0));
                                }));
                        assertEquals(place, answer.getLong(0));
                    });
            assertEquals(300, rows);
        }
    }

    @Test
    void shouldRunWithinItsOwnConsumersToo() throws IOException {
        try (Keyfarm farm = farm();
                Session session = farm.session();
                PreparedQuery query =
                        session.prepare(from(THINGS).where(THINGS.field("id").is(param("id"))))) {
            query.executeAll(300, (place, parameters) -> parameters.setLong(0, place), (place, answer) -> {
                assertTrue(answer.next());
                assertEquals(place, answer.getLong(0));
                assertEquals(2, query.executeAll(2, (i, parameters) -> parameters.setLong(0, i), (i, rest) -> {
                    assertTrue(rest.next());
                    assertEquals(i, rest.getLong(0));
                }));
            });
        }
    }

    @Test
    void shouldEndWithWhatAConsumerOrABinderThrows() throws IOException {
        try (Keyfarm farm = farm();
                Session session = farm.session();
                PreparedQuery query =
                        session.prepare(from(THINGS).where(THINGS.field("id").is(param("id"))))) {
            final List<Integer> consumed = new ArrayList<>();
            assertThrows(
                    ArithmeticException.class,
                    () -> query.executeAll(
                            100,
                            (place, parameters) -> parameters.setLong(0, place == 50 ? 1 / (50 - place) : place),
                            (place, answer) -> consumed.add(place)));
            assertEquals(50, consumed.size());
            assertThrows(
                    IllegalCallerException.class,
                    () -> query.executeAll(
                            100, (place, parameters) -> parameters.setLong(0, place), (place, answer) -> {
                                throw new IllegalCallerException("enough");
                            }));
            assertEquals(1, query.set("id", 7).run().drain());
        }
    }

    @Test
    void shouldFailAsCancelledBetweenBindings() throws IOException {
        try (Keyfarm farm = farm();
                Session session = farm.session();
                PreparedQuery query =
                        session.prepare(from(THINGS).where(THINGS.field("id").is(param("id"))))) {
            final List<Integer> consumed = new ArrayList<>();
            final QueryException failure = assertThrows(
                    QueryException.class,
                    () -> query.executeAll(
                            100, (place, parameters) -> parameters.setLong(0, place), (place, answer) -> {
                                consumed.add(place);
                                if (place == 9) {
                                    query.cancel();
                                }
                            }));
            assertEquals(FailureCode.CANCELLED, failure.code());
            assertEquals(10, consumed.size());
            assertEquals(1, query.set("id", 7).run().drain());
        }
    }
}
