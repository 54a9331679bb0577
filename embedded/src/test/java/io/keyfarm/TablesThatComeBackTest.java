package io.keyfarm;

import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.Rows;
import io.keyfarm.key.KeyTier;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.TableSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Keyfarm with a data directory ends, however it ends, and another goes on with its tables and keys. */
final class TablesThatComeBackTest {
    private static final int ROWS = 5_000;

    @TempDir
    private Path folder;

    private final List<String> notices = new ArrayList<>();

    private Keyfarm open(Path directory, int slaves) throws IOException {
        return Keyfarm.embedded(
                directory,
                EmbeddedSettings.defaults()
                        .growth(GrowthSettings.off())
                        .slaves(slaves)
                        .notices(notices::add));
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** What a table answers, by keys and without, and by which keys it can. */
    private static String answers(Keyfarm farm, String name) {
        final Table table = farm.table(name);
        final List<Query> queries = List.of(
                from(table)
                        .where(table.field("bucket").is(77))
                        .orderBy(table.field("id").ascending()),
                from(table)
                        .where(table.field("name").startsWith("a name too long for its slot, number 12"))
                        .select("id", "name")
                        .orderBy(table.field("id").ascending()),
                from(table).where(table.field("id").lessThan(1_000)).count());
        final StringBuilder told = new StringBuilder(table + "\n");
        for (final Query query : queries) {
            try (Rows rows = farm.query(query)) {
                while (rows.next()) {
                    for (int field = 0; field < rows.schema().fieldCount(); field++) {
                        told.append(rows.get(rows.schema().field(field).name())).append(' ');
                    }
                    told.append('\n');
                }
            }
            told.append(farm.explain(query).toString().contains("by bucket.id"));
        }
        return told.append(farm.keysOf(name)).toString();
    }

    private static Keyfarm fill(Keyfarm farm) throws IOException {
        farm.load(new Numbers("numbers", ROWS, 1));
        farm.load(new Numbers("others", 10, 1));
        farm.load(new Numbers("gone", 10, 1));
        farm.keys("numbers", "bucket.id", "stamp", "name");
        farm.bitmapKeys("numbers", "stamp");
        farm.replace(new Numbers("numbers", ROWS, 2));
        assertTrue(farm.dropKey("numbers", "stamp"));
        assertTrue(farm.drop("gone"));
        return farm;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void shouldComeBackToAnyNumberOfSlaves(int slaves) throws Exception {
        final String before;
        final long bytes;
        try (Keyfarm farm = fill(open(data(), 2))) {
            before = answers(farm, "numbers");
            farm.doWork();
            bytes = farm.memoryBytes();
            assertEquals(0, farm.mappedBytes());
        }
        try (Keyfarm farm = open(data(), slaves)) {
            assertEquals(before, answers(farm, "numbers"));
            assertEquals(2, farm.tables().size());
            assertEquals(ROWS + 10, farm.rowCount());
            if (slaves == 2) {
                assertTrue(farm.mappedBytes() > ROWS * 20L, farm.mappedBytes() + " bytes");
                assertTrue(farm.memoryBytes() < bytes, farm.memoryBytes() + " and not " + bytes);
            } else {
                assertEquals(0, farm.mappedBytes(), "rows were dealt anew");
            }
            farm.replace(new Numbers("numbers", ROWS, 3));
            assertTrue(answers(farm, "numbers").contains("77 3 "), "the third generation");
        }
        try (Keyfarm farm = open(data(), slaves)) {
            assertEquals(before.replace("77 2 ", "77 3 "), answers(farm, "numbers"));
            assertEquals(List.of("bucket.id hot", "name hot", "stamp bitmap"), farm.keysOf("numbers"));
            farm.load(new Numbers("numbers", ROWS, 4));
            farm.drop("others");
        }
        try (Keyfarm farm = open(data(), slaves)) {
            assertEquals(0, farm.keyCount());
            assertEquals(ROWS, farm.rowCount());
            farm.drop("numbers");
            farm.doWork();
            assertEquals(0, farm.memoryBytes());
            assertEquals(0, farm.mappedBytes());
        }
        assertEquals(List.of(), notices);
    }

    /** At any moment a copy of the files is what a process that is killed would leave. */
    @Test
    void shouldComeBackFromWhatWasOnDiskWhenEachChangeReturned() throws Exception {
        int copies = 0;
        try (Keyfarm farm = open(data(), 2)) {
            for (final Change change : CHANGES) {
                change.make(farm);
                final Path copy = folder.resolve("copy" + copies++);
                copy(data(), copy);
                try (Keyfarm other = open(copy, 2)) {
                    assertEquals(farm.tables(), other.tables());
                    assertEquals(farm.keyCount(), other.keyCount());
                    for (final Table table : farm.tables()) {
                        assertEquals(answers(farm, table.name()), answers(other, table.name()));
                    }
                }
            }
        }
        assertEquals(List.of(), notices);
    }

    private Map<String, FileTime> parts() throws IOException {
        final Map<String, FileTime> parts = new TreeMap<>();
        try (Stream<Path> files = Files.list(data())) {
            for (final Path file : files.toList()) {
                if (file.toString().endsWith(".part")) {
                    parts.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
                }
            }
        }
        return parts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void shouldComeBackWithAppendedRowsToAnyNumberOfSlaves(int slaves) throws Exception {
        final String before;
        try (Keyfarm farm = open(data(), 2)) {
            farm.load(new Numbers("numbers", ROWS, 2));
            farm.keys("numbers", "bucket.id", "name");
            farm.bitmapKeys("numbers", "stamp");
            final Map<String, FileTime> main = parts();
            assertEquals(2, main.size());
            farm.append("numbers", new Numbers("numbers", ROWS, 50, 2));
            farm.append("numbers", new Numbers("numbers", ROWS + 50, 1, 2));
            final Map<String, FileTime> all = parts();
            assertEquals(6, all.size());
            main.forEach((name, written) -> assertEquals(written, all.get(name)));
            before = answers(farm, "numbers");
        }
        try (Keyfarm farm = open(data(), slaves)) {
            assertEquals(before, answers(farm, "numbers"));
            assertEquals(ROWS + 51, farm.rowCount());
            assertEquals(slaves == 2, farm.mappedBytes() > 0);
            final Map<String, FileTime> found = parts();
            farm.append("numbers", new Numbers("numbers", ROWS + 51, 49, 2));
            final Map<String, FileTime> now = parts();
            if (slaves == 2) {
                assertTrue(now.entrySet().containsAll(found.entrySet()), now + " after " + found);
                assertEquals(8, now.size());
            } else {
                assertEquals(6 + slaves, now.size(), "the generation before, and the table written whole");
            }
            assertEquals(ROWS + 100, farm.rowCount());
        }
        final String after;
        try (Keyfarm farm = open(data(), slaves)) {
            after = answers(farm, "numbers");
            assertTrue(farm.mappedBytes() > 0);
            farm.append("numbers", new Numbers("numbers", ROWS + 100, 50, 2));
            farm.append("numbers", new Numbers("numbers", ROWS + 150, 50, 2));
        }
        try (Keyfarm farm = open(data(), slaves);
                Keyfarm judge = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()))) {
            judge.load(new Numbers("numbers", ROWS + 200, 2));
            judge.keys("numbers", "bucket.id", "name");
            judge.bitmapKeys("numbers", "stamp");
            assertEquals(answers(judge, "numbers"), answers(farm, "numbers"));
            assertEquals(ROWS + 200, farm.rowCount());
            farm.replace(new Numbers("numbers", ROWS + 100, 2));
            assertEquals(after, answers(farm, "numbers"));
            farm.drop("numbers");
            farm.doWork();
            assertEquals(0, farm.memoryBytes());
            assertEquals(0, farm.mappedBytes());
            assertEquals(0, parts().size());
        }
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldServeWhatWasThereBeforeAnAppendThatIsDamaged() throws Exception {
        final String main;
        try (Keyfarm farm = open(data(), 1)) {
            farm.load(new Numbers("numbers", ROWS, 1));
            farm.keys("numbers", "bucket.id");
            main = answers(farm, "numbers");
            farm.append("numbers", new Numbers("numbers", ROWS, 300, 2));
        }
        damage(newestPart("numbers"));
        try (Keyfarm farm = open(data(), 1)) {
            assertEquals(main, answers(farm, "numbers"));
            assertEquals(1, notices.size(), notices::toString);
            farm.append("numbers", new Numbers("numbers", ROWS, 20, 3));
            farm.append("numbers", new Numbers("numbers", ROWS + 20, 20, 3));
            assertEquals(ROWS + 40, farm.rowCount());
        }
        notices.clear();
        try (Keyfarm farm = open(data(), 1)) {
            assertEquals(ROWS + 40, farm.rowCount());
            assertEquals(List.of(), notices);
        }
        damage(data().resolve(parts().keySet().stream()
                .min((one, other) -> Long.compare(generation(Path.of(one)), generation(Path.of(other))))
                .orElseThrow()));
        try (Keyfarm farm = open(data(), 1)) {
            assertThrows(BadValueException.class, () -> farm.table("numbers"));
            assertTrue(notices.stream().anyMatch(notice -> notice.startsWith("table numbers is missing: ")));
        }
    }

    /** What changes a directory. */
    private interface Change {
        void make(Keyfarm farm) throws IOException;
    }

    private static final List<Change> CHANGES = List.of(
            farm -> farm.load(new Numbers("numbers", ROWS, 1)),
            farm -> farm.keys("numbers", "bucket.id"),
            farm -> farm.load(new Numbers("others", 7, 1)),
            farm -> farm.keys("numbers", "name", "bucket.id"),
            farm -> farm.replace(new Numbers("numbers", ROWS, 2)),
            farm -> farm.bitmapKeys("numbers", "stamp", "bucket"),
            farm -> farm.replace(new Numbers("numbers", ROWS, 2)),
            farm -> farm.dropBitmapKey("numbers", "stamp"),
            farm -> farm.dropKey("numbers", "name"),
            farm -> farm.drop("others"),
            farm -> farm.append("numbers", new Numbers("numbers", ROWS, 50, 2)),
            farm -> farm.append("numbers", new Numbers("numbers", ROWS + 50, 1, 2)),
            farm -> farm.keys("numbers", "name"),
            farm -> farm.append("numbers", new Numbers("numbers", ROWS + 51, 49, 2)),
            farm -> farm.append("numbers", new Numbers("numbers", ROWS + 100, 50, 2)),
            farm -> farm.dropKey("numbers", "bucket.id"),
            farm -> farm.append("numbers", new Numbers("numbers", ROWS + 150, ROWS, 2)),
            farm -> farm.append("numbers", new Numbers("numbers", 2 * ROWS + 150, 50, 2)),
            farm -> farm.load(new Numbers("numbers", ROWS, 3)));

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (final Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @Test
    @Tag("slow")
    void shouldTakeOverFromAProcessThatIsKilled() throws Exception {
        final Process process = new ProcessBuilder(OtherFarm.command(data().toString(), String.valueOf(ROWS)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader told = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("replaced", told.readLine());
            final IOException held = assertThrows(IOException.class, () -> open(data(), 2));
            assertEquals(
                    data() + " is open in another process, pid " + process.pid() + "; only one at a time may use it",
                    held.getMessage());
        } finally {
            process.destroyForcibly();
        }
        process.waitFor();
        try (Keyfarm farm = open(data(), 2)) {
            assertTrue(answers(farm, "numbers").contains("77 2 "), "the second generation");
            assertEquals(2, farm.keyCount());
            assertEquals(
                    data() + " is open already, in this process",
                    assertThrows(IOException.class, () -> open(data(), 2)).getMessage());
        }
    }

    @Test
    void shouldKeepWhatItHadWhereTheDiskFails() throws Exception {
        final Path away = folder.resolve("away");
        try (Keyfarm farm = fill(open(data(), 2))) {
            farm.doWork();
            final String before = answers(farm, "numbers");
            final long bytes = farm.memoryBytes();
            Files.move(data(), away);
            assertThrows(IOException.class, () -> farm.replace(new Numbers("numbers", ROWS, 3)));
            assertThrows(IOException.class, () -> farm.load(new Numbers("numbers", ROWS, 3)));
            assertThrows(IOException.class, () -> farm.append("numbers", new Numbers("numbers", 10, 3)));
            assertThrows(IOException.class, () -> farm.append("numbers", new Numbers("numbers", ROWS, 3)));
            assertThrows(UncheckedIOException.class, () -> farm.keys("numbers", "id"));
            assertThrows(UncheckedIOException.class, () -> farm.dropKey("numbers", "name"));
            assertThrows(UncheckedIOException.class, () -> farm.bitmapKeys("numbers", "bucket"));
            assertThrows(UncheckedIOException.class, () -> farm.dropBitmapKey("numbers", "stamp"));
            assertThrows(UncheckedIOException.class, () -> farm.drop("numbers"));
            assertEquals(before, answers(farm, "numbers"));
            assertEquals(bytes, farm.memoryBytes());
            Files.move(away, data());
            farm.keys("numbers", "id");
            assertEquals(4, farm.keyCount());
        }
        try (Keyfarm farm = open(data(), 2)) {
            assertEquals(4, farm.keyCount());
            assertTrue(answers(farm, "numbers").contains("77 2 "), "the second generation");
        }
    }

    @Test
    void shouldServeThePreviousGenerationOfADamagedTableAndSaySo() throws Exception {
        try (Keyfarm farm = open(data(), 1)) {
            farm.load(new Numbers("numbers", ROWS, 1));
            farm.keys("numbers", "bucket.id");
            farm.load(new Numbers("others", 10, 1));
            farm.replace(new Numbers("numbers", ROWS, 2));
        }
        damage(newestPart("numbers"));
        try (Keyfarm farm = open(data(), 1)) {
            assertTrue(answers(farm, "numbers").contains("77 1 "), "the first generation");
            assertEquals(1, farm.keyCount());
        }
        assertEquals(1, notices.size(), notices::toString);
        assertTrue(notices.get(0).startsWith("numbers: generation "), notices.get(0));

        damage(newestPart("others"));
        notices.clear();
        try (Keyfarm farm = open(data(), 1)) {
            assertThrows(BadValueException.class, () -> farm.table("others"));
            assertTrue(notices.stream().anyMatch(notice -> notice.startsWith("table others is missing: ")));
            farm.load(new Numbers("others", 20, 1));
        }
        notices.clear();
        try (Keyfarm farm = open(data(), 1)) {
            assertEquals(ROWS + 20, farm.rowCount());
        }
    }

    private Path newestPart(String table) throws IOException {
        try (Stream<Path> files = Files.list(data())) {
            return files.filter(file -> file.getFileName().toString().matches(table + "\\..*\\.part"))
                    .max((one, other) -> Long.compare(generation(one), generation(other)))
                    .orElseThrow();
        }
    }

    private static long generation(Path part) {
        return Long.parseLong(part.getFileName().toString().split("\\.")[1]);
    }

    private static void damage(Path part) throws IOException {
        final byte[] bytes = Files.readAllBytes(part);
        bytes[bytes.length / 2] ^= 1;
        Files.write(part, bytes);
    }

    @Test
    void shouldLetGoOfTheDirectoryWhereItCannotOpenIt() throws Exception {
        fill(open(data(), 2)).close();
        final EmbeddedSettings tight = EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .slaves(2)
                .memoryLimitBytes(20_000);
        assertThrows(MemoryLimitException.class, () -> Keyfarm.embedded(data(), tight));
        try (Keyfarm farm =
                Keyfarm.embedded(data(), tight.memoryLimitBytes(1 << 20).tier(KeyTier.COLD))) {
            assertEquals(3, farm.keyCount());
        }
    }

    @Test
    void shouldKeepATableWithoutRows() throws Exception {
        try (Keyfarm farm = open(data(), 2)) {
            farm.load(JavaObjects.ofLists(TableSchema.parse("empty: id int32"), List.of()));
            farm.keys("empty", "id");
        }
        for (final int slaves : new int[] {2, 3}) {
            try (Keyfarm farm = open(data(), slaves)) {
                assertEquals(0, farm.rowCount());
                assertEquals(1, farm.keyCount());
                try (Rows rows = farm.query(from(farm.table("empty")))) {
                    assertFalse(rows.next());
                }
            }
        }
    }
}
