package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CsvTest {
    @TempDir
    Path directory;

    private Csv csv(String text) throws IOException {
        return Csv.of(Rows.write(directory, "t.csv", text));
    }

    @Test
    void shouldReadQuotedCommasQuotesAndLineEnds() throws IOException {
        assertEquals(
                "[1, Bonaire, Saint Eustatius]\n[2, say \"hi\"]\n[3, two\nlines]\n[4, Xi\\'AN]\n",
                Rows.text(csv("id,name\r\n1,\"Bonaire, Saint Eustatius\"\r\n2,\"say \"\"hi\"\"\"\r\n"
                        + "3,\"two\nlines\"\r\n4,\"Xi\\'AN\"\r\n")));
    }

    @Test
    void shouldReadALastLineWithoutAnEnd() throws IOException {
        assertEquals("[1, 2]\n[3, 4]\n", Rows.text(csv("a,b\n1,2\n\n3,4")));
    }

    @Test
    void shouldTellAnEmptyTextFromNull() throws IOException {
        final Csv csv = csv("n,t\n1,\n\\N,\"\"\n\"\",\"\\N\"\n4,\\N\n");
        assertEquals("n int32 null, t varchar null", Rows.fields(csv));
        assertEquals("[1, null]\n[null, ]\n[null, \\N]\n[4, null]\n", Rows.text(csv));
    }

    @Test
    void shouldReadAnEmptyFieldAsTextWhereTextIsNeverNull() throws IOException {
        assertEquals("[1, ]\n", Rows.text(csv("n,t\n1,\n").schema("n int32, t varchar")));
    }

    @Test
    void shouldTakeOtherWordsForNull() throws IOException {
        final Csv csv = csv("n,t\n1,NA\nNA,\n3,x\n").nulls("NA");
        assertEquals("n int32 null, t varchar null", Rows.fields(csv));
        assertEquals("[1, null]\n[null, ]\n[3, x]\n", Rows.text(csv));
    }

    @Test
    void shouldPassOverBlanksAroundWhatIsNoText() throws IOException {
        assertEquals("[1, 2.5,  x]\n[null, 3.0,  y]\n", Rows.text(csv("a, b, c\n1, 2.5, x\n  , 3.0, y\n")));
    }

    @Test
    void shouldReadOtherDelimitersAndQuotes() throws IOException {
        assertEquals(
                "[1, a;b]\n", Rows.text(csv("id;t\n1;'a;b'\n").delimiter(';').quote('\'')));
        assertEquals(
                "[1, \"a]\n", Rows.text(csv("id\tt\n1\t\"a\n").delimiter('\t').withoutQuotes()));
        assertThrows(BadValueException.class, () -> csv("").delimiter('→'));
    }

    @Test
    void shouldSeeWhetherTheFirstLineIsAHeader() throws IOException {
        assertEquals("id int32, name varchar", Rows.fields(csv("id,name\n1,x\n")));
        assertEquals("c1 varchar, c2 int32", Rows.fields(csv("x,1\n")));
        assertEquals("c1 varchar, c2 varchar null", Rows.fields(csv("x,\\N\n")));
        assertEquals("c1 varchar, c2 varchar", Rows.fields(csv("x,x\n")));
        assertEquals("c1 varchar, c2 varchar", Rows.fields(csv("\"a, b\",x\n")));
        assertEquals("c1 varchar, c2 varchar", Rows.fields(csv("id,name\n1,x\n").header(false)));
        assertEquals("_1 int32, x varchar", Rows.fields(csv("1,x\n2,y\n").header(true)));
    }

    @Test
    void shouldMakeNamesOutOfAnyHeader() throws IOException {
        assertEquals(
                "price_usd int32, größe int32, _2nd int32, id int32, id_2 int32, c6 int32, _x int32, id_2_2 int32",
                Rows.fields(csv("Price (USD),Größe,2nd,id,ID,?!,_x,id_2\n1,2,3,4,5,6,7,8\n")));
    }

    @Test
    void shouldTakeNamesAndTheTablesName() throws IOException {
        final Csv csv = csv("1,x\n").names("id", "word").table("words");
        assertEquals("words: id int32, word varchar", csv.schema().toString());
        assertEquals("id int32, word varchar", Rows.fields(csv("A,B\n1,x\n").names("id", "word")));
        assertEquals(
                "t: id int32, word varchar",
                csv("").names("id", "word")
                        .schema("id int32, word varchar")
                        .schema()
                        .toString());
    }

    @Test
    void shouldFindTheFieldsOfASchemaByTheHeader() throws IOException {
        final String file = "Name,Unused,Id\nx,?,1\ny,!,2\n";
        assertEquals("[1, x]\n[2, y]\n", Rows.text(csv(file).schema("id int64, name varchar")));

        final LoadException e = assertThrows(
                LoadException.class,
                () -> csv(file).schema("id int64, city varchar").schema());
        assertTrue(
                e.getMessage().endsWith("t.csv:1: there is no column 'city'; the columns are name, unused, id"),
                e::getMessage);
    }

    @Test
    void shouldFindTheFieldsOfASchemaByTheirPlaceWithoutAHeader() throws IOException {
        final TableSchema schema = TableSchema.parse("people: id int64, name varchar");
        final Csv csv = csv("1,x\n2,y\n").schema(schema);
        assertEquals(schema, csv.schema());
        assertEquals("[1, x]\n[2, y]\n", Rows.text(csv));
        assertEquals("folk: id int64, name varchar", csv.table("folk").schema().toString());
    }

    @Test
    void shouldPassOverADelimiterAtTheEndOfEachLine() throws IOException {
        assertEquals(
                "[1, x]\n[2, y]\n", Rows.text(csv("1|x|\n2|y|\n").delimiter('|').names("id", "name")));
        assertEquals(
                "[1, x]\n[2, y]\n", Rows.text(csv("1|x|\n2|y|\n").delimiter('|').schema("id int8, name char(1)")));
    }

    @Test
    void shouldUnpackGzipWhateverTheFileIsCalled() throws IOException {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (final String member : new String[] {"id,t\n1,x\n", "2,y\n"}) {
            try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(member.getBytes(StandardCharsets.UTF_8));
            }
        }
        final Path file = Files.write(directory.resolve("rows.data"), packed.toByteArray());
        assertEquals("rows: id int32, t varchar", Csv.of(file).schema().toString());
        assertEquals("[1, x]\n[2, y]\n", Rows.text(Csv.of(file)));
        assertEquals("[1, x]\n[2, y]\n", Rows.text(Csv.of(file).schema("id int32, t varchar")));
    }

    @Test
    void shouldReadOtherCharsetsAndByteOrderMarks() throws IOException {
        final Path file = directory.resolve("cities.csv");
        final String text = "id,ciudad\n1,Zürich €\n2,東京 😀\n";
        Files.write(file, ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8));
        assertEquals("[1, Zürich €]\n[2, 東京 😀]\n", Rows.text(Csv.of(file)));
        assertEquals("id int32, ciudad varchar", Rows.fields(Csv.of(file)));
        Files.write(file, ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE));
        assertEquals("[1, Zürich €]\n[2, 東京 😀]\n", Rows.text(Csv.of(file)));
        Files.write(file, "id,ciudad\n1,Zürich\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("[1, Zürich]\n", Rows.text(Csv.of(file).charset(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void shouldReadAFileWithoutRows() throws IOException {
        assertEquals("", Rows.text(csv("id,name\n")));
        assertEquals("id varchar, name varchar", Rows.fields(csv("id,name\n")));
        assertEquals("", Rows.text(csv("").schema("id int32, name varchar")));
        final LoadException e =
                assertThrows(LoadException.class, () -> csv("\n\n").schema());
        assertTrue(e.getMessage().endsWith("t.csv: is empty: give it a header line, or names(...)"), e::getMessage);
    }

    @Test
    void shouldKnowBeforehandWhatTheRowsWillTake() throws IOException {
        final StringBuilder text = new StringBuilder("id,name,fits\n");
        for (int i = 0; i < 100_000; i++) {
            text.append(i).append(",the name of number ").append(i).append(",twelve chars\n");
        }
        final Csv found = csv(text.toString());
        assertEquals(Rows.bytes(found), found.estimatedBytes());
        // Judged by its beginning, where numbers are shorter.
        final Csv given = found.schema("id int32, name varchar, fits varchar");
        assertEquals(1.0, (double) given.estimatedBytes() / found.estimatedBytes(), 0.1);
    }

    @Test
    void shouldLeaveTheWordsThatWereThere() throws IOException {
        final Csv csv = csv("1,x\n");
        final Csv named = csv.names("id", "word");
        assertEquals("c1 int32, c2 varchar", Rows.fields(csv));
        assertEquals("id int32, word varchar", Rows.fields(named));
        assertSame(named.schema(), named.schema());
    }
}
