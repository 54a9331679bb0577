package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.ProposedKey;
import io.keyfarm.key.advice.TableKey;
import io.keyfarm.key.advice.WorkloadCost;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys come, stay and go as queries want them and operators say; by hand, so that nothing depends on the clock. */
final class KeyGrowthTest {
    private static final int ROWS = 60_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final GrowthSettings BY_HAND = GrowthSettings.defaults().byHand();

    private final Keyfarm farm;
    private final Table cars;

    KeyGrowthTest() throws IOException {
        farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(BY_HAND));
        cars = load(farm);
    }

    record Cars(int id, int make, int year, int price) {}

    private static Table load(Keyfarm farm) throws IOException {
        final List<Cars> rows = IntStream.range(0, ROWS)
                .mapToObj(i -> new Cars(i, i % 997, 1990 + i % 31, (int) ((i * 2654435761L) >>> 40)))
                .toList();
        return farm.load(JavaObjects.of(Cars.class, rows));
    }

    @AfterEach
    void close() {
        farm.close();
    }

    /** Asks so often, a turn after every tenth query; answers the rows of the last. */
    private long ask(Query query, String parameter, int times) {
        long rows = 0;
        try (Session session = farm.session();
                PreparedQuery prepared = session.prepare(query)) {
            for (int i = 0; i < times; i++) {
                rows = prepared.set(parameter, i % 997).run().drain();
                if (i % 10 == 9) {
                    farm.growth().turn();
                }
            }
        }
        return rows;
    }

    private Query byMake() {
        return from(cars).where(cars.field("make").is(param("make")));
    }

    private Query byId() {
        return from(cars).where(cars.field("id").is(param("id")));
    }

    @Test
    void shouldGrowAKeyForWhatIsAskedAndSayWhy() {
        assertEquals(0, farm.keyCount());
        assertTrue(ask(byMake(), "make", 100) > 50);
        final List<String> keys = farm.keysOf("cars");
        assertEquals(1, keys.size(), keys::toString);
        assertTrue(keys.get(0).startsWith("make"), keys::toString);

        try (Session session = farm.session();
                PreparedQuery prepared = session.prepare(byMake())) {
            assertEquals(ROWS / 997 + 1, prepared.set("make", 3).run().drain());
            assertTrue(prepared.report().path().contains("make"), prepared.report()::toString);
        }
        final KeyReport report = farm.growth().report();
        final KeyInForce key = report.table("cars").keys().get(0);
        assertTrue(key.why().contains("'cars: make'"), key::why);
        assertTrue(key.uses() > 0, key::toString);
        assertEquals("built", report.history().get(0).what());
        assertTrue(report.toString().contains("shape"), report::toString);
    }

    @Test
    void shouldLeaveAnEmptyLedgerBehind() {
        final long before = farm.memoryBytes();
        ask(byMake(), "make", 100);
        assertTrue(farm.memoryBytes() > before);
        farm.growth().forbid("cars", "make");
        farm.growth().forbid("cars", "make bitmap");
        farm.growth().forbid("cars", "make column");
        farm.growth().turn();
        farm.doWork();
        assertEquals(List.of(), farm.keysOf("cars"));
        assertEquals(before, farm.memoryBytes());
    }

    @Test
    void shouldMoveOnWhenOtherThingsAreAsked() {
        farm.growth().maxKeys(1);
        ask(byMake(), "make", 200);
        final List<String> before = farm.keysOf("cars");
        ask(byId(), "id", 1_000);
        final List<String> after = farm.keysOf("cars");
        assertEquals(1, before.size());
        assertEquals(1, after.size());
        assertTrue(before.get(0).startsWith("make") && after.get(0).startsWith("id"), () -> before + ", then " + after);
    }

    @Test
    void shouldNeverDropWhatWasDeclared() {
        farm.keys("cars", "year.price");
        farm.growth().maxKeys(1);
        ask(byMake(), "make", 300);
        assertEquals(List.of("year.price hot"), farm.keysOf("cars"));
        assertTrue(farm.growth().release("cars", "year.price hot"));
        ask(byMake(), "make", 300);
        assertEquals(1, farm.keyCount());
        assertTrue(farm.keysOf("cars").get(0).startsWith("make"), () -> "" + farm.keysOf("cars"));
    }

    @Test
    void shouldPinWhatHasGrown() {
        farm.growth().maxKeys(1);
        ask(byMake(), "make", 200);
        final String key = farm.keysOf("cars").get(0);
        farm.growth().pin("cars", key);
        ask(byId(), "id", 1_000);
        assertEquals(List.of(key), farm.keysOf("cars"));
        assertTrue(farm.growth().report().table("cars").keys().get(0).isPinned());
        farm.growth().pin("cars", "price bitmap".replace("price", "year"));
        assertEquals(2, farm.keyCount(), "a pin is a word above all budgets");
    }

    @Test
    void shouldNeverBuildWhatIsForbidden() {
        for (final String kind : new String[] {"make", "make bitmap", "make column"}) {
            farm.growth().forbid("cars", kind);
        }
        ask(byMake(), "make", 300);
        for (final String key : farm.keysOf("cars")) {
            assertFalse(key.equals("make hot") || key.equals("make cold") || key.equals("make bitmap"), key);
        }
    }

    @Test
    void shouldDropKeysWhenTheBudgetShrinks() {
        ask(byMake(), "make", 200);
        ask(byId(), "id", 200);
        assertEquals(2, farm.keyCount(), () -> "" + farm.keysOf("cars"));
        farm.growth().maxKeys(1);
        ask(byId(), "id", 200);
        assertEquals(1, farm.keyCount(), () -> "" + farm.keysOf("cars"));
    }

    @Test
    void shouldKeepToTheLimitOfATable() {
        farm.growth().maxKeys("cars", 1);
        ask(byMake(), "make", 200);
        ask(byId(), "id", 400);
        assertEquals(1, farm.keyCount(), () -> "" + farm.keysOf("cars"));
        farm.growth().maxKeys("cars", 0);
        farm.growth().turn();
        assertEquals(0, farm.keyCount(), () -> "" + farm.keysOf("cars"));
    }

    @Test
    void shouldGoOnWhenATableComesBackWithOtherFields() throws IOException {
        ask(byMake(), "make", 200);
        assertEquals(1, farm.keyCount());
        final List<List<Integer>> rows =
                IntStream.range(0, ROWS).mapToObj(i -> List.of(i, i % 997)).toList();
        final Table bikes = farm.load(JavaObjects.ofLists(TableSchema.parse("cars: id int32, wheels int32"), rows));
        ask(from(bikes).where(bikes.field("wheels").is(param("wheels"))), "wheels", 300);
        assertTrue(farm.keysOf("cars").get(0).startsWith("wheels"), () -> "" + farm.keysOf("cars"));
    }

    @Test
    void shouldNotPutAnotherTierInThePlaceOfWhatIsPinned() {
        final WorkloadCost.Builder costs = WorkloadCost.builder();
        costs.key("cars: id", 10);
        costs.key("cars: id hot", 20);
        costs.query("cars: id", 1, 1_000);
        costs.way(0, 100, 0).way(0, 10, 1);
        final KeyWishes wishes = new KeyWishes(BY_HAND);
        assertEquals(List.of("cars: id hot"), advised(costs.build(), wishes.budget(1_000, List.of())));
        final List<TableKey> pinned = List.of(TableKey.parse("cars: id"));
        assertEquals(List.of("cars: id"), advised(costs.build(), wishes.budget(1_000, pinned)));
    }

    private static List<String> advised(WorkloadCost costs, KeyBudget budget) {
        return KeyAdvisor.advise(costs, budget).keys().stream()
                .map(ProposedKey::name)
                .toList();
    }

    @Test
    void shouldOnlyCountWhenGrowthIsOffAndGrowWhenToldTo() {
        farm.growth().mode(GrowthMode.OFF);
        ask(byMake(), "make", 300);
        assertEquals(0, farm.keyCount());
        farm.growth().now();
        farm.growth().turn();
        assertEquals(1, farm.keyCount());
    }

    @Test
    void shouldGrowByTheClock() {
        farm.growth().every(Duration.ofNanos(1));
        ask(byMake(), "make", 10);
        assertEquals(1, farm.keyCount());
    }

    @Test
    void shouldRefuseWhatNamesNothing() {
        final KeyGrowth growth = farm.growth();
        assertThrows(BadValueException.class, () -> growth.pin("bikes", "make"));
        assertThrows(BadValueException.class, () -> growth.forbid("cars", "wheels"));
        assertThrows(BadValueException.class, () -> growth.budgetBytes("bikes", 1));
        assertThrows(BadValueException.class, () -> growth.budgetBytes(-1));
        assertThrows(BadValueException.class, () -> growth.report().table("bikes"));
        assertFalse(growth.release("cars", "make"));
    }

    @Test
    void shouldGrowOnAThreadOfItsOwn() throws IOException {
        try (Keyfarm other = Keyfarm.embedded()) {
            load(other);
            final long startNs = System.nanoTime();
            try (Session session = other.session();
                    PreparedQuery prepared = session.prepare(byMake())) {
                while (other.keyCount() == 0) {
                    assertTrue(
                            System.nanoTime() - startNs < PATIENCE.toNanos(),
                            () -> "no key: " + other.growth().report());
                    prepared.set("make", 5).run().drain();
                }
            }
            assertThrows(IllegalStateException.class, () -> other.growth().turn());
        }
    }
}
