package io.keyfarm;

import static org.junit.jupiter.api.Assertions.fail;

import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

/**
 * Groups, orders, distinct rows and sets of random tables, as DuckDB has them of the same rows.
 *
 * <p>{@code -Dkeyfarm.test.seed=N} replays one table.
 */
final class FlowsAgainstDuckDbTest {
    private static final int TABLES = 40;
    private static final int FLOWS = 25;

    @Test
    void shouldAnswerAsDuckDbDoes() throws Exception {
        final Long only = Long.getLong("keyfarm.test.seed");
        final int tables = TABLES * Integer.getInteger("keyfarm.test.scale", 1);
        int cases = 0;
        long rows = 0;
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            for (long seed = only == null ? 1 : only; seed <= (only == null ? tables : only); seed++) {
                try (DuckScenario scenario = new DuckScenario(seed, duck)) {
                    for (int i = 0; i < FLOWS; i++) {
                        rows += scenario.check();
                        cases++;
                    }
                } catch (RuntimeException | AssertionError e) {
                    fail("seed " + seed + ": " + e.getMessage(), e);
                }
            }
        }
        System.out.printf("%,d flows, %,d rows, 0 differences from DuckDB%n", cases, rows);
    }
}
