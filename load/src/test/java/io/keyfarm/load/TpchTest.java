package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TpchTest {
    @ParameterizedTest
    @CsvSource({
        "region, 5",
        "nation, 25",
        "supplier, 100",
        "customer, 1500",
        "part, 2000",
        "partsupp, 8000",
        "orders, 15000",
        "lineitem, 60175"
    })
    void shouldMakeTheRowsOfScaleOneHundredth(String name, int rowCount) throws IOException {
        final Tpch table = Tpch.table(name, 0.01);
        final List<List<@Nullable Object>> rows = Rows.of(table);
        assertEquals(rowCount, rows.size());
        assertEquals(1.0, (double) table.rowCount() / rowCount, 0.005);
        assertEquals(1.0, (double) table.estimatedBytes() / Rows.bytes(table), 0.02, table::toString);
    }

    @Test
    void shouldMakeTheValuesThatDbgenMakes() throws IOException {
        assertEquals(
                "[1, 1552, 93, 1, 17.00, 24710.35, 0.04, 0.02, N, O, 1996-03-13, 1996-02-12, 1996-03-22,"
                        + " DELIVER IN PERSON, TRUCK]",
                Rows.of(Tpch.table("lineitem", 0.01)).get(0).subList(0, 15).toString());
        assertEquals(
                "[1, 370, O, 172799.49, 1996-01-02, 5-LOW, Clerk#000000951, 0]",
                Rows.of(Tpch.table("orders", 0.01)).get(0).subList(0, 8).toString());
        assertEquals(
                "[1, Customer#000000001, IVhzIApeRb ot,c,E, 15, 25-989-741-2988, 711.56, BUILDING]",
                Rows.of(Tpch.table("customer", 0.01)).get(0).subList(0, 7).toString());
        assertEquals(
                "[0, ALGERIA, 0]",
                Rows.of(Tpch.table("nation", 0.01)).get(0).subList(0, 3).toString());
        assertEquals(
                "[AFRICA, AMERICA, ASIA, EUROPE, MIDDLE EAST]",
                Rows.of(Tpch.table("region", 1)).stream()
                        .map(row -> row.get(1))
                        .toList()
                        .toString());
    }

    @Tag("full")
    @Test
    void shouldMakeTheCommentsThatDbgenMakes() throws IOException {
        assertEquals(
                "egular courts above the",
                Rows.of(Tpch.table("lineitem", 0.001).exactComments()).get(0).get(15));
    }

    @Test
    void shouldHaveTheTypesOfTheSpecification() {
        assertEquals(
                "orders: o_orderkey int64, o_custkey int32, o_orderstatus char(1), o_totalprice decimal(12,2),"
                        + " o_orderdate date, o_orderpriority char(15), o_clerk char(15), o_shippriority int32,"
                        + " o_comment varchar",
                Tpch.table("orders", 1).schema().toString());
        assertEquals(8, Tpch.tables(0.1).size());
    }

    @Test
    void shouldMakeAFewRowsAtATinyScale() throws IOException {
        for (final Tpch table : Tpch.tables(0.001)) {
            assertTrue(Rows.of(table).size() >= 5, table::toString);
        }
    }

    @Test
    void shouldTellHowFarItHasCome() throws IOException {
        final List<String> calls = new ArrayList<>();
        Rows.of(Tpch.table("lineitem", 0.01), (rowCount, bytesDone, bytesTotal) -> {
            assertTrue(bytesDone <= bytesTotal);
            calls.add(String.valueOf(rowCount));
        });
        assertEquals(List.of("16384", "32768", "49152", "60175"), calls);
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        assertEquals(
                "TPC-H has no table lineitems; it has region, nation, supplier, customer, part, partsupp, orders, lineitem",
                assertThrows(BadValueException.class, () -> Tpch.table("lineitems", 1))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Tpch.table("part", 0));
        assertThrows(IllegalArgumentException.class, () -> Tpch.table("part", Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Tpch.table("part", 10_001));
    }
}
