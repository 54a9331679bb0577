package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Session;
import io.keyfarm.query.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What growing keys knows outlives the process, and can do without. */
final class GrowthMemoryTest {
    private static final int ROWS = 40_000;

    @TempDir
    private Path directory;

    private final Map<String, byte[]> kept = new TreeMap<>();
    private final List<String> notices = new ArrayList<>();

    private Keyfarm open() throws IOException {
        final LocalCache cache = new LocalCache() {
            @Override
            public byte @Nullable [] get(String name) {
                return kept.get(name);
            }

            @Override
            public void put(String name, byte[] bytes) {
                kept.put(name, bytes);
            }
        };
        return Keyfarm.embedded(
                directory,
                EmbeddedSettings.defaults()
                        .growth(GrowthSettings.defaults().byHand())
                        .cache(inDirectory -> cache)
                        .notices(notices::add));
    }

    private static void ask(Keyfarm farm, Table numbers, int times) {
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(
                        from(numbers).where(numbers.field("bucket").is(param("bucket"))))) {
            for (int i = 0; i < times; i++) {
                query.set("bucket", i).run().drain();
                farm.growth().turn();
            }
        }
    }

    @Test
    void shouldGoOnWhereItStopped() throws IOException {
        final String key;
        try (Keyfarm farm = open()) {
            ask(farm, farm.load(new Numbers("numbers", ROWS, 1)), 100);
            key = farm.keysOf("numbers").get(0);
            farm.growth().maxKeys("numbers", 3);
            farm.growth().budgetBytes(10_000_000);
            farm.growth().forbid("numbers", "stamp");
        }
        try (Keyfarm farm = open()) {
            assertEquals(List.of(key), farm.keysOf("numbers"));
            final KeyReport report = farm.growth().report();
            assertEquals(10_000_000, report.budgetBytes());
            assertEquals(key, report.history().get(0).key());
            final TableKeyReport numbers = report.table("numbers");
            assertEquals("bucket", numbers.shapes().get(0).shape());
            assertEquals(100, numbers.shapes().get(0).count(), 1);
            assertTrue(numbers.keys().get(0).why().contains("'numbers: bucket'"), report::toString);
            assertFalse(numbers.keys().get(0).isPinned());
            assertTrue(farm.growth().release("numbers", "stamp"), "it was forbidden");
            farm.growth().pin("numbers", key);
        }
        try (Keyfarm farm = open()) {
            assertTrue(farm.growth().report().table("numbers").keys().get(0).isPinned());
        }
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldBeginAnewWithWhatIsDamaged() throws IOException {
        try (Keyfarm farm = open()) {
            ask(farm, farm.load(new Numbers("numbers", ROWS, 1)), 50);
        }
        kept.replaceAll((name, bytes) -> "nonsense of which nothing can be read".getBytes(StandardCharsets.US_ASCII));
        try (Keyfarm farm = open()) {
            assertEquals(1, farm.keyCount());
            assertEquals(List.of(), farm.growth().history());
            ask(farm, farm.table("numbers"), 10);
            assertEquals(
                    10, farm.growth().report().table("numbers").shapes().get(0).count(), 0.1);
        }
        assertEquals(3, notices.size(), notices::toString);
        assertTrue(notices.get(0).startsWith("what growth/"), notices::toString);
    }

    @Test
    void shouldLeaveAsideWhatWasAskedOfRowsWithOtherFields() throws IOException {
        try (Keyfarm farm = open()) {
            ask(farm, farm.load(new Numbers("numbers", ROWS, 1)), 50);
            farm.drop("numbers");
        }
        try (Keyfarm farm = open()) {
            assertEquals(0, farm.growth().report().tables().size());
        }
        assertEquals(List.of(), notices);
    }
}
