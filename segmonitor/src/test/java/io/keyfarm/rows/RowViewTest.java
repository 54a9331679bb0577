package io.keyfarm.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class RowViewTest {
    private static final long SEED = Long.getLong("keyfarm.test.seed", 5);

    /** In every order of neighbours: a number is read with bytes of the next field, and of the next row, behind it. */
    @Test
    void shouldReadWholeNumbersOfEveryWidthAmongTheirNeighbours() {
        final TableSchema schema =
                TableSchema.parse("t: a int8, b uint8 null, c int16, d uint16, e int32 null, f uint32,"
                        + " g int64, h bool, i date, j timestamp null, k decimal(9,2), l uint8, m int16, n int8");
        final Random random = new Random(SEED);
        final MemoryLedger ledger = MemoryLedger.unlimited("the test");
        final int rowCount = 500;
        final long[][] values = new long[rowCount][schema.fieldCount()];
        final SlabBuilder builder = new SlabBuilder(schema, ledger);
        for (final long[] row : values) {
            builder.beginRow();
            for (int field = 0; field < row.length; field++) {
                final FieldType type = schema.field(field).type();
                row[field] = random(random, type.minSortable(), type.maxSortable());
                builder.putLong(field, row[field]);
            }
            builder.endRow();
        }
        try (Slab slab = builder.build()) {
            final RowView view = slab.newView();
            for (int row = 0; row < rowCount; row++) {
                slab.view(row, view);
                for (int field = 0; field < schema.fieldCount(); field++) {
                    final String where = "seed " + SEED + ", row " + row + ", " + schema.field(field);
                    assertEquals(values[row][field], view.getLong(field), where);
                    assertEquals(values[row][field], view.getSortable(field), where);
                }
            }
            view.move(slab.address(7));
            assertEquals(values[7][6], view.getLong("g"));
            view.unwrap();
            assertThrows(IllegalStateException.class, () -> view.getLong(0));
        }
    }

    @Test
    void shouldReadNullAsZeroAndNoTextAsNumber() {
        final TableSchema schema = TableSchema.parse("t: a int8 null, b float64, c char(2)");
        final SlabBuilder builder = new SlabBuilder(schema, MemoryLedger.unlimited("the test"));
        builder.beginRow()
                .putNull(0)
                .putDouble(1, 1.5)
                .putText(2, new byte[] {'F', 'L'})
                .endRow();
        try (Slab slab = builder.build()) {
            final RowView view = slab.newView();
            slab.view(0, view);
            assertEquals(0, view.getLong(0));
            assertThrows(BadValueException.class, () -> view.getLong(1));
            assertThrows(BadValueException.class, () -> view.getLong(2));
        }
    }

    /** Ends of the range as often as something between. */
    private static long random(Random random, long min, long max) {
        return switch (random.nextInt(4)) {
            case 0 -> min;
            case 1 -> max;
            default -> max - min > 0 ? min + Math.floorMod(random.nextLong(), max - min) : random.nextLong();
        };
    }
}
