package io.keyfarm.rows;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ValuesTest {
    private static final FieldType MONEY = FieldType.decimal(6, 2);

    @Test
    void shouldReadBackWhatItPrintsAtTheEndsOfEveryType() {
        for (final FieldKind kind : FieldKind.values()) {
            if (!kind.isText()) {
                final FieldType type = kind == FieldKind.DECIMAL ? FieldType.decimal(18, 4) : FieldType.of(kind);
                for (final long sortable : new long[] {type.minSortable(), 0, 1, type.maxSortable()}) {
                    assertEquals(sortable, Values.parseSortable(type, Values.print(type, sortable)), type + "");
                }
            }
        }
    }

    @Test
    void shouldReadBackWhatItPrints() {
        final long seed = Long.getLong("keyfarm.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000 * Integer.getInteger("keyfarm.test.scale", 1); i++) {
            for (final FieldKind kind : FieldKind.values()) {
                if (!kind.isText()) {
                    final FieldType type = kind == FieldKind.DECIMAL
                            ? FieldType.decimal(random.nextInt(9, 19), random.nextInt(0, 10))
                            : FieldType.of(kind);
                    final long wild = random.nextLong() >> random.nextInt(64);
                    final long sortable = Math.max(type.minSortable(), Math.min(type.maxSortable(), wild));
                    final String text = Values.print(type, sortable);
                    assertEquals(sortable, Values.parseSortable(type, text), () -> type + " " + text + " seed " + seed);
                }
            }
            final long day = random.nextInt(-1_000_000, 4_000_000);
            assertEquals(
                    day,
                    Values.parseSortable(
                            FieldType.DATE, LocalDate.ofEpochDay(day).toString()),
                    "seed " + seed);
        }
    }

    @Test
    void shouldReadDoublesAsTheJdkDoes() {
        final long seed = Long.getLong("keyfarm.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000 * Integer.getInteger("keyfarm.test.scale", 1); i++) {
            final String digits = Long.toString(random.nextLong() >> random.nextInt(64));
            final int point = random.nextInt(1, digits.length() + 1);
            final String text = digits.substring(0, point) + "." + digits.substring(point);
            if (!text.equals("-.")) {
                assertEquals(
                        Sortable.of(Double.parseDouble(text)),
                        Values.parseSortable(FieldType.FLOAT64, text),
                        () -> text + " seed " + seed);
            }
        }
    }

    @Test
    void shouldReadDecimalsAsTheJdkDoes() {
        final long seed = Long.getLong("keyfarm.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final String characters = "000012359..e--+x";
        int read = 0;
        for (int i = 0; i < 30_000 * Integer.getInteger("keyfarm.test.scale", 1); i++) {
            final StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(1, random.nextBoolean() ? 7 : 25); length > 0; length--) {
                text.append(characters.charAt(random.nextInt(characters.length())));
            }
            final FieldType type = random.nextBoolean() ? MONEY : FieldType.decimal(18, random.nextInt(19));
            if (text.toString().matches(".*e[+-]?\\d{6,}")) {
                // The JDK refuses even 0e9999999999.
                continue;
            }
            read += checkDecimal(type, text.toString(), "seed " + seed) ? 1 : 0;
        }
        assertTrue(read > 1000, read + " seed " + seed);
    }

    /** Whether it is one. */
    private static boolean checkDecimal(FieldType type, String text, String message) {
        long expected = Long.MIN_VALUE;
        try {
            expected = Values.toSortable(type, new BigDecimal(text));
        } catch (NumberFormatException | BadValueException e) {
            // Then it should be refused.
        }
        long actual = Long.MIN_VALUE;
        try {
            actual = Values.parseSortable(type, text);
        } catch (BadValueException e) {
            // Then it should have been.
        }
        assertEquals(expected, actual, () -> type + " " + text + " " + message);
        return actual != Long.MIN_VALUE;
    }

    @Test
    void shouldRefuseTimesThatAreNone() {
        for (final String text : new String[] {
            "",
            "2024-01-31T",
            "2024-01-31Z",
            "2024-01-31T12",
            "2024-01-31T24:00",
            "2024-01-31T12:60",
            "2024-01-31T12:00:00.",
            "2024-01-31T12:00:00.1234567890",
            "2024-01-31T12:00+1",
            "2024-01-31T12:00Zx",
            "2024-02-30T12:00",
            "12024-01-31T12:00",
            "2024-1-31",
            "2024-01-31T12:00:00+01:00x",
            "T12:00",
            " "
        }) {
            assertThrows(BadValueException.class, () -> Values.parseSortable(FieldType.TIMESTAMP, text), text);
        }
        assertThrows(
                BadValueException.class,
                () -> Values.parseSortable(FieldType.TIMESTAMP, "+294247-01-10T04:00:54.775808Z"));
        assertThrows(BadValueException.class, () -> Values.parseSortable(FieldType.DATE, "+999999999-01-01"));
    }

    @Test
    void shouldTakeJavaValues() {
        assertEquals(-7, Values.toSortable(FieldType.INT8, -7));
        assertEquals(7, Values.toSortable(FieldType.INT8, new BigDecimal("7.00")));
        assertEquals(7, Values.toSortable(FieldType.INT64, BigInteger.valueOf(7)));
        assertEquals(Sortable.of(0.1f), Values.toSortable(FieldType.FLOAT32, 0.1));
        assertEquals(Sortable.of(0.0), Values.toSortable(FieldType.FLOAT64, -0.0));
        assertEquals(150, Values.toSortable(MONEY, 1.5));
        assertEquals(10, Values.toSortable(MONEY, 0.1));
        assertEquals(-123400, Values.toSortable(MONEY, -1234));
        assertEquals(120, Values.toSortable(MONEY, "1.2000"));
        assertEquals(120, Values.toSortable(MONEY, "12e-1"));
        assertEquals(50, Values.toSortable(MONEY, ".5"));
        assertEquals(1, Values.toSortable(FieldType.BOOL, true));
        assertEquals(0, Values.toSortable(FieldType.BOOL, "F"));
        assertEquals(19753, Values.toSortable(FieldType.DATE, LocalDate.of(2024, 1, 31)));
        final long noon = 1_706_702_400_000_000L;
        assertEquals(noon, Values.toSortable(FieldType.TIMESTAMP, Instant.parse("2024-01-31T12:00:00Z")));
        assertEquals(noon, Values.toSortable(FieldType.TIMESTAMP, LocalDateTime.of(2024, 1, 31, 12, 0)));
        for (final String text : new String[] {
            "2024-01-31 12:00:00",
            "2024-01-31T12:00",
            "2024-01-31T12:00:00.000Z",
            "2024-01-31 13:00:00+01:00",
            "2024-01-31T12:00:00.000000000Z"
        }) {
            assertEquals(noon, Values.parseSortable(FieldType.TIMESTAMP, text), text);
        }
        assertEquals(noon + 500_000, Values.parseSortable(FieldType.TIMESTAMP, "2024-01-31 12:00:00.5"));
        assertEquals(noon / 86_400_000_000L, Values.parseSortable(FieldType.DATE, "2024-01-31"));
        assertEquals(noon - 43_200_000_000L, Values.toSortable(FieldType.TIMESTAMP, LocalDate.of(2024, 1, 31)));
        assertArrayEquals(new byte[] {0, -1}, Values.toText(FieldType.BYTES, "\\x00fF"));
        assertArrayEquals("FL  ".getBytes(StandardCharsets.UTF_8), Values.toText(FieldType.character(4), "FL"));
        assertEquals("FL", Values.print(FieldType.character(4), Values.toText(FieldType.character(4), "FL ")));
    }

    @Test
    void shouldSayWhatATypeHoldsAndWhatWasGiven() {
        final Field state = new Field("state", FieldType.character(2), false);
        final Field year = new Field("year", FieldType.INT8, false);
        final Field price = new Field("price", MONEY, false);
        assertRefused("state holds 2 bytes, but 'FLA' needs 3", () -> Values.toText(state, "FLA"));
        assertRefused("year is int8 and holds -128 to 127, but not 128", () -> Values.toSortable(year, 128));
        assertRefused("year is int8 and holds -128 to 127, but not 1.5", () -> Values.toSortable(year, 1.5));
        assertRefused("year is int8 and holds -128 to 127, but not 128", () -> Values.parseSortable(year, "128"));
        assertRefused(
                "year is int8 and holds -128 to 127, but not 99999999999999999999",
                () -> Values.parseSortable(year, "99999999999999999999"));
        assertRefused("'x7' is no int8", () -> Values.parseSortable(FieldType.INT8, "x7"));
        assertRefused("year: '' is no int8", () -> Values.parseSortable(year, new char[0], 0, 0));
        assertRefused(
                "price is decimal(6,2) and holds 2 digits behind the point, but 1.234 has 3",
                () -> Values.parseSortable(price, "1.234"));
        assertRefused("decimal(6,2) holds -9999.99 to 9999.99, but not 10000", () -> Values.toSortable(MONEY, 10_000));
        assertRefused(
                "decimal(6,2) holds -9999.99 to 9999.99, but not 1e999999999",
                () -> Values.parseSortable(MONEY, "1e999999999"));
        assertRefused("decimal(6,2) holds finite numbers, but not NaN", () -> Values.toSortable(MONEY, Double.NaN));
        assertRefused("'2023-02-29' is no date", () -> Values.parseSortable(FieldType.DATE, "2023-02-29"));
        assertRefused("'maybe' is no bool", () -> Values.parseSortable(FieldType.BOOL, "maybe"));
        assertRefused(
                "timestamp holds microseconds, but 2024-01-31 12:00:00.000000001 is finer",
                () -> Values.parseSortable(FieldType.TIMESTAMP, "2024-01-31 12:00:00.000000001"));
        assertRefused(
                "int32 takes no LocalDate, and was given 2024-01-31",
                () -> Values.toSortable(FieldType.INT32, LocalDate.of(2024, 1, 31)));
        assertRefused("bytes is written \\x00ff, not 'abc'", () -> Values.toText(FieldType.BYTES, "abc"));
        assertRefused("'0x1p3' is no float64", () -> Values.parseSortable(FieldType.FLOAT64, "0x1p3"));
        assertRefused(
                "float32 holds -Infinity to NaN, but not 1e300",
                () -> Values.parseSortable(FieldType.FLOAT32, "1e300"));
        assertRefused(
                "varchar holds UTF-8, but this text has half a character at 1",
                () -> Values.toText(FieldType.VARCHAR, "a\ud800"));
    }

    private static void assertRefused(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(BadValueException.class, call).getMessage());
    }
}
