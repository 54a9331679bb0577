package io.keyfarm.query.eval;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.Values;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A table of random fields and rows, twice: as Java values and as a slab. Values come from small pools, so that they meet. */
public final class RandomTable implements AutoCloseable {
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "ab",
            "abc",
            "abd",
            "b",
            "ba",
            "é",
            "aé",
            "a b",
            "a  ",
            " a",
            "a%b",
            "a_b",
            "zzzzzzzzzzzz",
            "zzzzzzzzzzzzz",
            "the long text that no slot holds",
            "the long text that no slot holds, nor this",
            "日本",
            "\u0001",
            "ab\u0001",
            "\uD83D\uDE00x");

    public final TableSchema schema;
    public final List<@Nullable Object[]> rows = new ArrayList<>();
    public final Slab slab;

    public RandomTable(Random random, int rowCount) {
        schema = schema(random);
        for (int i = 0; i < rowCount; i++) {
            final @Nullable Object[] row = new @Nullable Object[schema.fieldCount()];
            for (int f = 0; f < row.length; f++) {
                final Field field = schema.field(f);
                row[f] = field.nullable() && random.nextInt(4) == 0 ? null : value(field.type(), random);
            }
            rows.add(row);
        }
        try (SlabBuilder builder = new SlabBuilder(schema, MemoryLedger.unlimited("test"), 4096)) {
            writeTo(builder);
            slab = builder.build();
        }
    }

    public void writeTo(RowSink sink) {
        writeTo(sink, 0, 1);
    }

    /** Writes the first row given and from there every so many. */
    public void writeTo(RowSink sink, int first, int step) {
        for (int i = first; i < rows.size(); i += step) {
            writeRow(sink, i);
        }
    }

    /** Writes the fields of one row, which the caller begins and ends. */
    public void write(RowSink sink, int i) {
        final @Nullable Object[] row = rows.get(i);
        for (int f = 0; f < row.length; f++) {
            put(sink, f, row[f]);
        }
    }

    private void writeRow(RowSink sink, int i) {
        sink.beginRow();
        write(sink, i);
        sink.endRow();
    }

    private static TableSchema schema(Random random) {
        final List<Field> fields = new ArrayList<>();
        for (final FieldKind kind : FieldKind.values()) {
            // Twice as many kinds as a query asks of; every second kind has a field to be compared with.
            final int count = 1 + random.nextInt(2);
            for (int i = 0; i < count; i++) {
                final FieldType type = switch (kind) {
                    case CHAR -> FieldType.character(List.of(1, 3, 8, 12).get(random.nextInt(4)));
                    case DECIMAL -> FieldType.decimal(random.nextBoolean() ? 6 : 18, 2);
                    default -> FieldType.of(kind);
                };
                fields.add(new Field(kind.word() + "_" + i, type, random.nextInt(3) > 0));
            }
        }
        return new TableSchema("t", fields);
    }

    private void put(RowSink sink, int f, @Nullable Object value) {
        final Field field = schema.field(f);
        if (value == null) {
            sink.putNull(f);
        } else if (field.type().isText()) {
            sink.putText(
                    f, value instanceof byte[] bytes ? bytes : value.toString().getBytes(StandardCharsets.UTF_8));
        } else if (field.type().kind().isFloating()) {
            sink.putDouble(f, ((Number) value).doubleValue());
        } else {
            sink.putLong(f, Values.toSortable(field, value));
        }
    }

    /** A value that a field of this type may hold; text of a char without blanks at its end. */
    static Object value(FieldType type, Random random) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> whole(type, random);
            case FLOAT32 ->
                (Object) List.of(0f, -0f, 1.5f, -1.5f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3f)
                        .get(random.nextInt(8));
            case FLOAT64 ->
                (Object) List.of(
                                0.0,
                                -0.0,
                                1.5,
                                -1.5,
                                Double.NaN,
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY,
                                Double.MIN_VALUE,
                                1e300)
                        .get(random.nextInt(9));
            case DECIMAL -> BigDecimal.valueOf(whole(type, random), type.scale());
            case BOOL -> random.nextBoolean();
            case DATE -> LocalDate.ofEpochDay(random.nextInt(8));
            case TIMESTAMP -> Instant.ofEpochSecond(random.nextInt(3) - 1, random.nextInt(3) * 1000L);
            case CHAR -> character(type.length(), random);
            case VARCHAR -> text(random);
            case BYTES ->
                random.nextInt(3) == 0
                        ? new byte[] {(byte) random.nextInt(), (byte) -random.nextInt(2)}
                        : text(random).getBytes(StandardCharsets.UTF_8);
        };
    }

    private static long whole(FieldType type, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> type.minSortable();
            case 1 -> type.maxSortable();
            case 2 -> type.maxSortable() - 1;
            default -> random.nextInt(6);
        };
    }

    static String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private static String character(int bytes, Random random) {
        String text = text(random).stripTrailing();
        while (text.getBytes(StandardCharsets.UTF_8).length > bytes) {
            text = text.substring(0, text.offsetByCodePoints(text.length(), -1)).stripTrailing();
        }
        return text;
    }

    @Override
    public void close() {
        slab.close();
    }
}
