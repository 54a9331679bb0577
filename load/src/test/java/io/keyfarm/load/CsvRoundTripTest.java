package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random rows of random types, written as CSV here, come back as they were. */
final class CsvRoundTripTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final FieldKind[] KINDS = FieldKind.values();
    private static final String[] PIECES = {"x", "é", "東", "😀", ",", "\"", "\n", "\r\n", " ", "\\N", "0", ";", "\t"};

    @TempDir
    Path directory;

    static LongStream seeds() {
        return LongStream.range(0, 60L * SCALE);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldGiveBackTheRowsThatWereWritten(long seed) throws IOException {
        final Random random = new Random(seed);
        final List<Field> fields = new ArrayList<>();
        final int fieldCount = 1 + random.nextInt(20);
        for (int i = 0; i < fieldCount; i++) {
            fields.add(new Field("f" + i, type(random), random.nextBoolean()));
        }
        final char delimiter = ",;|\t".charAt(random.nextInt(4));
        final boolean header = random.nextBoolean();
        final String lineEnd = random.nextBoolean() ? "\n" : "\r\n";

        final StringBuilder file = new StringBuilder();
        if (header) {
            for (int i = 0; i < fieldCount; i++) {
                file.append(i == 0 ? "" : delimiter).append("f").append(i);
            }
            file.append(lineEnd);
        }
        final List<List<@Nullable Object>> expected = new ArrayList<>();
        final int rowCount = random.nextInt(10) == 0 ? 0 : random.nextInt(500);
        for (int row = 0; row < rowCount; row++) {
            final List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < fieldCount; i++) {
                final Object value = fields.get(i).nullable() && random.nextInt(4) == 0
                        ? null
                        : value(random, fields.get(i).type());
                values.add(value);
                // A lone empty field would be an empty line, which is none.
                final String word = value == null
                        ? random.nextBoolean() || fieldCount == 1 ? "\\N" : ""
                        : written(random, value.toString(), delimiter);
                file.append(i == 0 ? "" : delimiter).append(word);
            }
            expected.add(values);
            file.append(row < rowCount - 1 || random.nextBoolean() ? lineEnd : "");
        }
        final Csv csv = Csv.of(write(random.nextBoolean(), file.toString()))
                .schema(new TableSchema("t", fields))
                .header(header)
                .delimiter(delimiter);
        assertEquals(expected, Rows.of(csv), () -> "seed " + seed + ", " + csv.schema());
    }

    private Path write(boolean packed, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (packed) {
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(bytes);
            }
            bytes = out.toByteArray();
        }
        return Files.write(directory.resolve("t.csv"), bytes);
    }

    private static FieldType type(Random random) {
        final FieldKind kind = KINDS[random.nextInt(KINDS.length)];
        return switch (kind) {
            case CHAR -> FieldType.character(1 + random.nextInt(30));
            case DECIMAL -> {
                final int precision = 1 + random.nextInt(18);
                yield FieldType.decimal(precision, random.nextInt(precision + 1));
            }
            default -> FieldType.of(kind);
        };
    }

    /** As a row view answers it. */
    private static Object value(Random random, FieldType type) {
        return switch (type.kind()) {
            case FLOAT32 -> {
                final float value = Float.intBitsToFloat(random.nextInt());
                yield value == 0 ? 0f : value;
            }
            case FLOAT64 ->
                switch (random.nextInt(3)) {
                    case 0 -> Double.longBitsToDouble(random.nextLong() | 1);
                    case 1 -> random.nextInt(1_000_000) / 1000.0;
                    default -> random.nextGaussian();
                };
            case BOOL -> random.nextBoolean();
            case DATE -> LocalDate.ofEpochDay(random.nextInt(200_000) - 100_000);
            case TIMESTAMP -> Instant.EPOCH.plus(random.nextLong() >> (8 + random.nextInt(40)), ChronoUnit.MICROS);
            case CHAR -> text(random, type.length());
            case VARCHAR -> text(random, 40);
            case BYTES -> {
                final byte[] bytes = new byte[random.nextInt(30)];
                random.nextBytes(bytes);
                yield "\\x" + HexFormat.of().formatHex(bytes);
            }
            case DECIMAL -> BigDecimal.valueOf(within(random, type), type.scale());
            default -> within(random, type);
        };
    }

    private static long within(Random random, FieldType type) {
        return switch (random.nextInt(5)) {
            case 0 -> type.minSortable();
            case 1 -> type.maxSortable();
            case 2 -> Math.min(type.maxSortable(), random.nextInt(10));
            default -> {
                final long value = random.nextLong() >> random.nextInt(64);
                yield Math.max(type.minSortable(), Math.min(type.maxSortable(), value));
            }
        };
    }

    private static String text(Random random, int maxBytes) {
        final StringBuilder text = new StringBuilder();
        final int length = random.nextInt(maxBytes + 1);
        while (true) {
            final String piece = PIECES[random.nextInt(PIECES.length)];
            if ((text + piece).getBytes(StandardCharsets.UTF_8).length > length) {
                // Blanks at the end are no part of a char(n).
                return text.toString().replaceFirst(" +$", "");
            }
            text.append(piece);
        }
    }

    private static String written(Random random, String value, char delimiter) {
        final boolean mustQuote = value.isEmpty()
                || value.equals("\\N")
                || value.indexOf('"') >= 0
                || value.indexOf('\n') >= 0
                || value.indexOf(delimiter) >= 0;
        return mustQuote || random.nextInt(4) == 0 ? '"' + value.replace("\"", "\"\"") + '"' : value;
    }
}
