package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that outlive their directory's closing, and what happens to files on the way. */
final class DataDirectoryTest {
    @TempDir
    private Path directory;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");
    private final List<String> notices = new ArrayList<>();

    @AfterEach
    void shouldHaveUnmappedAll() {
        assertEquals(0, ledger.mappedBytes());
    }

    @Test
    void shouldComeBackWithItsTablesAndKeys() throws IOException {
        final Random random = new Random(5);
        final TableSchema schema = SomeRows.everyKind("Flüge", random);
        final List<Slab> flights =
                List.of(SomeRows.slab(schema, 300, 4096, random), SomeRows.slab(schema, 0, 4096, random));
        final List<KeyEntry> keys = List.of(new KeyEntry("a.b", "HOT", 2), new KeyEntry("größe", "COLD", 0));
        try (DataDirectory data = open()) {
            assertEquals(2, data.write(flights, keys, LoadProgress.NONE));
            write(data, "orders", 1, 3);
            write(data, "orders", 2, 3);
        }
        try (DataDirectory data = open()) {
            assertEquals("[Flüge 2 2 300, orders 4 3 30]", tables(data));
            try (MappedTable mapped = data.map("Flüge", LoadProgress.NONE)) {
                assertEquals(keys, mapped.keys());
                assertEquals(schema, mapped.schema());
                for (int i = 0; i < flights.size(); i++) {
                    assertEquals(
                            SomeRows.text(flights.get(i)),
                            SomeRows.text(mapped.parts().get(i)));
                }
                assertTrue(ledger.mappedBytes() > 0);
                assertEquals(0, ledger.usedBytes());
            }
            assertServes(data, "orders", 2);
        }
        SomeRows.close(flights);
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldKeepTheGenerationBeforeAndNoMore() throws IOException {
        try (DataDirectory data = open()) {
            for (int generation = 1; generation <= 4; generation++) {
                write(data, "orders", generation, 2);
                write(data, "customers", generation, 1);
            }
            assertEquals(
                    "[catalogue.8, catalogue.9, customers.7.0, customers.9.0, lock, orders.6.0, orders.6.1, orders.8.0,"
                            + " orders.8.1]",
                    files());
            data.keys("customers", List.of(new KeyEntry("row", "COLD", 0)));
            data.keys("orders", List.of(new KeyEntry("row", "HOT", 0)));
            assertEquals(
                    "[catalogue.10, catalogue.11, customers.7.0, customers.9.0, lock, orders.6.0, orders.6.1, orders.8.0,"
                            + " orders.8.1]",
                    files());
            assertTrue(data.drop("orders"));
            assertFalse(data.drop("orders"));
            assertEquals("[catalogue.12, catalogue.13, customers.7.0, customers.9.0, lock]", files());
        }
        try (DataDirectory data = open()) {
            assertEquals("[customers 9 1 10]", tables(data));
            assertEquals(
                    "[KeyEntry[key=row, tier=COLD, hashedFields=0]]",
                    data.tables().get(0).keys().toString());
        }
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldServeTheGenerationBeforeWhereTheNewestIsDamaged() throws IOException {
        try (DataDirectory data = open()) {
            write(data, "orders", 1, 3);
            write(data, "orders", 2, 3);
            write(data, "customers", 9, 1);
        }
        flip(file("orders.3.1"), 5000);
        try (DataDirectory data = open()) {
            assertServes(data, "orders", 1);
            assertServes(data, "customers", 9);
            assertNotice("orders: generation 3 cannot be read, and the one before it, 2, serves: orders.3.1.");
            assertNotice(".part: block 1 of 2 (long text, bytes 4,096 to 8,192) damaged: its CRC32C is ");
            assertNotice("; restore the file from a copy and open the directory again, or load the table anew");
            // What now changes is what serves.
            data.keys("orders", List.of(new KeyEntry("row", "HOT", 0)));
        }
        notices.clear();
        try (DataDirectory data = open()) {
            assertEquals("[customers 4 1 10, orders 2 3 30]", tables(data));
            assertServes(data, "orders", 1);
            write(data, "orders", 3, 1);
            assertServes(data, "orders", 3);
            assertEquals(
                    "[catalogue.5, catalogue.6, customers.4.0, lock, orders.2.0, orders.2.1, orders.2.2, orders.6.0]",
                    files());
        }
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldRefuseATableOfWhichNothingCanBeReadAndTakeItAnew() throws IOException {
        try (DataDirectory data = open()) {
            write(data, "orders", 1, 1);
            write(data, "orders", 2, 1);
        }
        flip(file("orders.2.0"), 30);
        Files.delete(file("orders.3.0"));
        try (DataDirectory data = open()) {
            final String message = assertThrows(LoadException.class, () -> data.map("orders", LoadProgress.NONE))
                    .getMessage();
            assertTrue(message.startsWith("orders: neither of its generations can be read: orders.3.0."), message);
            assertTrue(message.contains(".part: it is missing; orders.2.0."), message);
            assertTrue(message.contains(".part: header damaged: its CRC32C is "), message);
            write(data, "orders", 3, 1);
            assertServes(data, "orders", 3);
            assertThrows(BadValueException.class, () -> data.map("order", LoadProgress.NONE));
        }
    }

    @Test
    void shouldSeeThatFilesWereSwapped() throws IOException {
        try (DataDirectory data = open()) {
            write(data, "orders", 1, 2);
            write(data, "orders", 2, 2);
            write(data, "customers", 2, 1);
        }
        swap(file("orders.3.0"), file("orders.3.1"));
        try (DataDirectory data = open()) {
            assertServes(data, "orders", 1);
        }
        assertNotice("files were swapped: here should be part 1 of 2 of generation 3 of orders (");
        assertNotice("but it is part 2 of 2 of generation 3 of orders (");
        swap(file("orders.3.0"), file("orders.3.1"));
        swap(file("orders.3.0"), file("orders.2.0"));
        try (DataDirectory data = open()) {
            assertThrows(LoadException.class, () -> data.map("orders", LoadProgress.NONE));
        }
        swap(file("orders.3.0"), file("orders.2.0"));
        swap(file("orders.3.1"), file("customers.4.0"));
        try (DataDirectory data = open()) {
            assertServes(data, "orders", 1);
            assertNotice("but it is part 1 of 1 of generation 4 of customers (");
            assertThrows(LoadException.class, () -> data.map("customers", LoadProgress.NONE));
        }
        swap(file("orders.3.1"), file("customers.4.0"));
        notices.clear();
        try (DataDirectory data = open()) {
            assertServes(data, "orders", 2);
            assertServes(data, "customers", 2);
        }
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldSeeThatAFileWasPatchedTogether() throws IOException {
        try (DataDirectory data = open()) {
            write(data, "orders", 1, 1);
            write(data, "orders", 2, 1);
        }
        final byte[] newer = Files.readAllBytes(file("orders.3.0"));
        final byte[] older = Files.readAllBytes(file("orders.2.0"));
        assertEquals(newer.length, older.length);
        System.arraycopy(older, 4096, newer, 4096, newer.length - 4096);
        Files.write(file("orders.3.0"), newer);
        try (DataDirectory data = open()) {
            assertServes(data, "orders", 1);
        }
        assertNotice("its header and its table of blocks are of two files");
        // Someone who counts checksums needs the catalogue as well.
        PartFileTest.seal(newer, 4096);
        Files.write(file("orders.3.0"), newer);
        notices.clear();
        try (DataDirectory data = open()) {
            assertServes(data, "orders", 1);
        }
        assertNotice("is expected: it is another file");
    }

    @Test
    void shouldGoBackACatalogueAndKeepWhatTheDamagedOneMayHaveNamed() throws IOException {
        try (DataDirectory data = open()) {
            write(data, "orders", 1, 1);
            write(data, "orders", 2, 1);
            write(data, "orders", 3, 1);
        }
        final byte[] whole = Files.readAllBytes(directory.resolve("catalogue.4"));
        flip(directory.resolve("catalogue.4"), 40);
        Files.write(directory.resolve("catalogue.5.new"), new byte[9]);
        try (DataDirectory data = open()) {
            assertServes(data, "orders", 2);
        }
        assertNotice("catalogue.4: it is damaged: its last line should be 'crc32c ");
        assertNotice("; the catalogue before it, catalogue.3, is in force: what was changed since is not there");
        assertNotice("2 files that catalogue.3 does not name stay until the next change");
        assertNotice("dropped catalogue.5.new, 9 bytes: no catalogue in force names it");
        Files.write(directory.resolve("catalogue.4"), whole);
        try (DataDirectory data = open()) {
            assertServes(data, "orders", 3);
        }
        flip(directory.resolve("catalogue.4"), 40);
        try (DataDirectory data = open()) {
            write(data, "orders", 4, 1);
            assertServes(data, "orders", 4);
            assertEquals("[catalogue.3, catalogue.5, lock, orders.3.0, orders.5.0]", files());
        }
    }

    @Test
    void shouldNeverTakeADirectoryForEmptyThatIsNot() throws IOException {
        try (DataDirectory data = open()) {
            write(data, "orders", 1, 1);
        }
        flip(directory.resolve("catalogue.1"), 20);
        flip(directory.resolve("catalogue.2"), 20);
        final String before = files();
        final String both = assertThrows(LoadException.class, this::open).getMessage();
        assertTrue(both.contains("neither catalogue can be read: catalogue.2: it is damaged"), both);
        Files.delete(directory.resolve("catalogue.1"));
        Files.delete(directory.resolve("catalogue.2"));
        final String none = assertThrows(LoadException.class, this::open).getMessage();
        assertTrue(none.endsWith("it has part files, but no catalogue that says what they are"), none);
        assertEquals(before, files().replace("[lock", "[catalogue.1, catalogue.2, lock"));
    }

    @Test
    void shouldNotGoBackFromACatalogueThatALaterKeyfarmWrote() throws IOException {
        try (DataDirectory data = open()) {
            write(data, "orders", 1, 1);
        }
        final Path file = directory.resolve("catalogue.2");
        final String text = Files.readString(file).replace("catalogue 1\n", "catalogue 3\n");
        Files.writeString(file, CatalogueTextTest.sealed(text));
        assertEquals(
                "catalogue.2: it begins 'keyfarm catalogue 3', and this Keyfarm reads 'keyfarm catalogue 1' and 'keyfarm"
                        + " catalogue 2'; it is not damaged, so another version of Keyfarm must have written it",
                assertThrows(IOException.class, this::open).getMessage());
    }

    @Test
    void shouldKeepWhatTheCatalogueBeforeWouldServe() throws IOException {
        final Disk disk = new DelegatingDisk() {
            @Override
            public File create(Path path) throws IOException {
                if (path.endsWith("catalogue.4.new")) {
                    throw new IOException("no room");
                }
                return super.create(path);
            }
        };
        try (DataDirectory data = DataDirectory.open(directory, ledger, disk, new Random(1), 4096, notices::add)) {
            write(data, "orders", 1, 1);
            assertTrue(data.drop("orders"));
            assertEquals("[]", tables(data));
        }
        assertEquals(
                "[orders is dropped, but its files stay until the next change: the next catalogue could not be written:"
                        + " no room; catalogue.3 stays in force]",
                notices.toString());
        assertEquals("[catalogue.2, catalogue.3, lock, orders.2.0]", files());
        flip(directory.resolve("catalogue.3"), 40);
        try (DataDirectory data = open()) {
            assertServes(data, "orders", 1);
        }
    }

    @Test
    void shouldMakeTheDirectoryAndSyncItsName() throws IOException {
        final List<Path> synced = new ArrayList<>();
        final Disk disk = new DelegatingDisk() {
            @Override
            public void syncDirectory(Path path) {
                synced.add(directory.relativize(path));
            }
        };
        DataDirectory.open(directory.resolve("a/b"), ledger, disk, new Random(1), 4096, notices::add)
                .close();
        assertEquals("[, a, a/b]", synced.toString());
    }

    @Test
    void shouldDropLeftoversOfItsOwnOnly() throws IOException {
        try (DataDirectory data = open()) {
            write(data, "orders", 1, 1);
        }
        Files.writeString(directory.resolve("orders.9.0.0123456789abcdef.part"), "left over");
        Files.writeString(directory.resolve("orders.9.0.0123456789abcdef.part.new"), "left");
        Files.writeString(directory.resolve("catalogue.9.new"), "");
        Files.writeString(directory.resolve("orders.csv"), "not ours");
        Files.writeString(directory.resolve("catalogue.txt"), "not ours");
        Files.createDirectory(directory.resolve("orders.9.1.0123456789abcdef.part"));
        open().close();
        assertEquals("""
                dropped catalogue.9.new, 0 bytes: no catalogue in force names it
                dropped orders.9.0.0123456789abcdef.part, 9 bytes: no catalogue in force names it
                dropped orders.9.0.0123456789abcdef.part.new, 4 bytes: no catalogue in force names it""", String.join("\n", notices));
        assertEquals("[catalogue.1, catalogue.2, catalogue.txt, lock, orders.2.0, orders.9.1, orders.csv]", files());
    }

    @Test
    void shouldRefuseToStartWhatTheDiskCannotHold() throws IOException {
        final long[] freeBytes = {1L << 40};
        final Disk disk = new DelegatingDisk() {
            @Override
            public long freeBytes(Path path) {
                return freeBytes[0];
            }
        };
        try (DataDirectory data = DataDirectory.open(directory, ledger, disk, new Random(1), 4096, notices::add)) {
            write(data, "orders", 1, 1);
            freeBytes[0] = 16_000;
            final String message = assertThrows(IOException.class, () -> write(data, "orders", 2, 1))
                    .getMessage();
            assertEquals(
                    "orders: generation 3 could not be written: it needs 20,480 bytes on disk, but " + directory
                            + " has 16,000 left: make room, or choose another directory; catalogue.2 stays in force",
                    message);
            assertEquals("[catalogue.1, catalogue.2, lock, orders.2.0]", files());
            assertServes(data, "orders", 1);
        }
    }

    @Test
    void shouldLeaveNothingOfAWriteWhoseListenerThrew() throws IOException {
        try (DataDirectory data = open()) {
            write(data, "orders", 1, 1);
            final List<Slab> slabs = SomeRows.generation("orders", 2, 1, 10);
            assertThrows(
                    IllegalStateException.class,
                    () -> data.write(slabs, SomeRows.NO_KEYS, (rows, bytes, total) -> {
                        throw new IllegalStateException("enough");
                    }));
            SomeRows.close(slabs);
            assertEquals("[catalogue.1, catalogue.2, lock, orders.2.0]", files());
            assertThrows(
                    IllegalStateException.class,
                    () -> data.map("orders", (rows, bytes, total) -> {
                        throw new IllegalStateException("enough");
                    }));
        }
    }

    @Test
    void shouldTellHowFarItIs() throws IOException {
        final List<String> told = new ArrayList<>();
        final LoadProgress progress = new LoadProgress() {
            @Override
            public void onBegin(String what) {
                told.add("begin " + what);
            }

            @Override
            public void onRows(long rowCount, long bytesDone, long bytesTotal) {
                told.add("%d rows %d of %d".formatted(rowCount, bytesDone, bytesTotal));
            }

            @Override
            public void onEnd(LoadReport report) {
                told.add("end %d rows %d bytes".formatted(report.rowCount(), report.bytes()));
            }
        };
        final List<Slab> slabs = SomeRows.generation("orders", 2, 2, 10);
        try (DataDirectory data = open()) {
            data.write(slabs, SomeRows.NO_KEYS, progress);
            final String last = told.get(told.size() - 2);
            assertEquals("20 rows 24608 of 24608", last);
            assertEquals("end 20 rows 24608 bytes", told.get(told.size() - 1));
            told.clear();
            data.map("orders", progress).close();
            assertEquals("begin orders", told.get(0));
            assertEquals("20 rows 24608 of 24608", told.get(told.size() - 2));
            assertEquals("end 20 rows 24608 bytes", told.get(told.size() - 1));
        }
        SomeRows.close(slabs);
    }

    @Test
    void shouldDealRowsAnewInTheOrderInWhichTheyWereDealt() throws IOException {
        final TableSchema schema =
                TableSchema.parse("t: id int32, price decimal(9,2) null, rate float32, note varchar");
        for (int count = 0; count < 12; count++) {
            final List<SlabBuilder> builders = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                builders.add(new SlabBuilder(schema, ledger));
            }
            final StringBuilder expected = new StringBuilder();
            for (int i = 0; i < count; i++) {
                final SlabBuilder rows = builders.get(i % 3).beginRow();
                rows.putLong(0, i).putDouble(2, i / 4.0).putText(3, "row number " + i);
                (i % 2 == 0 ? rows.putNull(1) : rows.putLong(1, i * 100L)).endRow();
                expected.append("[%d, %s, %s, row number %d]\n".formatted(i, i % 2 == 0 ? null : i + ".00", i / 4f, i));
            }
            final List<Slab> slabs = builders.stream().map(SlabBuilder::build).toList();
            builders.forEach(SlabBuilder::close);
            try (MappedTable table = new MappedTable(schema, 1, List.of(slabs), SomeRows.NO_KEYS)) {
                assertEquals(expected.toString(), Rows.text(table.rows()));
            }
        }
    }

    @Test
    void shouldRefusePartsOfTwoSchemas() throws IOException {
        final List<Slab> slabs = new ArrayList<>(SomeRows.generation("orders", 1, 1, 1));
        slabs.addAll(SomeRows.generation("customers", 1, 1, 1));
        try (DataDirectory data = open()) {
            assertThrows(IllegalArgumentException.class, () -> data.write(slabs, SomeRows.NO_KEYS, LoadProgress.NONE));
            assertThrows(
                    IllegalArgumentException.class, () -> data.write(List.of(), SomeRows.NO_KEYS, LoadProgress.NONE));
        }
        SomeRows.close(slabs);
    }

    private DataDirectory open() throws IOException {
        return DataDirectory.open(directory, ledger, notices::add);
    }

    static void write(DataDirectory data, String table, int number, int partCount) throws IOException {
        final List<Slab> slabs = SomeRows.generation(table, number, partCount, 10);
        try {
            data.write(slabs, SomeRows.NO_KEYS, LoadProgress.NONE);
        } finally {
            SomeRows.close(slabs);
        }
    }

    private static void assertServes(DataDirectory data, String table, int number) {
        try (MappedTable mapped = data.map(table, LoadProgress.NONE)) {
            final List<Slab> expected =
                    SomeRows.generation(table, number, mapped.parts().size(), 10);
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(
                        SomeRows.text(expected.get(i)),
                        SomeRows.text(mapped.parts().get(i)));
            }
            SomeRows.close(expected);
        }
    }

    private static String tables(DataDirectory data) {
        return data.tables().stream()
                .map(table ->
                        "%s %d %d %d".formatted(table.name(), table.generation(), table.partCount(), table.rowCount()))
                .toList()
                .toString();
    }

    private void assertNotice(String text) {
        assertTrue(notices.stream().anyMatch(notice -> notice.contains(text)), () -> String.join("\n", notices));
    }

    /** Part files without what is random in their names. */
    private String files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString().replaceAll("\\.[0-9a-f]{16}\\.part$", ""))
                    .sorted()
                    .toList()
                    .toString();
        }
    }

    private Path file(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix + "."))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void flip(Path file, int at) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 4;
        Files.write(file, bytes);
    }

    private void swap(Path left, Path right) throws IOException {
        final Path between = directory.resolve("between");
        Files.move(left, between);
        Files.move(right, left);
        Files.move(between, right);
    }
}
