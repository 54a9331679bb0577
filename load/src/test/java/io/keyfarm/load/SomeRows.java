package io.keyfarm.load;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Slabs drawn from a seed, and all that they say as text. */
final class SomeRows {
    static final List<KeyEntry> NO_KEYS = List.of();

    private SomeRows() {}

    /** A schema with every kind of field. */
    static TableSchema everyKind(String name, Random random) {
        final List<Field> fields = new ArrayList<>();
        for (final FieldKind kind : FieldKind.values()) {
            final FieldType type = switch (kind) {
                case CHAR -> FieldType.character(1 + random.nextInt(20));
                case DECIMAL -> FieldType.decimal(1 + random.nextInt(18), 0);
                default -> FieldType.of(kind);
            };
            fields.add(new Field(kind.word() + "_field", type, random.nextBoolean()));
        }
        return new TableSchema(name, fields);
    }

    static Slab slab(TableSchema schema, int rowCount, long chunkBytes, Random random) {
        try (SlabBuilder rows = new SlabBuilder(schema, MemoryLedger.unlimited("test"), chunkBytes)) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow();
                for (int field = 0; field < schema.fieldCount(); field++) {
                    put(rows, field, schema.field(field), random);
                }
                rows.endRow();
            }
            return rows.build();
        }
    }

    private static void put(SlabBuilder rows, int index, Field field, Random random) {
        final FieldType type = field.type();
        if (field.nullable() && random.nextInt(5) == 0) {
            rows.putNull(index);
        } else if (type.isText()) {
            final byte[] text = new byte[length(type, random)];
            random.nextBytes(text);
            rows.putText(index, text);
        } else if (type.kind().isFloating()) {
            rows.putDouble(index, random.nextInt(9) == 0 ? Double.NaN : random.nextGaussian());
        } else {
            final long span = type.maxSortable() - type.minSortable() + 1;
            rows.putLong(
                    index, span == 0 ? random.nextLong() : type.minSortable() + Math.floorMod(random.nextLong(), span));
        }
    }

    private static int length(FieldType type, Random random) {
        if (type.kind() == FieldKind.CHAR) {
            return random.nextInt(type.length() + 1);
        }
        return random.nextInt(20) == 0 ? random.nextInt(3000) : random.nextInt(30);
    }

    /** A table whose every value tells of which generation it is. */
    static List<Slab> generation(String table, int number, int partCount, int rowsPerPart) {
        return generation(table, number, partCount, rowsPerPart, 0);
    }

    /** As above, to stand behind so many others that were made here. */
    static List<Slab> generation(String table, int number, int partCount, int rowsPerPart, int place) {
        final TableSchema schema = TableSchema.parse(table + ": generation int32, part int32, row int32, note varchar");
        final List<Slab> slabs = new ArrayList<>();
        for (int part = 0; part < partCount; part++) {
            try (SlabBuilder rows = builder(schema, place)) {
                for (int row = 0; row < rowsPerPart; row++) {
                    rows.beginRow().putLong(0, number).putLong(1, part).putLong(2, row);
                    rows.putText(3, "generation %d of %s, row %d".formatted(number, table, row))
                            .endRow();
                }
                slabs.add(rows.build());
            }
        }
        return slabs;
    }

    /** Each of the others has one chunk of long text. */
    private static SlabBuilder builder(TableSchema schema, int place) {
        final MemoryLedger ledger = MemoryLedger.unlimited("test");
        try (SlabBuilder first = new SlabBuilder(schema, ledger)) {
            return place == 0
                    ? new SlabBuilder(schema, ledger)
                    : SlabBuilder.behind(schema, ledger, first.build().rowShift(), place);
        }
    }

    static void close(List<Slab> slabs) {
        slabs.forEach(Slab::close);
    }

    /** Every value and every statistic. */
    static String text(Slab slab) {
        final StringBuilder text = new StringBuilder(slab.schema().toString()).append('\n');
        final RowView view = slab.newView();
        for (int row = 0; row < slab.rowCount(); row++) {
            slab.view(row, view);
            for (int field = 0; field < slab.schema().fieldCount(); field++) {
                final Object value =
                        slab.schema().field(field).type().isText() ? hex(view.getBytes(field)) : view.get(field);
                text.append(value).append('|');
            }
            text.append('\n');
        }
        for (int field = 0; field < slab.schema().fieldCount(); field++) {
            final var statistics = slab.statistics(field);
            text.append("%d %d %d %s %s %d\n"
                    .formatted(
                            statistics.nullCount(),
                            statistics.minSortable(),
                            statistics.maxSortable(),
                            hex(statistics.minText()),
                            hex(statistics.maxText()),
                            statistics.maxTextBytes()));
        }
        return text.toString();
    }

    private static String hex(byte @Nullable [] bytes) {
        return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }
}
