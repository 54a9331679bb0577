package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keyfarm.rows.FieldType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class FixedLengthTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    @TempDir
    Path directory;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("vehicles.dat"), bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldReadRecordsAsTheLayoutSays() throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(4 + 2 * 32);
        bytes.put(ascii("HEAD"));
        for (int i = 0; i < 2; i++) {
            final int at = 4 + i * 32;
            bytes.order(ByteOrder.BIG_ENDIAN).putInt(at, 7 + i).putLong(at + 8, -123456);
            bytes.put(at + 4, ascii("FL\0\0"));
            bytes.order(ByteOrder.LITTLE_ENDIAN).putShort(at + 16, (short) (i == 0 ? 55 : -1));
            bytes.put(at + 18, (byte) i);
            bytes.put(at + 20, ascii(i == 0 ? "red     " : "        "));
        }
        final Path layout = Files.writeString(directory.resolve("vehicles.layout"), """
                # Vehicles as the old system wrote them.
                table  cars
                record 32
                header 4
                endian be

                id     int32
                state  char(4)
                price  decimal(12,2)
                speed  int16          le null -1   # -1: nobody knows
                sold   bool
                color  varchar(8)     20 null
                raw    bytes(2)       4
                """);
        final FixedLength cars = FixedLength.of(file(bytes.array()), layout);
        assertEquals(
                "cars: id int32, state char(4), price decimal(12,2), speed int16 null, sold bool, color varchar null,"
                        + " raw bytes",
                cars.schema().toString());
        assertEquals(
                "[7, FL, -1234.56, 55, false, red, \\x464c]\n[8, FL, -1234.56, null, true, null, \\x464c]\n",
                Rows.text(cars));
        assertEquals("vans", cars.table("vans").schema().name());
    }

    static LongStream seeds() {
        return LongStream.range(0, 40L * SCALE);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldGiveBackTheRowsThatWereWritten(long seed) throws IOException {
        final Random random = new Random(seed);
        final List<FieldType> types = new ArrayList<>();
        final List<ByteOrder> orders = new ArrayList<>();
        final StringBuilder layout = new StringBuilder();
        int recordBytes = 0;
        final String[] words = {
            "int8",
            "int16",
            "int32",
            "int64",
            "uint8",
            "uint16",
            "uint32",
            "float32",
            "float64",
            "decimal(12,2)",
            "bool",
            "date",
            "timestamp",
            "char(7)"
        };
        final int fieldCount = 1 + random.nextInt(20);
        for (int i = 0; i < fieldCount; i++) {
            final FieldType type = FieldType.parse(words[random.nextInt(words.length)]);
            final boolean big = random.nextBoolean();
            types.add(type);
            orders.add(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            layout.append("f%d %s %s\n".formatted(i, type, big ? "be" : "le"));
            recordBytes += type.widthBytes();
        }
        final int rowCount = random.nextInt(20_000 / recordBytes + 2);
        final ByteBuffer bytes = ByteBuffer.allocate(rowCount * recordBytes);
        final List<List<@Nullable Object>> expected = new ArrayList<>();
        for (int row = 0; row < rowCount; row++) {
            final List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < fieldCount; i++) {
                values.add(put(random, types.get(i), bytes.order(orders.get(i))));
            }
            expected.add(values);
        }
        assertEquals(
                expected,
                Rows.of(FixedLength.of(file(bytes.array()), layout.toString())),
                () -> "seed " + seed + "\n" + layout);
    }

    /** Writes a value, and answers it as a row view will. */
    private static Object put(Random random, FieldType type, ByteBuffer bytes) {
        final long bits = random.nextLong();
        switch (type.kind()) {
            case INT8, UINT8 -> bytes.put((byte) bits);
            case INT16, UINT16 -> bytes.putShort((short) bits);
            case INT32, UINT32 -> bytes.putInt((int) bits);
            case INT64 -> bytes.putLong(bits);
            default -> {}
        }
        return switch (type.kind()) {
            case INT8 -> (long) (byte) bits;
            case UINT8 -> bits & 0xFF;
            case INT16 -> (long) (short) bits;
            case UINT16 -> bits & 0xFFFF;
            case INT32 -> (long) (int) bits;
            case UINT32 -> bits & 0xFFFF_FFFFL;
            case INT64 -> bits;
            case FLOAT32 -> {
                final float value = random.nextFloat() - 0.5f;
                bytes.putFloat(value);
                yield value;
            }
            case FLOAT64 -> {
                final double value = random.nextGaussian();
                bytes.putDouble(value);
                yield value;
            }
            case DECIMAL -> {
                final long unscaled = bits % 1_000_000_000_000L;
                bytes.putLong(unscaled);
                yield BigDecimal.valueOf(unscaled, type.scale());
            }
            case BOOL -> {
                bytes.put((byte) (bits & 1));
                yield (bits & 1) == 1;
            }
            case DATE -> {
                final int day = random.nextInt(100_000) - 50_000;
                bytes.putInt(day);
                yield LocalDate.ofEpochDay(day);
            }
            case TIMESTAMP -> {
                bytes.putLong(bits >> 8);
                yield Instant.EPOCH.plus(bits >> 8, ChronoUnit.MICROS);
            }
            default -> {
                final String text = "abcdefg".substring(0, random.nextInt(8));
                final byte[] filled = Arrays.copyOf(ascii(text), 7);
                if (random.nextBoolean()) {
                    Arrays.fill(filled, text.length(), 7, (byte) ' ');
                }
                bytes.put(filled);
                yield text;
            }
        };
    }

    @Test
    void shouldNameTheOffsetOfARecordThatIsNotWhole() throws IOException {
        final FixedLength source = FixedLength.of(file(new byte[4 + 8 * 1000 + 3]), "header 4\nid int64");
        final LoadException e = assertThrows(LoadException.class, () -> Rows.of(source));
        assertEquals(
                directory.resolve("vehicles.dat") + ": the last record, at offset 8004, has 3 of 8 bytes",
                e.getMessage());
        final LoadException shorter = assertThrows(
                LoadException.class, () -> Rows.of(FixedLength.of(file(new byte[3]), "header 4\nid int64")));
        assertEquals("ends within its header of 4 bytes, or within what gzip packed", shorter.reason());
    }

    @Test
    void shouldNameRecordOffsetFieldAndValue() throws IOException {
        final Path file = file(new byte[] {0, 1, 'a', 1, 1, 'b', 2, 2, (byte) 0xFF});
        final LoadException bad =
                assertThrows(LoadException.class, () -> Rows.of(FixedLength.of(file, "n int8\nok bool\nt char(1)")));
        assertEquals(file + ": record 3 (offset 6): field 'ok': bool is 0 or 1, but not 2", bad.getMessage());
        assertEquals("2", bad.value());
        final LoadException text =
                assertThrows(LoadException.class, () -> Rows.of(FixedLength.of(file, "record 3\nt char(1) 2")));
        assertEquals(
                file + ": record 3 (offset 6): field 't': '\uFFFD' is no UTF-8; name its charset", text.getMessage());
        final Path decimals = file(ByteBuffer.allocate(8).putLong(0, 100_000).array());
        final LoadException large =
                assertThrows(LoadException.class, () -> Rows.of(FixedLength.of(decimals, "d decimal(5,2) be")));
        assertEquals("decimal(5,2) holds -99999 to 99999 unscaled, but not 100000", large.reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "id                     ! layout:1: a line reads 'name type [offset] [le|be] [null [value]]', not 'id'",
                "'id int32\nx int33'    ! layout:2: 'int33' is no field type; there are int8 to int64, uint8 to uint32, float32, float64, decimal(p,s), bool, date, timestamp, char(n), varchar and bytes",
                "t varchar              ! layout:1: varchar needs its bytes in the record: varchar(10)",
                "n int8 null            ! layout:1: n needs the value that stands for null: 'null -1'",
                "n int8 null 300        ! layout:1: int8 holds -128 to 127, but not 300",
                "t char(2) null x       ! layout:1: text takes no value for null: blanks are null",
                "n int8 middle          ! layout:1: 'middle' is no offset, le, be or null",
                "n int8 9999999         ! layout:1: n ends at 10,000,000, but a record has at most 1,048,576 bytes",
                "n int8 99999999999     ! layout:1: 99999999999 is too large",
                "'record 4\nn int64'    ! layout: a record has 4 bytes, but its fields end at 8",
                "'# nothing'            ! layout: has no fields",
                "'n int8\nn int8'       ! layout: t has two fields named n",
            })
    void shouldNameTheLineOfALayoutThatIsWrong(String layout, String message) throws IOException {
        final Path file = file(new byte[0]);
        final LoadException e = assertThrows(LoadException.class, () -> FixedLength.of(file, layout));
        assertEquals(message, e.getMessage());
    }

    @Test
    void shouldUnpackGzipAndKnowBeforehandWhatTheRowsWillTake() throws IOException {
        final String layout = "n int32\nt char(4)";
        final byte[] bytes = new byte[8 * 50_000];
        assertEquals(50_000 * 8, FixedLength.of(file(bytes), layout).estimatedBytes());
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        assertEquals(
                50_000,
                Rows.of(FixedLength.of(file(packed.toByteArray()), layout)).size());
    }
}
