package io.keyfarm.segmonitor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RowFilterTest {
    private static final int ROWS = 1500;

    static List<FieldType> types() {
        return Domain.TYPES;
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldKeepTheRowsThatMatchOneByOne(FieldType type) {
        final Domain domain = Domain.of(type);
        final long seed = SegmentMonitorTest.seed();
        final SplittableRandom random = new SplittableRandom(seed);
        for (final String nullable : new String[] {"", " null"}) {
            final TableSchema schema =
                    TableSchema.parse("t: x varchar null, y int16 null, it " + type + nullable + ", z bool null");
            final int[] held = new int[ROWS];
            try (SlabBuilder rows = new SlabBuilder(schema, MemoryLedger.unlimited("test"), 4096)) {
                fill(rows, domain, held, !nullable.isEmpty(), random);
                try (Slab slab = rows.build()) {
                    check(slab, domain, held, random, type + nullable + " seed " + seed);
                }
            }
        }
    }

    private static void fill(SlabBuilder rows, Domain domain, int[] held, boolean nullable, SplittableRandom random) {
        for (int i = 0; i < ROWS; i++) {
            final int value = random.nextInt(domain.size);
            rows.beginRow().putNull(0).putNull(1).putNull(3);
            if (domain.type.isText()) {
                rows.putText(2, domain.text(value));
            } else if (domain.type.kind().isFloating()) {
                rows.putDouble(
                        2,
                        domain.type.equals(FieldType.FLOAT32)
                                ? Sortable.toFloat(domain.number(value))
                                : Sortable.toDouble(domain.number(value)));
            } else {
                rows.putLong(2, domain.number(value));
            }
            held[i] = value;
            if (nullable && random.nextInt(4) == 0) {
                // Whatever was put before stays where it was, and must not be looked at.
                rows.putNull(2);
                held[i] = domain.size;
            }
            rows.endRow();
        }
    }

    private static void check(Slab slab, Domain domain, int[] held, SplittableRandom random, String message) {
        final RowFilter filter = new RowFilter(slab.layout(), 2);
        final Scenario scenario = new Scenario(domain);
        for (int i = 0; i < 100 * SegmentMonitorTest.SCALE; i++) {
            scenario.rebind(random);
            switch (i) {
                case 0 -> bindSimple(scenario, true, true);
                case 1 -> bindSimple(scenario, true, false);
                case 2 -> bindSimple(scenario, false, true);
                case 3 -> bindSimple(scenario, false, false);
                default -> {}
            }
            final int[] rowNumbers = new int[ROWS];
            int count = 0;
            for (int row = 0; row < ROWS; row++) {
                if (random.nextInt(3) > 0) {
                    rowNumbers[count++] = row;
                }
            }
            final int[] expected = Arrays.stream(rowNumbers, 0, count)
                    .filter(row -> scenario.model.get(held[row]))
                    .toArray();
            final int kept = filter.confirm(slab, scenario.monitor, rowNumbers, count);
            assertEquals(Arrays.toString(expected), Arrays.toString(Arrays.copyOf(rowNumbers, kept)), message);

            final int from = random.nextInt(ROWS);
            final int to = random.nextInt(from, ROWS + 1);
            final int[] found = new int[to - from];
            final int foundCount = filter.scan(slab, scenario.monitor, from, to, found);
            final int[] sought = java.util.stream.IntStream.range(from, to)
                    .filter(row -> scenario.model.get(held[row]))
                    .toArray();
            assertEquals(Arrays.toString(sought), Arrays.toString(Arrays.copyOf(found, foundCount)), message);
        }
    }

    private static void bindSimple(Scenario scenario, boolean values, boolean nulls) {
        scenario.monitor.bindNothing();
        scenario.model.clear();
        if (values) {
            scenario.monitor.bindNotNull();
            scenario.model.set(0, scenario.domain.size);
        }
        if (nulls) {
            scenario.monitor.addNull();
            scenario.model.set(scenario.domain.size);
        }
    }
}
