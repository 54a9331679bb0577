package io.keyfarm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestTest {
    @ParameterizedTest
    @CsvSource({
        "orders, orders",
        "order, orders",
        "ODERS, orders",
        "lineitme, lineitem",
        "n, ",
        "customers_of_mine, ",
        "'', ",
    })
    void shouldFindWhatWasMeant(String said, String meant) {
        assertEquals(meant, Nearest.of(said, List.of("customer", "lineitem", "orders")));
    }
}
