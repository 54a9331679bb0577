package io.keyfarm;

import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.Csv;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.load.LoadException;
import io.keyfarm.query.Param;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More rows stand behind those of a table. */
final class AppendTest {
    private static final Table NUMBERS = Table.of("numbers: id int32, bucket int32, name varchar null");
    private static final int MAIN = 1_000;

    @TempDir
    private Path folder;

    /** Rows with the ids from {@code first} on. */
    private static JavaObjects<List<?>> rows(int first, int count) {
        final List<List<?>> rows = new ArrayList<>();
        for (int id = first; id < first + count; id++) {
            rows.add(List.of(id, id % 100, "a name too long for its slot, number " + id));
        }
        return JavaObjects.ofLists(NUMBERS.schema(), rows);
    }

    private static Keyfarm fill(Keyfarm farm) throws IOException {
        farm.load(rows(0, MAIN));
        farm.keys("numbers", "bucket.id", "name");
        farm.bitmapKeys("numbers", "bucket");
        return farm;
    }

    private static Keyfarm farm(int slaves) throws IOException {
        return fill(Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(slaves)));
    }

    /** All that are there, by key, by scan, counted and in order. */
    private static void requireIds(Keyfarm farm, int count) {
        assertEquals(count, farm.rowCount());
        final Query bucket = from(NUMBERS)
                .where(NUMBERS.field("bucket").is(7))
                .orderBy(NUMBERS.field("id").descending());
        try (Rows found = farm.query(bucket)) {
            for (int id = (count - 8) / 100 * 100 + 7; id >= 0; id -= 100) {
                assertTrue(found.next(), "id " + id);
                assertEquals(id, found.getLong(0));
                assertEquals("a name too long for its slot, number " + id, found.getString("name"));
            }
            assertTrue(!found.next());
        }
        try (Rows all = farm.query(from(NUMBERS).orderBy(NUMBERS.field("id").ascending()))) {
            for (int id = 0; id < count; id++) {
                assertTrue(all.next());
                assertEquals(id, all.getLong(0));
            }
            assertTrue(!all.next());
        }
        assertEquals(
                count / 100,
                count(farm, from(NUMBERS).where(NUMBERS.field("bucket").is(99))));
        assertEquals(
                count - 500, count(farm, from(NUMBERS).where(NUMBERS.field("id").atLeast(500))));
    }

    private static long count(Keyfarm farm, Query query) {
        try (Rows rows = farm.query(query.count())) {
            assertTrue(rows.next());
            return rows.getLong(0);
        }
    }

    @Test
    void shouldShowAppendedRowsByEveryWay() throws Exception {
        for (int slaves = 1; slaves <= 5; slaves++) {
            try (Keyfarm farm = farm(slaves)) {
                int count = MAIN;
                for (final int more : new int[] {1, 2, 10, 40, 1, 1, 1, 30, 300, 5}) {
                    farm.append("numbers", rows(count, more));
                    count += more;
                    requireIds(farm, count);
                    assertEquals(List.of("bucket.id hot", "name hot", "bucket bitmap"), farm.keysOf("numbers"));
                }
            }
        }
    }

    @Test
    void shouldGiveBackAllMemory() throws Exception {
        try (Keyfarm farm = farm(2)) {
            for (int i = 0; i < 30; i++) {
                farm.append("numbers", rows(MAIN + i * 7, 7));
            }
            farm.keys("numbers", "id", "bucket");
            farm.dropKey("numbers", "name");
            farm.append(NUMBERS, rows(MAIN + 210, 7));
            farm.dropBitmapKey("numbers", "bucket");
            farm.doWork();
            final long appended = farm.memoryBytes();
            farm.replace(rows(0, MAIN + 217));
            farm.doWork();
            assertTrue(appended < farm.memoryBytes() * 3 / 2, appended + " against " + farm.memoryBytes());
            farm.append("numbers", rows(MAIN + 217, 7));
            farm.drop("numbers");
            farm.doWork();
            assertEquals(0, farm.memoryBytes());
        }
    }

    @Test
    void shouldKeepWhatItHasAndBuildOnlyWhatIsNew() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()))) {
            farm.load(rows(0, 50_000));
            farm.keys("numbers", "bucket.id", "name");
            farm.doWork();
            final long before = farm.memoryBytes();
            farm.append("numbers", rows(50_000, 500));
            // The old generation goes in a turn of the agent: had it been copied, twice as much would stand here.
            final long most = farm.memoryBytes();
            assertTrue(most < before + before / 20, most + " after " + before);
            requireIds(farm, 50_500);
        }
    }

    @Test
    void shouldFinishAQueryOnWhatItBeganWith() throws Exception {
        try (Keyfarm farm = fill(Keyfarm.embedded(EmbeddedSettings.defaults()
                        .growth(GrowthSettings.off())
                        .slaves(2)
                        .maxFrameBytes(1024)));
                Session session = farm.session();
                PreparedQuery query = session.prepare(from(NUMBERS))) {
            farm.append("numbers", rows(MAIN, 10));
            final Rows rows = query.run();
            assertTrue(rows.next());
            for (int i = 1; i < 40; i++) {
                farm.append("numbers", rows(MAIN + i * 10, 10));
            }
            farm.doWork();
            int count = 1;
            while (rows.next()) {
                count++;
            }
            assertEquals(MAIN + 10, count);
            query.close();
            requireIds(farm, MAIN + 400);
            farm.drop("numbers");
            session.close();
            farm.doWork();
            assertEquals(0, farm.memoryBytes());
        }
    }

    @Test
    void shouldSeeAppendedRowsThroughAPreparedQuery() throws Exception {
        try (Keyfarm farm = farm(2);
                Session session = farm.session();
                PreparedQuery query = session.prepare(
                        from(NUMBERS).where(NUMBERS.field("bucket").is(Param.param("bucket"))))) {
            for (int i = 0; i < 8; i++) {
                int count = 0;
                for (final Rows rows = query.set("bucket", 3).run(); rows.next(); count++) {}
                assertEquals(10 + i, count);
                assertEquals("bucket.id", query.report().path());
                farm.append("numbers", rows(MAIN + i * 100, 100));
            }
        }
    }

    @Test
    void shouldTakeRowsInOtherOrderAndNarrowerTypes() throws Exception {
        final Table prices = Table.of("prices: id int64, code varchar null, price decimal(12,2), rate float64");
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()))) {
            farm.load(JavaObjects.ofLists(prices.schema(), List.of(List.of(1L, "a", new BigDecimal("1.50"), 0.5))));
            farm.append(
                    "prices",
                    JavaObjects.ofLists(
                            TableSchema.parse("more: price int32, rate float32, code char(3), id uint8"),
                            List.of(List.of(7, 0.25f, "b", 2))));
            Files.writeString(folder.resolve("may.csv"), "code,id,rate,price,comment\n007,3,1,2,none\n");
            farm.append("prices", Csv.of(folder.resolve("may.csv")));
            record Price(long id, String code, BigDecimal price, double rate) {}
            farm.append("prices", JavaObjects.of(Price.class, List.of(new Price(4, "d", BigDecimal.TEN, 4))));
            final StringBuilder told = new StringBuilder();
            try (Rows rows = farm.query(from(prices).orderBy(prices.field("id").ascending()))) {
                while (rows.next()) {
                    told.append("%s %s %s %s\n".formatted(rows.get(0), rows.get(1), rows.get(2), rows.get(3)));
                }
            }
            assertEquals("1 a 1.50 0.5\n2 b 7.00 0.25\n3 007 2.00 1.0\n4 d 10.00 4.0\n", told.toString());
        }
    }

    /** A gigabyte of rows of one byte has half of all row numbers, so a third segment finds none. */
    @Test
    void shouldMakeTheTableWholeWhereThereAreNoRowNumbersLeft() throws Exception {
        final Table flags = Table.of("flags: flag bool");
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()))) {
            farm.load(JavaObjects.ofLists(flags.schema(), Collections.nCopies(1_000, List.of(true))));
            farm.keys("flags", "flag");
            for (int i = 1; i <= 5; i++) {
                farm.append(flags, JavaObjects.ofLists(flags.schema(), List.of(List.of(false))));
                assertEquals(
                        1_000, count(farm, from(flags).where(flags.field("flag").is(true))));
                assertEquals(
                        i, count(farm, from(flags).where(flags.field("flag").is(false))));
            }
        }
    }

    @Test
    void shouldLeaveTheTableAsItWasWhereRowsAreBad() throws Exception {
        try (Keyfarm farm = fill(Keyfarm.embedded(EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .slaves(2)
                .memoryLimitBytes(2_000_000)))) {
            farm.append("numbers", rows(MAIN, 10));
            farm.doWork();
            final long before = farm.memoryBytes();

            refuse(farm, before, "there is no table others; there are numbers", "others", rows(0, 1));
            refuse(
                    farm,
                    before,
                    "the rows to be appended to numbers lack its field name; they have id, bucket",
                    "numbers",
                    JavaObjects.ofLists(TableSchema.parse("n: id int32, bucket int32"), List.of()));
            refuse(
                    farm,
                    before,
                    "numbers has no field more; it has id, bucket, name",
                    "numbers",
                    JavaObjects.ofLists(
                            TableSchema.parse("n: id int32, bucket int32, name varchar, more int32"), List.of()));
            refuse(
                    farm,
                    before,
                    "bucket of numbers is int32, and not varchar as in the rows to be appended",
                    "numbers",
                    JavaObjects.ofLists(TableSchema.parse("n: id int32, bucket varchar, name varchar"), List.of()));
            final Path file = Files.writeString(folder.resolve("bad.csv"), "id,bucket,name\n1010,1,a\n1011,x,b\n");
            final LoadException bad = assertThrows(LoadException.class, () -> farm.append("numbers", Csv.of(file)));
            assertTrue(
                    bad.getMessage().endsWith("bad.csv:3: column 'bucket' (field 2): 'x' is no int32"),
                    bad.getMessage());
            requireAsItWas(farm, before);
            final LoadException beyond = assertThrows(
                    LoadException.class,
                    () -> farm.append(
                            "numbers",
                            JavaObjects.ofLists(
                                    TableSchema.parse("n: id int64, bucket int32, name varchar"),
                                    List.of(List.of(1L << 40, 1, "a")))));
            assertTrue(
                    beyond.getMessage().contains("id is int32 and holds -2147483648 to 2147483647"),
                    beyond.getMessage());
            requireAsItWas(farm, before);
            // Room for the rows, and not for their keys or the table made whole.
            assertThrows(MemoryLimitException.class, () -> farm.append("numbers", rows(MAIN + 10, 12_000)));
            requireAsItWas(farm, before);
            farm.append("numbers", rows(0, 0));
            requireAsItWas(farm, before);
        }
    }

    private static void refuse(Keyfarm farm, long before, String why, String table, JavaObjects<?> rows) {
        assertEquals(
                why,
                assertThrows(BadValueException.class, () -> farm.append(table, rows))
                        .getMessage());
        requireAsItWas(farm, before);
    }

    private static void requireAsItWas(Keyfarm farm, long before) {
        requireIds(farm, MAIN + 10);
        farm.doWork();
        assertEquals(before, farm.memoryBytes());
    }
}
