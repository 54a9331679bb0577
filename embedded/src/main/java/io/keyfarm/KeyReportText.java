package io.keyfarm;

import io.keyfarm.key.advice.KeyChange;
import java.util.Locale;
import java.util.Map;

/** A report of keys for people. */
final class KeyReportText {
    private static final int MOST_SHAPES = 12;
    private static final int MOST_CHANGES = 4;
    private static final int MOST_EVENTS = 12;

    private final StringBuilder text = new StringBuilder();

    private KeyReportText() {}

    static String of(KeyReport report) {
        final KeyReportText it = new KeyReportText();
        it.line(
                "%s; %s of %s used; %s",
                switch (report.mode()) {
                    case BY_RENT -> "keys grow as they pay";
                    case BY_CLOCK -> "keys grow by the clock";
                    case OFF -> "keys grow when told to";
                },
                bytes(report.keyBytes()),
                bytes(report.budgetBytes()),
                report.certificate());
        report.tables().forEach(it::table);
        it.history(report);
        return it.text.toString();
    }

    private void table(TableKeyReport table) {
        line("");
        line("%s, %,d rows", table.table(), table.rows());
        if (table.shapes().isEmpty() && table.keys().isEmpty()) {
            line("  nothing was asked, and there is no key");
            return;
        }
        fields(table);
        shapes(table);
        keys(table);
        int count = 0;
        for (final KeyChange change : table.open()) {
            if (count++ < MOST_CHANGES) {
                line(
                        "  may come: %s, %.0f %% saved up%s",
                        withoutTable(change.key()),
                        Math.min(100, change.fill() * 100),
                        change.leaving().isEmpty()
                                ? ""
                                : "; it would take the place of " + String.join(", ", change.leaving()));
            }
        }
    }

    private void fields(TableKeyReport table) {
        final StringBuilder fields = new StringBuilder();
        for (final Map.Entry<String, Double> field : table.fields().entrySet()) {
            fields.append(fields.isEmpty() ? "" : ", ")
                    .append(field.getKey())
                    .append(String.format(Locale.ROOT, " %,.0f", field.getValue()));
        }
        line("  fields asked of: %s", fields.isEmpty() ? "none" : fields);
    }

    private void shapes(TableKeyReport table) {
        if (!table.shapes().isEmpty()) {
            line("  %-44s %10s %10s %10s", "shape", "asked", "costs", "by scan");
        }
        int count = 0;
        for (final ShapeReport shape : table.shapes()) {
            if (count++ == MOST_SHAPES) {
                line("  and %,d more", table.shapes().size() - MOST_SHAPES);
                break;
            }
            line(
                    "  %-44s %,10.0f %10s %10s",
                    shape.shape(), shape.count(), time(shape.costNs()), time(shape.costWithoutNs()));
        }
    }

    private void keys(TableKeyReport table) {
        if (!table.keys().isEmpty()) {
            line("  %-44s %10s %10s %12s", "key", "bytes", "uses", "rows read");
        }
        for (final KeyInForce key : table.keys()) {
            line("  %-44s %10s %,10d %,12d", key.name(), bytes(key.bytes()), key.uses(), key.rowsExamined());
            line("      %s", key.isPinned() && !key.why().startsWith("pinned") ? "pinned; " + key.why() : key.why());
        }
    }

    private void history(KeyReport report) {
        if (report.history().isEmpty()) {
            return;
        }
        line("");
        line("history");
        final int from = Math.max(0, report.history().size() - MOST_EVENTS);
        report.history().subList(from, report.history().size()).forEach(event -> line("  %s", event));
    }

    private static String withoutTable(String key) {
        return key.substring(key.indexOf(": ") + 2);
    }

    static String bytes(long bytes) {
        if (bytes < 10_000) {
            return String.format(Locale.ROOT, "%,d B", bytes);
        }
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%,d kB", bytes / 1_000)
                : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
    }

    static String time(double ns) {
        if (ns < 1e6) {
            return String.format(Locale.ROOT, ns < 1e4 ? "%.1f µs" : "%.0f µs", ns / 1e3);
        }
        return String.format(Locale.ROOT, "%,.1f ms", ns / 1e6);
    }

    private void line(String pattern, Object... values) {
        text.append(String.format(Locale.ROOT, pattern, values).stripTrailing()).append('\n');
    }
}
