package io.keyfarm;

import static io.keyfarm.query.Join.inner;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.RunReport;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.load.RowSource;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routed keys: who is asked for a left row's rows, and that the entries come and go with the rows. */
final class RoutedKeysTest {
    private static final int SLAVES = 4;
    private static final int CUSTOMERS = 200;
    private static final Table CUSTOMER = Table.of("customers: c_key int32, c_name varchar");
    private static final Table ORDER =
            Table.of("orders: o_key int32, o_custkey int64 null, o_total int32, o_note varchar null");
    private static final List<String> NOTES = List.of("", "a note", "a note that is too long for its slot to hold");

    private static Keyfarm farm(int slaves) throws IOException {
        final Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(slaves));
        final List<List<?>> customers = new ArrayList<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            customers.add(List.of(i, "customer " + i));
        }
        farm.load(JavaObjects.ofLists(CUSTOMER.schema(), customers));
        farm.load(orders(0, 10_000));
        return farm;
    }

    /** Fifty of each customer's. */
    private static RowSource orders(int from, int to) {
        final List<List<?>> orders = new ArrayList<>();
        for (int i = from; i < to; i++) {
            orders.add(List.of(i, i % CUSTOMERS, i * 7 % 1000, NOTES.get(i % 3)));
        }
        return JavaObjects.ofLists(ORDER.schema(), orders);
    }

    /** The first twenty customers' orders with those fields. */
    private static Flow join(String... fields) {
        return from(CUSTOMER)
                .where(CUSTOMER.field("c_key").lessThan(20))
                .join(inner(ORDER).on(ORDER.field("o_custkey").is(CUSTOMER.field("c_key"))))
                .select(fields);
    }

    private record Answer(List<String> rows, RunReport lookups) {}

    private static Answer ask(Keyfarm farm, Flow flow) {
        try (Session session = farm.session();
                PreparedFlow prepared = session.prepare(flow)) {
            final List<String> found = new ArrayList<>();
            final List<String> names = flow.compile().outputSchema().fields().stream()
                    .map(field -> field.name())
                    .toList();
            try (Rows rows = prepared.run()) {
                while (rows.next()) {
                    found.add(names.stream()
                            .map(name -> String.valueOf(rows.get(name)))
                            .collect(Collectors.joining(" ")));
                }
            }
            found.sort(null);
            return new Answer(found, prepared.reports().get(1));
        }
    }

    @Test
    void shouldAskOneChannelForEachLeftRowWhereTheEntriesHaveAllThatIsWanted() throws IOException {
        try (Keyfarm farm = farm(SLAVES)) {
            farm.keys("orders", "o_custkey");
            final Answer plain = ask(farm, join("c_key", "o_total"));
            assertEquals(20 * SLAVES, plain.lookups().asked());
            assertEquals("o_custkey", plain.lookups().path());
            farm.routedKey("orders", "o_custkey", "o_total");
            final Answer routed = ask(farm, join("c_key", "o_total"));
            assertEquals(20, routed.lookups().asked());
            assertEquals("orders@o_custkey+o_total", routed.lookups().path());
            assertEquals(20, routed.lookups().seeks());
            assertEquals(20 * 50, routed.rows().size());
            assertEquals(plain.rows(), routed.rows());
            assertEquals(List.of("o_custkey hot", "o_custkey routed with o_total"), farm.keysOf("orders"));
        }
    }

    @Test
    void shouldFetchRowsFromTheChannelsThatHaveThem() throws IOException {
        try (Keyfarm farm = farm(SLAVES)) {
            final Answer plain = ask(farm, join("c_key", "o_key", "o_total", "o_note"));
            farm.routedKey("orders", "o_custkey");
            final Answer routed = ask(farm, join("c_key", "o_key", "o_total", "o_note"));
            assertEquals("orders@o_custkey, rows fetched", routed.lookups().path());
            // All orders of one customer were dealt to one slave here: it is asked, and the one that has the entries.
            assertEquals(20 + 20, routed.lookups().asked());
            assertEquals(20, routed.lookups().seeks());
            assertEquals(20 * 50, routed.rows().size());
            assertEquals(plain.rows(), routed.rows());
        }
    }

    @Test
    void shouldConfirmWhereTheRowsAreWhatTheEntriesCannotTell() throws IOException {
        try (Keyfarm farm = farm(SLAVES)) {
            final Flow few = from(CUSTOMER)
                    .join(inner(ORDER)
                            .on(ORDER.field("o_custkey")
                                    .is(CUSTOMER.field("c_key"))
                                    .and(ORDER.field("o_total").lessThan(100))
                                    .and(ORDER.field("o_note").like("%its slot%"))
                                    .and(ORDER.field("o_key").atLeast(CUSTOMER.field("c_key")))))
                    .select("c_key", "o_total");
            final Answer plain = ask(farm, few);
            for (final String[] carried : new String[][] {{}, {"o_total"}, {"o_total", "o_note"}}) {
                farm.routedKey("orders", "o_custkey", carried);
                final Answer routed = ask(farm, few);
                assertTrue(routed.lookups().path().endsWith("fetched"), routed.lookups()::path);
                assertEquals(plain.rows(), routed.rows());
            }
            farm.append("orders", orders(10_000, 10_600));
            final Answer routed = ask(farm, few);
            farm.dropRoutedKey("orders", "o_custkey");
            assertEquals(ask(farm, few).rows(), routed.rows());
        }
    }

    @Test
    void shouldFetchWhatTakesManyFrames() throws IOException {
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .slaves(SLAVES)
                .maxFrameBytes(1024))) {
            farm.load(orders(0, 10_000));
            farm.load(JavaObjects.ofLists(
                    CUSTOMER.schema(),
                    IntStream.range(0, CUSTOMERS)
                            .mapToObj(i -> List.of(i, "customer"))
                            .toList()));
            final Answer plain = ask(farm, join("c_key", "o_key", "o_note"));
            farm.routedKey("orders", "o_custkey.o_total");
            final Answer routed = ask(farm, join("c_key", "o_key", "o_note"));
            assertEquals(20 * 50, routed.rows().size());
            assertEquals(plain.rows(), routed.rows());
            final Answer half = ask(farm, join("c_key", "o_total"));
            assertEquals(expected(10_000), half.rows());
        }
    }

    @Test
    void shouldFollowTheRowsThroughReplacementsAndAppends() throws IOException {
        try (Keyfarm farm = farm(SLAVES)) {
            farm.routedKey("orders", "o_custkey", "o_total");
            int to = 10_000;
            for (int step = 0; step < 12; step++) {
                final int more = step == 6 ? 5_000 : 100;
                farm.append("orders", orders(to, to + more));
                to += more;
                final Answer answer = ask(farm, join("c_key", "o_total"));
                assertEquals(20, answer.lookups().asked());
                assertEquals(expected(to), answer.rows());
            }
            farm.replace(orders(0, 3_000));
            final Answer answer = ask(farm, join("c_key", "o_total"));
            assertEquals(20, answer.lookups().asked());
            assertEquals(expected(3_000), answer.rows());
            assertTrue(farm.drop("orders"));
            assertFalse(farm.drop("orders"));
        }
    }

    private static List<String> expected(int orderCount) {
        final List<String> rows = new ArrayList<>();
        for (int i = 0; i < orderCount; i++) {
            if (i % CUSTOMERS < 20) {
                rows.add(i % CUSTOMERS + " " + i * 7 % 1000);
            }
        }
        rows.sort(null);
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop the key", "replace", "append", "drop the table", "another key"})
    void shouldGoOnWithTheRowsItBeganWith(String change) throws IOException {
        for (final String[] fields : new String[][] {{"c_key", "o_total"}, {"c_key", "o_key", "o_note"}}) {
            try (Keyfarm farm = farm(SLAVES)) {
                farm.routedKey("orders", "o_custkey", "o_total");
                try (Session session = farm.session();
                        PreparedFlow prepared = session.prepare(from(CUSTOMER)
                                .join(inner(ORDER).on(ORDER.field("o_custkey").is(CUSTOMER.field("c_key"))))
                                .select(fields));
                        Rows rows = prepared.run()) {
                    assertTrue(rows.next());
                    switch (change) {
                        case "drop the key" -> farm.dropRoutedKey("orders", "o_custkey");
                        case "replace" -> farm.replace(orders(0, 200));
                        case "append" -> farm.append("orders", orders(10_000, 12_000));
                        case "drop the table" -> farm.drop("orders");
                        default -> farm.routedKey("orders", "o_custkey");
                    }
                    farm.doWork();
                    assertEquals(10_000 - 1, rows.drain());
                }
            }
        }
    }

    @Test
    void shouldStopWhereItIsCancelled() throws IOException {
        try (Keyfarm farm = farm(SLAVES)) {
            farm.routedKey("orders", "o_custkey");
            try (Session session = farm.session();
                    PreparedFlow prepared = session.prepare(from(CUSTOMER)
                            .join(inner(ORDER).on(ORDER.field("o_custkey").is(CUSTOMER.field("c_key"))))
                            .select("c_key", "o_note"))) {
                final Rows rows = prepared.run();
                assertTrue(rows.next());
                prepared.cancel();
                assertThrows(QueryException.class, rows::drain);
                assertEquals(10_000, prepared.run().drain());
            }
        }
    }

    @Test
    void shouldGiveAllMemoryBack() throws IOException {
        try (Keyfarm farm = farm(SLAVES)) {
            final long before = farm.memoryBytes();
            farm.routedKey("orders", "o_custkey", "o_total");
            assertTrue(farm.memoryBytes() > before);
            ask(farm, join("c_key", "o_total"));
            farm.routedKey("orders", "o_custkey");
            farm.append("orders", orders(10_000, 10_001));
            assertTrue(farm.dropRoutedKey("orders", "o_custkey"));
            assertFalse(farm.dropRoutedKey("orders", "o_custkey"));
            ask(farm, join("c_key", "o_total"));
            farm.replace(orders(0, 10_000));
            farm.doWork();
            assertEquals(before, farm.memoryBytes());
            farm.routedKey("orders", "o_custkey.o_key");
            farm.drop("orders");
            farm.drop("customers");
            farm.doWork();
            assertEquals(0, farm.memoryBytes());
        }
    }

    @Test
    void shouldHoldNothingWhereThereIsNoRoomForTheEntries() throws IOException {
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .slaves(SLAVES)
                .memoryLimitBytes(10 << 20))) {
            farm.load(orders(0, 100_000));
            final long before = farm.memoryBytes();
            assertThrows(MemoryLimitException.class, () -> {
                for (final String carried : List.of("o_total", "o_key", "o_note")) {
                    farm.routedKey("orders", "o_custkey." + carried, "o_note".equals(carried) ? "o_key" : "o_note");
                }
            });
            farm.keysOf("orders").forEach(key -> farm.dropRoutedKey("orders", key.split(" ")[0]));
            farm.doWork();
            assertEquals(before, farm.memoryBytes());
        }
    }

    @Test
    void shouldComeBackWithTheTable(@TempDir Path directory) throws IOException {
        for (final int slaves : new int[] {1, 3, 3, 5}) {
            try (Keyfarm farm = Keyfarm.embedded(
                    directory,
                    EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(slaves))) {
                if (farm.tables().isEmpty()) {
                    farm.load(orders(0, 10_000));
                    farm.load(JavaObjects.ofLists(CUSTOMER.schema(), List.of(List.of(7, "seven"))));
                    farm.routedKey("orders", "o_custkey", "o_total"); // With one slave it waits for others.
                }
                assertEquals(List.of("o_custkey routed with o_total"), farm.keysOf("orders"));
                final Answer answer = ask(farm, join("c_key", "o_total"));
                assertEquals(50, answer.rows().size());
                assertEquals(slaves > 1, answer.lookups().path().startsWith("orders@"), answer.lookups()::path);
            }
        }
    }

    @Test
    void shouldNameWhatIsWrong() throws IOException {
        try (Keyfarm farm = farm(2)) {
            for (final String[] wrong : new String[][] {
                {"o_custkey.nothing"}, {"o_custkey", "nothing"}, {"o_custkey", "o_custkey"}, {"o_custkey..o_key"}
            }) {
                final List<String> words = List.of(wrong);
                assertThrows(
                        BadValueException.class,
                        () -> farm.routedKey(
                                "orders",
                                words.get(0),
                                words.subList(1, words.size()).toArray(String[]::new)),
                        words::toString);
            }
            try (Keyfarm alone = farm(1)) {
                assertThrows(BadValueException.class, () -> alone.routedKey("orders", "o_custkey", "o_custkey"));
            }
            farm.routedKey("orders", "o_custkey");
            final Table entries = Table.of("orders@o_custkey: o_custkey int64 null, fpos int64");
            assertThrows(BadValueException.class, () -> farm.query(from(entries)));
            final BadValueException e = assertThrows(
                    BadValueException.class,
                    () -> farm.load(JavaObjects.ofLists(entries.schema(), List.of(List.of(1, 1)))));
            assertTrue(Objects.requireNonNull(e.getMessage()).contains("routed keys"), e::getMessage);
        }
    }
}
