package io.keyfarm.key;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Rows, keys and monitors of all kinds, made from a seed. */
final class RandomTable {
    private static final String[] TYPES = {
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
        "char(1)",
        "char(3)",
        "char(12)",
        "varchar",
        "bytes"
    };

    private static final int STYLES = 12;

    final Random random;
    final TableSchema schema;
    /** How each field's values are drawn. */
    private final int[] styles;

    RandomTable(long seed) {
        random = new Random(seed);
        final int fieldCount = 1 + random.nextInt(5);
        schema = TableSchema.parse("t: "
                + IntStream.range(0, fieldCount)
                        .mapToObj(i -> "f" + i + " " + TYPES[random.nextInt(TYPES.length)]
                                + (random.nextInt(3) == 0 ? " null" : ""))
                        .collect(Collectors.joining(", ")));
        styles = random.ints(fieldCount, 0, STYLES).toArray();
    }

    Slab rows(int rowCount, MemoryLedger ledger) {
        final long chunkBytes = random.nextBoolean() ? 1 << 30 : 1 << (8 + random.nextInt(8));
        try (SlabBuilder rows = new SlabBuilder(schema, ledger, chunkBytes)) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow();
                for (int field = 0; field < schema.fieldCount(); field++) {
                    putValue(rows, field);
                }
                rows.endRow();
            }
            return rows.build();
        }
    }

    private void putValue(SlabBuilder rows, int field) {
        final FieldType type = schema.field(field).type();
        if (schema.field(field).nullable() && random.nextInt(styles[field] == 7 ? 1 : 6) == 0) {
            rows.putNull(field);
        } else if (type.isText()) {
            rows.putText(field, text(field));
        } else if (type.kind().isFloating()) {
            rows.putDouble(field, number(field));
        } else {
            rows.putLong(field, sortable(field));
        }
    }

    private double number(int field) {
        return switch (styles[field] & 3) {
            case 0 -> random.nextInt(5) - 2;
            case 1 -> random.nextInt(4) == 0 ? Double.NaN : random.nextGaussian();
            case 2 -> new double[] {0.0, -0.0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}[random.nextInt(4)];
            default -> random.nextInt(100) / 8.0;
        };
    }

    /** A sortable that the type can hold, drawn as the field's values are; not for floating point. */
    private long sortable(int field) {
        final FieldType type = schema.field(field).type();
        final long value = switch (styles[field] & 3) {
            case 0 -> random.nextInt(4);
            case 1 -> random.nextInt(200) - 100;
            case 2 -> random.nextLong() >>> random.nextInt(64);
            default -> random.nextBoolean() ? type.minSortable() : type.maxSortable();
        };
        return Math.max(type.minSortable(), Math.min(type.maxSortable(), value));
    }

    private byte[] text(int field) {
        final FieldType type = schema.field(field).type();
        final int most = type.kind() == FieldKind.CHAR ? type.length() : 300;
        final String text = switch (styles[field]) {
            case 0 -> "ab".repeat(random.nextInt(3));
            case 1 -> "http://www.example.com/" + "path/".repeat(random.nextInt(4)) + random.nextInt(50);
            case 2 -> "x".repeat(random.nextInt(150)) + (char) random.nextInt(3);
            case 3 -> "y".repeat(140) + random.nextInt(4) + "z".repeat(random.nextInt(100));
            case 4 -> "FL,GA,NY,CA,TX".split(",")[random.nextInt(5)];
            case 5 -> random.nextInt(2) + "p".repeat(30) + random.nextInt(30);
            case 6, 7 -> Integer.toString(random.nextInt(1000));
            case 8 ->
                "www/" + "de,fr,uk".split(",")[random.nextInt(3)] + "/" + "abc".substring(random.nextInt(3)) + "/"
                        + random.nextInt(random.nextInt(4) == 0 ? 10_000 : 10);
            case 9 -> "w".repeat(140) + random.nextInt(4);
            // Any bytes, so that nothing but the bytes themselves is a code.
            default ->
                random.ints(random.nextInt(type.kind() == FieldKind.CHAR ? 4 : 9), 0, 256)
                        .mapToObj(it -> String.valueOf((char) it))
                        .collect(Collectors.joining());
        };
        final byte[] bytes = text.getBytes(styles[field] > 9 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        return bytes.length > most ? Arrays.copyOfRange(bytes, bytes.length - most, bytes.length) : bytes;
    }

    KeySpec key() {
        final List<String> names = new ArrayList<>();
        schema.fields().forEach(field -> names.add(field.name()));
        Collections.shuffle(names, random);
        return KeySpec.of(names.subList(0, 1 + random.nextInt(names.size())).toArray(String[]::new));
    }

    /** Values are often those of the rows, so that they match. */
    @Nullable
    SegmentMonitor[] monitors(Slab slab) {
        final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[schema.fieldCount()];
        for (int field = 0; field < monitors.length; field++) {
            if (random.nextInt(3) != 0) {
                final SegmentMonitor monitor =
                        new SegmentMonitor(schema.field(field).type());
                bind(monitor, field, slab);
                monitors[field] = monitor;
            }
        }
        return monitors;
    }

    private void bind(SegmentMonitor monitor, int field, Slab slab) {
        switch (random.nextInt(16)) {
            case 0 -> monitor.bindWild();
            case 1 -> monitor.bindNotNull();
            case 2 -> monitor.bindOnlyNull();
            default -> {
                monitor.begin();
                final int parts = random.nextInt(4) == 0 ? random.nextInt(40) : 1 + random.nextInt(2);
                for (int i = 0; i < parts; i++) {
                    if (monitor.type().isText()) {
                        addText(monitor, field, slab);
                    } else {
                        addNumbers(monitor, field, slab);
                    }
                }
                if (random.nextInt(6) == 0) {
                    monitor.addNull();
                }
                monitor.end();
                if (random.nextInt(8) == 0) {
                    monitor.complement();
                }
            }
        }
    }

    private void addNumbers(SegmentMonitor monitor, int field, Slab slab) {
        final long value = someSortable(field, slab);
        switch (random.nextInt(4)) {
            case 0 -> monitor.addRange(value, value + random.nextInt(30));
            case 1 -> {
                final long other = someSortable(field, slab);
                monitor.addRange(Math.min(value, other), Math.max(value, other));
            }
            default -> monitor.addPoint(value);
        }
    }

    private long someSortable(int field, Slab slab) {
        if (slab.rowCount() > 0 && random.nextInt(4) != 0) {
            final RowView view = slab.newView();
            slab.view(random.nextInt(slab.rowCount()), view);
            if (!view.isNull(field)) {
                return view.getSortable(field);
            }
        }
        return schema.field(field).type().kind().isFloating() ? random.nextLong() >> 2 : sortable(field);
    }

    private void addText(SegmentMonitor monitor, int field, Slab slab) {
        final UnsafeBuffer text = new UnsafeBuffer(someText(field, slab));
        final UnsafeBuffer other = new UnsafeBuffer(someText(field, slab));
        switch (random.nextInt(5)) {
            case 0 -> monitor.addTextPrefix(text, 0, random.nextInt(text.capacity() + 1));
            case 1 ->
                monitor.addTextRange(
                        random.nextInt(4) == 0 ? null : text,
                        0,
                        text.capacity(),
                        random.nextBoolean(),
                        random.nextInt(4) == 0 ? null : other,
                        0,
                        other.capacity(),
                        random.nextBoolean());
            default -> monitor.addText(text, 0, text.capacity());
        }
    }

    private byte[] someText(int field, Slab slab) {
        if (slab.rowCount() > 0 && random.nextInt(4) != 0) {
            final RowView view = slab.newView();
            slab.view(random.nextInt(slab.rowCount()), view);
            final byte @Nullable [] bytes = view.getBytes(field);
            if (bytes != null) {
                return bytes;
            }
        }
        return text(field);
    }

    /** The plain order: by the values of the fields, nulls last, then by row number. */
    static int[] sorted(Slab slab, KeySpec spec) {
        final int[] fields = spec.indexes(slab.schema());
        final RowView left = slab.newView();
        final RowView right = slab.newView();
        return IntStream.range(0, slab.rowCount())
                .boxed()
                .sorted((a, b) -> {
                    slab.view(a, left);
                    slab.view(b, right);
                    return compare(left, right, fields);
                })
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static int compare(RowView left, RowView right, int[] fields) {
        for (final int field : fields) {
            final int order;
            if (left.isNull(field) || right.isNull(field)) {
                order = Boolean.compare(left.isNull(field), right.isNull(field));
            } else if (left.schema().field(field).type().isText()) {
                order = Arrays.compareUnsigned(left.getBytes(field), right.getBytes(field));
            } else {
                order = Long.compare(left.getSortable(field), right.getSortable(field));
            }
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Whether a full scan would keep the row, by the monitors of these fields. */
    static boolean matches(RowView row, @Nullable SegmentMonitor[] monitors, int[] fields) {
        for (final int field : fields) {
            final SegmentMonitor monitor = monitors[field];
            if (monitor == null) {
                continue;
            }
            final boolean matches;
            if (row.isNull(field)) {
                matches = monitor.admitsNull();
            } else if (monitor.type().isText()) {
                matches = monitor.matchesText(row.textAddress(field), row.textBytes(field));
            } else {
                matches = monitor.matches(row.getSortable(field));
            }
            if (!matches) {
                return false;
            }
        }
        return true;
    }

    /** How many fields of the key a directory should hold: none up to all that it can. */
    int hashed(Slab slab, KeySpec spec) {
        return random.nextInt(new KeyCode(slab, spec).exactFields() + 1);
    }
}
