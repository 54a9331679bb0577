package io.keyfarm.query.flow;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random rows of a random schema, as a slab and as Java values. Values of a field come from a pool, so that they meet. */
final class RandomRows implements AutoCloseable {
    private static final String LONG = "the long text that no slot holds, number ";

    final Slab slab;
    final List<List<@Nullable Object>> rows = new ArrayList<>();

    private RandomRows(Slab slab) {
        this.slab = slab;
        final RowView view = slab.newView();
        for (int i = 0; i < slab.rowCount(); i++) {
            slab.view(i, view);
            rows.add(FlowCases.values(view, slab.layout()));
        }
    }

    static RandomRows of(Random random) {
        return of(schema(random), random);
    }

    static RandomRows of(TableSchema schema, Random random) {
        // None and one now and then, often some, sometimes more than several batches.
        final int count = switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> 2000 + random.nextInt(2000);
            default -> random.nextInt(200);
        };
        return of(schema, count, random);
    }

    static RandomRows of(TableSchema schema, int count, Random random) {
        final List<List<Object>> pools = new ArrayList<>();
        for (final Field field : schema.fields()) {
            final int values = 1 << random.nextInt(8);
            final List<Object> pool = new ArrayList<>();
            for (int i = 0; i < values; i++) {
                pool.add(value(field.type(), random));
            }
            pools.add(pool);
        }
        try (SlabBuilder builder = new SlabBuilder(schema, MemoryLedger.unlimited("test"), 4096)) {
            for (int i = 0; i < count; i++) {
                builder.beginRow();
                for (int f = 0; f < schema.fieldCount(); f++) {
                    if (schema.field(f).nullable() && random.nextInt(4) == 0) {
                        builder.putNull(f);
                    } else {
                        put(
                                builder,
                                f,
                                pools.get(f).get(random.nextInt(pools.get(f).size())));
                    }
                }
                builder.endRow();
            }
            final Slab slab = builder.build();
            unsettleFloats(slab, random);
            return new RandomRows(slab);
        }
    }

    private static void put(SlabBuilder builder, int f, Object value) {
        if (value instanceof Double number) {
            builder.putDouble(f, number);
        } else if (value instanceof Long number) {
            builder.putLong(f, number);
        } else {
            builder.putText(f, (byte[]) value);
        }
    }

    /** A slab has one zero and one NaN; rows that were calculated may have others. */
    private static void unsettleFloats(Slab slab, Random random) {
        final RecordLayout layout = slab.layout();
        for (int i = 0; i < slab.rowCount(); i++) {
            for (int f = 0; f < layout.schema().fieldCount(); f++) {
                final long at = slab.address(i) + layout.offset(f);
                if (layout.kind(f) == FieldKind.FLOAT64 && !layout.isNull(slab.address(i), f) && random.nextBoolean()) {
                    final double value = Double.longBitsToDouble(Memory.getLong(at));
                    if (value == 0) {
                        Memory.putLong(at, Double.doubleToRawLongBits(-0.0));
                    } else if (Double.isNaN(value)) {
                        Memory.putLong(at, 0xFFF8_0000_0000_0001L);
                    }
                }
            }
        }
    }

    static TableSchema schema(Random random) {
        final List<Field> fields = new ArrayList<>();
        final int count = 1 + random.nextInt(7);
        for (int i = 0; i < count; i++) {
            final FieldKind kind = FlowCases.oneOf(FieldKind.values(), random);
            fields.add(new Field("f" + i, type(kind, random), random.nextInt(3) > 0));
        }
        return new TableSchema("t", fields);
    }

    static FieldType type(FieldKind kind, Random random) {
        return switch (kind) {
            case CHAR -> FieldType.character(1 + random.nextInt(20));
            case DECIMAL -> FieldType.decimal(random.nextBoolean() ? 6 : 18, random.nextInt(3));
            default -> FieldType.of(kind);
        };
    }

    static Object value(FieldType type, Random random) {
        return switch (type.kind()) {
            case CHAR -> text(random, type.length());
            case VARCHAR, BYTES -> text(random, Integer.MAX_VALUE);
            // Their sums are exact in any order.
            case FLOAT32, FLOAT64 ->
                List.of(
                                0.0,
                                -0.0,
                                1.5,
                                -1.5,
                                Double.NaN,
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY,
                                3.0 + random.nextInt(100))
                        .get(random.nextInt(8));
            default -> whole(type, random);
        };
    }

    private static Long whole(FieldType type, Random random) {
        final long value = switch (random.nextInt(12)) {
            case 0 -> type.minSortable();
            case 1 -> type.maxSortable();
            case 2 -> random.nextLong();
            case 3, 4 -> random.nextInt();
            default -> random.nextInt(40) - 10;
        };
        return Math.max(type.minSortable(), Math.min(type.maxSortable(), value));
    }

    private static byte[] text(Random random, int mostBytes) {
        final String text = switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> "zzzzzzzzzzzzz".substring(random.nextInt(3));
            case 2, 3 -> LONG + random.nextInt(20);
            case 4 -> "\u00e9a\u0001".substring(random.nextInt(3));
            default -> "ab".repeat(random.nextInt(7)) + random.nextInt(30);
        };
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > mostBytes) {
            bytes = Arrays.copyOf(bytes, mostBytes);
        }
        return bytes;
    }

    RecordLayout layout() {
        return slab.layout();
    }

    int fieldCount() {
        return slab.schema().fieldCount();
    }

    /** These rows as an input. */
    TrickleActivity trickle(Random random, FlowMemory memory) {
        return new TrickleActivity(slab, 0, 1, slab.rowCount(), random.nextLong(), memory);
    }

    @Override
    public void close() {
        slab.close();
    }
}
