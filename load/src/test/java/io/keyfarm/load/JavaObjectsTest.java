package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JavaObjectsTest {
    enum Color {
        RED,
        BLUE {
            @Override
            public String toString() {
                return "not its name";
            }
        }
    }

    record Everything(
            byte a,
            short b,
            int c,
            long d,
            float e,
            double f,
            boolean g,
            char h,
            @Nullable Integer i,
            @Nullable Double j,
            @Nullable String k,
            @Nullable LocalDate l,
            @Nullable Instant m,
            @Nullable LocalDateTime n,
            @Nullable Color o,
            byte @Nullable [] p,
            @Nullable BigDecimal q) {}

    record Point(int x, int y) {}

    record Priced(String name, BigDecimal price) {}

    @Test
    void shouldMakeFieldsOfComponents() throws IOException {
        final List<Everything> objects = List.of(
                new Everything(
                        (byte) 1,
                        (short) 2,
                        3,
                        4,
                        5.5f,
                        6.5,
                        true,
                        'é',
                        7,
                        8.5,
                        "text",
                        LocalDate.of(2024, 1, 31),
                        Instant.parse("2024-01-31T12:00:00.000001Z"),
                        LocalDateTime.parse("2024-01-31T12:00"),
                        Color.BLUE,
                        new byte[] {1, -1},
                        new BigDecimal("1.5")),
                new Everything(
                        (byte) 1, (short) 2, 3, 4, 5, 6, false, 'x', null, null, null, null, null, null, null, null,
                        null));
        final JavaRecords<Everything> source = JavaObjects.of(Everything.class, objects)
                .type("q", "decimal(12,2) null")
                .type("k", "char(5) null");
        assertEquals(
                "everything: a int8, b int16, c int32, d int64, e float32, f float64, g bool, h varchar, i int32 null,"
                        + " j float64 null, k char(5) null, l date null, m timestamp null, n timestamp null,"
                        + " o varchar null, p bytes null, q decimal(12,2) null",
                source.schema().toString());
        assertEquals("""
                [1, 2, 3, 4, 5.5, 6.5, true, é, 7, 8.5, text, 2024-01-31, 2024-01-31T12:00:00.000001Z, \
                2024-01-31T12:00:00Z, BLUE, \\x01ff, 1.50]
                [1, 2, 3, 4, 5.0, 6.0, false, x, null, null, null, null, null, null, null, null, null]
                """, Rows.text(source));
    }

    @Test
    void shouldAskForTheTypeOfABigDecimal() {
        final BadValueException e = assertThrows(
                BadValueException.class,
                () -> JavaObjects.of(Priced.class, List.<Priced>of()).schema());
        assertEquals(
                "Priced.price is a BigDecimal, which needs a type: .type(\"price\", \"decimal(12,2) null\")",
                e.getMessage());
    }

    @Test
    void shouldRoundAndCutNothing() {
        final JavaRecords<Priced> source = JavaObjects.of(
                        Priced.class,
                        List.of(new Priced("x", BigDecimal.ONE), new Priced("y", new BigDecimal("0.005"))))
                .type("price", "decimal(12,2)");
        final LoadException e = assertThrows(LoadException.class, () -> Rows.of(source));
        assertEquals(
                "priced: object 2: price is decimal(12,2) and holds 2 digits behind the point, but 0.005 has 3",
                e.getMessage());
        assertEquals(
                "priced has no field cost; it has name, price",
                assertThrows(
                                BadValueException.class,
                                () -> source.type("cost", "int8").schema())
                        .getMessage());
    }

    @Test
    void shouldRefuseNullWhereAFieldNeverIs() {
        final JavaObjects<List<?>> source = JavaObjects.ofLists(
                TableSchema.parse("t: a int32"), Collections.singletonList(Arrays.asList(new Integer[] {null})));
        assertEquals(
                "t: object 1: a is never null",
                assertThrows(LoadException.class, () -> Rows.of(source)).getMessage());
    }

    @Test
    void shouldTakeListsAndWriters() throws IOException {
        final TableSchema people = TableSchema.parse("people: id int32, name varchar null");
        assertEquals(
                "[1, Sue]\n[2, null]\n",
                Rows.text(JavaObjects.ofLists(people, List.of(List.of(1, "Sue"), Arrays.asList("2", null)))));
        assertEquals(
                "people: object 1: 1 values, but people has 2 fields",
                assertThrows(LoadException.class, () -> Rows.of(JavaObjects.ofLists(people, List.of(List.of(1)))))
                        .getMessage());

        final Iterable<Integer> counted = () -> IntStream.range(0, 3).iterator();
        final JavaObjects<Integer> source = JavaObjects.of(
                people,
                counted,
                (n, row) -> row.putLong(0, n).putText(1, ("no " + n).getBytes(StandardCharsets.UTF_8)));
        assertEquals("[0, no 0]\n[1, no 1]\n[2, no 2]\n", Rows.text(source));
        assertEquals(0, source.estimatedBytes());
    }

    @Test
    void shouldKnowBeforehandWhatACollectionWillTake() throws IOException {
        final List<Point> points =
                IntStream.range(0, 5000).mapToObj(i -> new Point(i, -i)).toList();
        final JavaRecords<Point> source = JavaObjects.of(Point.class, points).table("points");
        assertEquals(Rows.bytes(source), source.estimatedBytes());
        assertEquals("points", source.schema().name());
    }
}
