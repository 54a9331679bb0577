package io.keyfarm.bench;

import io.keyfarm.key.advice.FieldUse;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.ValueSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of one seed with twelve fields or more, and questions about it.
 *
 * <pre>
 *   fa fb   a pair: fb follows fa but for a little      of 2 values to some 100,000, every other field Zipf
 *   fc fd   another                                     distributed, the rest evenly
 *   fe …    each by itself
 * </pre>
 *
 * Questions ask for what some row has, so what is frequent is asked for often, and fields that go together are asked for
 * together; one in ten asks for anything. Some fields are asked for more than others.
 */
final class WideTable implements AutoCloseable {
    static final int MIN_FIELDS = 12;

    private static final int MAX_FIELDS_ASKED = 5;
    private static final int EQUAL_OF_20 = 14;
    private static final int SET_OF_20 = 3;
    private static final int LEAST_RANGE = 16;

    private final TableSchema schema;
    private final int[] values;
    private final int pairs;
    private final Slab slab;
    private final RowView view;

    /** @param mostValues no field has more values */
    WideTable(long seed, int rowCount, int mostValues, MemoryLedger ledger) {
        final Draws draws = new Draws(seed);
        values = new int[MIN_FIELDS + draws.below(5)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) Math.rint(2 * Math.pow(mostValues / 2.0, draws.unit()));
        }
        pairs = 2 + draws.below(3);
        schema = TableSchema.parse("wide: "
                + IntStream.range(0, values.length)
                        .mapToObj(i -> "f" + (char) ('a' + i) + " int32")
                        .collect(Collectors.joining(", ")));
        slab = rows(rowCount, draws, ledger);
        view = slab.newView();
    }

    private Slab rows(int rowCount, Draws draws, MemoryLedger ledger) {
        final int[] row = new int[values.length];
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow();
                for (int field = 0; field < row.length; field++) {
                    row[field] = isSecond(field)
                            ? (int) ((row[field - 1] * 7_919L + draws.below(3)) % values[field])
                            : field % 4 < 2 ? draws.zipf(values[field]) : draws.below(values[field]);
                    rows.putLong(field, row[field]);
                }
                rows.endRow();
            }
            return rows.build();
        }
    }

    private boolean isSecond(int field) {
        return field % 2 == 1 && field / 2 < pairs;
    }

    TableSchema schema() {
        return schema;
    }

    Slab slab() {
        return slab;
    }

    int rowCount() {
        return slab.rowCount();
    }

    /** How many values the field was drawn from. */
    int values(String field) {
        return values[schema.indexOf(field)];
    }

    List<String> fields() {
        return IntStream.range(0, values.length)
                .mapToObj(i -> schema.field(i).name())
                .toList();
    }

    /** @param popular the fields, those first that are to be asked for most */
    Shape shape(List<String> popular, Draws draws) {
        final Map<String, FieldUse> uses = new TreeMap<>();
        final int fieldCount = 1 + draws.below(MAX_FIELDS_ASKED);
        while (uses.size() < fieldCount) {
            final String field = popular.get(draws.zipf(popular.size()));
            final int kind = draws.below(20);
            if (kind < EQUAL_OF_20 || values(field) < LEAST_RANGE) {
                uses.put(field, FieldUse.EQUAL);
            } else {
                uses.put(field, kind < EQUAL_OF_20 + SET_OF_20 ? FieldUse.set(2 << draws.below(3)) : FieldUse.RANGE);
            }
        }
        return Shape.of(uses);
    }

    /** So many different shapes. */
    List<Shape> shapes(int count, List<String> popular, Draws draws) {
        final List<Shape> shapes = new ArrayList<>();
        while (shapes.size() < count) {
            final Shape shape = shape(popular, draws);
            if (!shapes.contains(shape)) {
                shapes.add(shape);
            }
        }
        return shapes;
    }

    /** The fields in an order of chance. */
    List<String> shuffled(Draws draws) {
        final List<String> left = new ArrayList<>(fields());
        final List<String> shuffled = new ArrayList<>();
        while (!left.isEmpty()) {
            shuffled.add(left.remove(draws.below(left.size())));
        }
        return shuffled;
    }

    Ask ask(Shape shape, Draws draws) {
        slab.view(draws.below(rowCount()), view);
        final List<ValueSet> sets = new ArrayList<>();
        for (int i = 0; i < shape.fieldCount(); i++) {
            final int field = schema.indexOf(shape.fields().get(i));
            final long value = draws.below(10) == 0 ? draws.below(values[field]) : view.getLong(field);
            sets.add(set(field, value, shape.use(i), draws));
        }
        return Ask.of(shape, List.copyOf(sets));
    }

    private ValueSet set(int field, long value, FieldUse use, Draws draws) {
        final FieldType type = schema.field(field).type();
        if (use.isRange()) {
            // From a few values to a third of them.
            final double most = Math.max(LEAST_RANGE, values[field] / 3.0);
            final long width = (long) (LEAST_RANGE * Math.pow(most / LEAST_RANGE, draws.unit()));
            return ValueSet.between(type, value, value + width - 1);
        }
        final Object[] points = new Object[use.values()];
        for (int i = 0; i < points.length; i++) {
            points[i] = (value + (long) i * (values[field] / points.length)) % values[field];
        }
        return ValueSet.of(type, points);
    }

    @Override
    public void close() {
        slab.close();
    }
}
