package io.keyfarm;

import io.keyfarm.rows.BadValueException;
import java.util.List;

/**
 * All keys, why they are there, and what may come. Immutable; {@link #toString} prints it for people.
 *
 * @param keyBytes of all keys
 * @param budgetBytes they may take
 * @param certificate how far the keys there are from the best choice within the budget, in words
 * @param history the latest last
 */
public record KeyReport(
        GrowthMode mode,
        long keyBytes,
        long budgetBytes,
        String certificate,
        List<TableKeyReport> tables,
        List<KeyEvent> history) {
    public KeyReport {
        tables = List.copyOf(tables);
        history = List.copyOf(history);
    }

    /** @throws BadValueException if there is no such table, or it is not in the report */
    public TableKeyReport table(String name) {
        return tables.stream()
                .filter(it -> it.table().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadValueException("there is no table " + name
                        + " in the report; there are "
                        + tables.stream().map(TableKeyReport::table).toList()));
    }

    @Override
    public String toString() {
        return KeyReportText.of(this);
    }
}
