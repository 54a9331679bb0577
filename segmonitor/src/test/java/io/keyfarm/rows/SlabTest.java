package io.keyfarm.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

final class SlabTest {
    private static final TableSchema EVERYTHING =
            TableSchema.parse("everything: a int8, b int16 null, c int32, d int64 null,"
                    + " e uint8, f uint16, g uint32 null, h float32, i float64 null, j decimal(12,2), k bool null, l date,"
                    + " m timestamp, n char(4) null, o varchar null, p bytes");

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldGiveBackEveryTypeAsItWasPut() {
        try (SlabBuilder rows = new SlabBuilder(EVERYTHING, ledger)) {
            rows.beginRow()
                    .putLong(0, -128)
                    .putLong(1, 32767)
                    .putLong(2, Integer.MIN_VALUE)
                    .putLong(3, Long.MAX_VALUE)
                    .putLong(4, 255)
                    .putLong(5, 65535)
                    .putLong(6, 0xFFFF_FFFFL)
                    .putDouble(7, 1.5)
                    .putDouble(8, -0.25)
                    .putLong(9, -123456)
                    .putBool(10, true)
                    .putLong(11, LocalDate.of(1998, 9, 2).toEpochDay())
                    .putLong(12, 1_000_001)
                    .putText(13, "FL  ")
                    .putText(14, "thirteen bytes")
                    .putText(15, new byte[] {0, -1})
                    .endRow();
            try (Slab slab = rows.build()) {
                final RowView row = slab.newView();
                slab.view(0, row);
                assertEquals(-128L, row.get("a"));
                assertEquals(32767L, row.get("b"));
                assertEquals((long) Integer.MIN_VALUE, row.get("c"));
                assertEquals(Long.MAX_VALUE, row.get("d"));
                assertEquals(255L, row.get("e"));
                assertEquals(65535L, row.get("f"));
                assertEquals(0xFFFF_FFFFL, row.get("g"));
                assertEquals(1.5f, row.get("h"));
                assertEquals(-0.25, row.get("i"));
                assertEquals(new BigDecimal("-1234.56"), row.get("j"));
                assertEquals(true, row.get("k"));
                assertEquals(LocalDate.of(1998, 9, 2), row.get("l"));
                assertEquals(Instant.ofEpochSecond(1, 1000), row.get("m"));
                assertEquals("FL", row.get("n"));
                assertEquals("thirteen bytes", row.get("o"));
                assertEquals("[0, -1]", java.util.Arrays.toString(row.getBytes(15)));
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldKeepRowsAndTextApartAcrossChunks() {
        final TableSchema schema = TableSchema.parse("t: id int32, name varchar null");
        final int rowCount = 20_000;
        try (SlabBuilder rows = new SlabBuilder(schema, ledger, 4096)) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow().putLong(0, i);
                if (i % 7 == 0) {
                    rows.putNull(1);
                } else {
                    rows.putText(1, "x".repeat(i % 3000));
                }
                rows.endRow();
            }
            try (Slab slab = rows.build()) {
                assertEquals(ledger.usedBytes(), slab.bytes());
                final RowView row = slab.newView();
                for (int i = 0; i < rowCount; i++) {
                    slab.view(i, row);
                    assertEquals(i, row.getLong(0));
                    assertEquals(i % 7 == 0 ? null : "x".repeat(i % 3000), row.getString(1));
                }
                assertEquals(2858, slab.statistics(1).nullCount());
                assertEquals(2999, slab.statistics(1).maxTextBytes());
                assertEquals(rowCount - 1, slab.statistics(0).maxSortable());
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldNameTheFieldAndBothNumbersOfAValueThatDoesNotFit() {
        final TableSchema schema = TableSchema.parse("t: state char(2), year int8, name varchar null");
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            rows.beginRow();
            assertEquals(
                    "state holds 2 bytes, but 'FLA' needs 3",
                    assertThrows(BadValueException.class, () -> rows.putText(0, "FLA"))
                            .getMessage());
            assertEquals(
                    "year is int8 and holds -128 to 127, but not 128",
                    assertThrows(BadValueException.class, () -> rows.putLong(1, 128))
                            .getMessage());
            assertThrows(BadValueException.class, () -> rows.putNull(0));
            assertThrows(BadValueException.class, () -> rows.putDouble(1, 1.0));
            assertThrows(BadValueException.class, rows::endRow);
            rows.beginRow().putText(0, "FL").putLong(1, 7).putNull(2).endRow();
            try (Slab slab = rows.build()) {
                assertEquals(1, slab.rowCount());
                final RowView row = slab.newView();
                slab.view(0, row);
                assertNull(row.get("name"));
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldFreeWhatWasNeverBuilt() {
        final TableSchema schema = TableSchema.parse("t: name varchar");
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            rows.beginRow().putText(0, "never to be seen").endRow();
            assertTrue(ledger.usedBytes() > 0);
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldRefuseMemoryBeyondTheLimitOfAnyLedgerAbove() {
        final MemoryLedger all = MemoryLedger.limited("all", 1_000);
        final MemoryLedger part = all.child("part", 2_000);
        part.reserve("rows", 900);
        assertThrows(MemoryLimitException.class, () -> part.reserve("rows", 200));
        assertEquals(900, part.usedBytes());
        assertEquals(900, all.usedBytes());
        part.release(900);
        assertEquals(0, all.usedBytes());
    }

    @Test
    void shouldOrderDoublesAsSortables() {
        final double[] ascending = {
            Double.NEGATIVE_INFINITY,
            -1.5,
            -Double.MIN_VALUE,
            0.0,
            Double.MIN_VALUE,
            1,
            Double.POSITIVE_INFINITY,
            Double.NaN
        };
        for (int i = 1; i < ascending.length; i++) {
            assertTrue(Sortable.of(ascending[i - 1]) < Sortable.of(ascending[i]), i + "");
            assertTrue(Sortable.of((float) ascending[i - 1]) <= Sortable.of((float) ascending[i]), i + "");
            assertEquals(ascending[i], Sortable.toDouble(Sortable.of(ascending[i])));
        }
        assertEquals(Sortable.of(0.0), Sortable.of(-0.0));
        assertEquals(Sortable.of(-0.0) - 1, Sortable.of(-Double.MIN_VALUE));
        assertFalse(Sortable.of(Double.POSITIVE_INFINITY) + 1 != Sortable.of(Double.NaN));
    }

    @Test
    void shouldReadASchemaBackAsItPrints() {
        assertEquals(EVERYTHING, TableSchema.parse(EVERYTHING.toString()));
        assertThrows(BadValueException.class, () -> TableSchema.parse("t: a decimal(19,0)"));
        assertThrows(BadValueException.class, () -> TableSchema.parse("t: a int32, a int32"));
        assertThrows(BadValueException.class, () -> TableSchema.parse("t: a int33"));
        assertThrows(BadValueException.class, () -> TableSchema.parse("t"));
    }
}
