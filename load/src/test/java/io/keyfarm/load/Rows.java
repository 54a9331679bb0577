package io.keyfarm.load;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Loads a source whole and shows its rows as Java values. */
final class Rows {
    private Rows() {}

    static List<List<@Nullable Object>> of(RowSource source) throws IOException {
        return of(source, LoadProgress.NONE);
    }

    static List<List<@Nullable Object>> of(RowSource source, LoadProgress progress) throws IOException {
        final MemoryLedger ledger = MemoryLedger.unlimited("test");
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        try (SlabBuilder builder = new SlabBuilder(source.schema(), ledger)) {
            final long count = source.load(builder, progress);
            try (Slab slab = builder.build()) {
                if (count != slab.rowCount()) {
                    throw new AssertionError("said " + count + " rows, gave " + slab.rowCount());
                }
                final RowView view = slab.newView();
                for (int row = 0; row < slab.rowCount(); row++) {
                    slab.view(row, view);
                    rows.add(values(view));
                }
            }
        }
        if (ledger.usedBytes() != 0) {
            throw new AssertionError(ledger);
        }
        return rows;
    }

    /** Off-heap bytes of all rows. */
    static long bytes(RowSource source) throws IOException {
        try (SlabBuilder builder = new SlabBuilder(source.schema(), MemoryLedger.unlimited("test"))) {
            source.load(builder, LoadProgress.NONE);
            try (Slab slab = builder.build()) {
                return slab.bytes();
            }
        }
    }

    private static List<@Nullable Object> values(RowView view) {
        final List<@Nullable Object> values = new ArrayList<>();
        for (int field = 0; field < view.schema().fieldCount(); field++) {
            final Object value = view.get(field);
            values.add(value instanceof byte[] bytes ? "\\x" + HexFormat.of().formatHex(bytes) : value);
        }
        return values;
    }

    /** One line for each row. */
    static String text(RowSource source) throws IOException {
        final StringBuilder text = new StringBuilder();
        for (final List<@Nullable Object> row : of(source)) {
            text.append(row).append('\n');
        }
        return text.toString();
    }

    static Path write(Path directory, String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    /** The schema's fields, without the table's name. */
    static String fields(RowSource source) {
        final String schema = source.schema().toString();
        return schema.substring(schema.indexOf(' ') + 1);
    }
}
