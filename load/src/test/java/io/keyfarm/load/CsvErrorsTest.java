package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.SlabBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsvErrorsTest {
    @TempDir
    Path directory;

    private Csv csv(String text) throws IOException {
        return Csv.of(Rows.write(directory, "a.csv", text));
    }

    /** What the load says, without the directory. */
    private String error(Csv csv) {
        final LoadException e = assertThrows(LoadException.class, () -> Rows.of(csv));
        return e.getMessage().replace(directory + "/", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "int32         | abc        | 'abc' is no int32",
                "int8          | 300        | int8 holds -128 to 127, but not 300",
                "int64         | 1.5        | '1.5' is no int64",
                "uint8         | -1         | uint8 holds 0 to 255, but not -1",
                "decimal(5,2)  | 1.234      | decimal(5,2) holds 2 digits behind the point, but 1.234 has 3",
                "decimal(5,2)  | 1000       | decimal(5,2) holds -999.99 to 999.99, but not 1000",
                "float64       | 1,5        | '1,5' is no float64",
                "float32       | 1e39       | float32 holds -Infinity to NaN, but not 1e39",
                "bool          | maybe      | 'maybe' is no bool",
                "date          | 2023-02-29 | '2023-02-29' is no date",
                "timestamp     | noon       | 'noon' is no timestamp",
                "char(2)       | FLA        | char(2) holds 2 bytes, but 'FLA' needs 3",
                "bytes         | zz         | bytes is written \\x00ff, not 'zz'",
                "int32         | \\N        | '\\N' is null, and this field never is",
            })
    void shouldNameFileLineColumnAndValue(String type, String value, String reason) throws IOException {
        final Csv rows = csv("x;y\n\"" + value + "\";" + "n\n").delimiter(';').schema("x " + type + ", y varchar");
        assertEquals("a.csv:2: column 'x' (field 1): " + reason, error(rows));
    }

    @Test
    void shouldGiveThePartsOfAnError() throws IOException {
        final LoadException e = assertThrows(
                LoadException.class,
                () -> Rows.of(csv("a,b\n1,\"two\nlines\"\n2,x\nzwei,y\n").schema("a int32, b varchar")));
        assertEquals(directory.resolve("a.csv").toString(), e.file());
        assertEquals(5, e.line());
        assertEquals("a", e.column());
        assertEquals("zwei", e.value());
        assertEquals("'zwei' is no int32", e.reason());
    }

    @Test
    void shouldNameALineWithTooFewOrTooManyFields() throws IOException {
        assertEquals("a.csv:3: 1 field, but this file has 2 columns", error(csv("a,b\n1,2\n3\n")));
        assertEquals("a.csv:3: 3 fields, but this file has 2 columns", error(csv("a,b\n1,2\n3,4,5\n")));
        assertEquals("a.csv:3: 4 fields, but this file has 2 columns", error(csv("a,b\n1,2\n3,4,5,\n")));
        assertEquals(
                "a.csv:1: 3 fields, but the schema has 1", error(csv("1,2,3\n").schema("x int32")));
        assertEquals(
                "a.csv:1: 2 fields, but the names given are 3",
                error(csv("1,2\n").names("a", "b", "c")));
    }

    @Test
    void shouldNameAByteThatIsNoUtf8() throws IOException {
        final Path file = directory.resolve("a.csv");
        Files.write(file, "id,name\n1,Zürich\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(
                "a.csv:2: column 'name' (field 2): 'Z\uFFFDrich' is no UTF-8; name its charset", error(Csv.of(file)));
    }

    @Test
    void shouldLeaveBadRowsOutAndCountThem() throws IOException {
        final Csv csv = csv("id,name\n1,x\ntwo,y\n3\n4,z\n")
                .schema("id int32, name varchar")
                .onError(OnError.SKIP);
        final Report report = new Report();
        assertEquals("[[1, x], [4, z]]", Rows.of(csv, report).toString());
        assertEquals(2, report.last().rowCount());
        assertEquals(2, report.last().skippedRows());
        assertEquals(0, report.last().nulledValues());
        final String file = directory.resolve("a.csv").toString();
        assertEquals(
                List.of(
                        file + ":3: column 'id' (field 1): 'two' is no int32",
                        file + ":4: 1 field, but this file has 2 columns"),
                report.last().troubles());
    }

    @Test
    void shouldMakeBadValuesNullAndCountThem() throws IOException {
        final Csv csv = csv("id,n,m\n1,x,2\nzwei,3,4\n3,y,z\n5,6,7\n")
                .schema("id int32, n int32 null, m int32 null")
                .onError(OnError.NULL);
        final Report report = new Report();
        assertEquals(
                "[[1, null, 2], [3, null, null], [5, 6, 7]]",
                Rows.of(csv, report).toString());
        assertEquals(3, report.last().nulledValues());
        assertEquals(1, report.last().skippedRows());
        assertEquals(4, report.last().troubles().size());
    }

    @Test
    void shouldKeepOnlyTheFirstMessages() throws IOException {
        final Report report = new Report();
        final Csv csv = csv("id\n" + "x\n".repeat(1000)).schema("id int32").onError(OnError.SKIP);
        assertEquals(0, Rows.of(csv, report).size());
        assertEquals(1000, report.last().skippedRows());
        assertEquals(LoadReport.MAX_TROUBLES, report.last().troubles().size());
    }

    @Test
    void shouldLeaveNothingBehindWhenALoadFails() throws IOException {
        final MemoryLedger ledger = MemoryLedger.unlimited("test");
        final Csv csv = csv("id,t\n" + "1,a text that is longer than its slot\n".repeat(10_000) + "x,y\n")
                .schema("id int32, t varchar");
        try (SlabBuilder rows = new SlabBuilder(csv.schema(), ledger)) {
            final LoadException e = assertThrows(LoadException.class, () -> csv.load(rows, LoadProgress.NONE));
            assertEquals(10_002, e.line());
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldPassOnThatMemoryRanOut() throws IOException {
        final MemoryLedger ledger = MemoryLedger.limited("test", 1 << 18);
        final Csv csv = csv("id\n" + "1\n".repeat(200_000));
        assertThrows(MemoryLimitException.class, () -> ledger.requireRoom("rows", csv.estimatedBytes()));
        try (SlabBuilder rows = new SlabBuilder(csv.schema(), ledger)) {
            assertThrows(MemoryLimitException.class, () -> csv.load(rows, LoadProgress.NONE));
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldNameWhatIsNoFile() {
        assertEquals("none.csv: there is no such file", error(Csv.of(directory.resolve("none.csv"))));
        assertTrue(error(Csv.of(directory)).endsWith(": is a directory, not a file"));
    }

    @Test
    void shouldNameTheLineWhereAQuoteGoesWrong() throws IOException {
        assertEquals(
                "a.csv:2: Unexpected character after closing quote: 'x' (0x78)", error(csv("a,b\n1,\"y\"x\n2,z\n")));
        assertTrue(error(csv("a,b\n1,2\n3,\"open\n4,5\n")).startsWith("a.csv:3: Unclosed quoted field"));
    }

    @Test
    void shouldKeepZeroBytesInTextAndRefuseThemElsewhere() throws IOException {
        assertEquals("[1, a\0b]\n", Rows.text(csv("id,t\n1,a\0b\n")));
        assertEquals(
                "a.csv:2: column 'id' (field 1): '1\\u0000' is no int32",
                error(csv("id,t\n1\0,b\n").schema("id int32, t varchar")));
    }

    @Test
    void shouldRefuseAFieldThatNeverEnds() throws IOException {
        final Path file = directory.resolve("a.csv");
        final byte[] megabyte = new byte[1 << 20];
        Arrays.fill(megabyte, (byte) 'x');
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < 100; i++) {
                out.write(megabyte);
            }
        }
        assertEquals("a.csv:1: a field is longer than 16,777,216 bytes; is a quote left open?", error(Csv.of(file)));
    }

    @Test
    void shouldRefuseALineOfTooManyFields() throws IOException {
        final String commas = ",".repeat(20_000_000);
        assertEquals("a.csv:1: 20,000,001 fields, but a table has at most 1024", error(csv(commas)));
        assertEquals("a.csv:2: 20,000,001 fields, but this file has 2 columns", error(csv("a,b\n" + commas)));
    }

    @Test
    void shouldNameTheLineWhereGzipBreaks() throws IOException {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write("id,t\n1,x\n".getBytes(StandardCharsets.UTF_8));
        }
        final Path file = directory.resolve("a.csv");
        Files.write(file, Arrays.copyOf(packed.toByteArray(), packed.size() - 9));
        assertTrue(error(Csv.of(file)).matches("a.csv:\\d+: gzip cannot unpack what follows: .*"));
    }

    @Test
    void shouldNotLoadRandomBytes() throws IOException {
        final Path file = directory.resolve("a.csv");
        for (int seed = 0; seed < 200; seed++) {
            final byte[] noise = new byte[2000];
            new Random(seed).nextBytes(noise);
            Files.write(file, noise);
            try {
                Rows.of(Csv.of(file));
            } catch (LoadException e) {
                assertTrue(e.getMessage().startsWith(file.toString()), e::getMessage);
            }
        }
    }

    /** Keeps the last report. */
    private static final class Report implements LoadProgress {
        private final ArrayList<LoadReport> reports = new ArrayList<>();

        @Override
        public void onRows(long rowCount, long bytesDone, long bytesTotal) {
            assertTrue(bytesDone <= bytesTotal);
        }

        @Override
        public void onEnd(LoadReport report) {
            reports.add(report);
        }

        LoadReport last() {
            return reports.get(reports.size() - 1);
        }
    }
}
