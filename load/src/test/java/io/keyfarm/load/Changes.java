package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A row of changes to a data directory, each of which leaves a state that is told from all others. */
final class Changes {
    static final String NOTHING = "";

    private static final int ROWS = 4;

    /** One of them, and the state after it. */
    record Change(String after, Doing doing) {}

    /** What it does. */
    interface Doing {
        void to(DataDirectory data) throws IOException;
    }

    static final List<Change> ALL = List.of(
            new Change("orders 1 of 2 []\n", data -> write(data, "orders", 1, 2)),
            new Change("orders 2 of 1 []\n", data -> write(data, "orders", 2, 1)),
            new Change("customers 3 of 1 []\norders 2 of 1 []\n", data -> write(data, "customers", 3, 1)),
            new Change(
                    "customers 3 of 1 []\norders 2 of 1 [row COLD]\n",
                    data -> data.keys("orders", List.of(new KeyEntry("row", "COLD", 0)))),
            new Change("customers 3 of 1 []\norders 4 of 2 []\n", data -> write(data, "orders", 4, 2)),
            new Change("orders 4 of 2 []\n", data -> data.drop("customers")),
            new Change("orders 5 of 1 []\n", data -> write(data, "orders", 5, 1)),
            new Change("orders 5 6 of 1 []\n", data -> append(data, 6, 1, 1)),
            new Change("orders 5 6 7 of 1 []\n", data -> append(data, 7, 2, 1)),
            new Change(
                    "orders 5 6 7 of 1 [row HOT]\n",
                    data -> data.keys("orders", List.of(new KeyEntry("row", "HOT", 1)))),
            new Change("orders 5 8 of 1 []\n", data -> append(data, 8, 1, 1)),
            new Change("orders 9 of 2 []\n", data -> write(data, "orders", 9, 2)),
            new Change("orders 9 10 of 2 []\n", data -> append(data, 10, 1, 2)));

    private Changes() {}

    /** The state after so many changes. */
    static String after(int count) {
        return count == 0 ? NOTHING : ALL.get(count - 1).after();
    }

    private static void write(DataDirectory data, String table, int number, int parts) throws IOException {
        put(data, 0, SomeRows.generation(table, number, parts, ROWS));
    }

    /** Behind the first {@code kept} segments of orders. */
    private static void append(DataDirectory data, int number, int kept, int parts) throws IOException {
        put(data, kept, SomeRows.generation("orders", number, parts, ROWS, kept));
    }

    private static void put(DataDirectory data, int kept, List<Slab> slabs) throws IOException {
        try {
            data.append(kept, slabs, SomeRows.NO_KEYS, LoadProgress.NONE);
        } finally {
            SomeRows.close(slabs);
        }
    }

    /** What the directory serves, after every row was found to be of the one generation. */
    static String state(DataDirectory data) {
        final StringBuilder state = new StringBuilder();
        for (final StoredTable table : data.tables()) {
            try (MappedTable mapped = data.map(table.name(), LoadProgress.NONE)) {
                state.append(state(mapped));
            }
        }
        return state.toString();
    }

    private static String state(MappedTable mapped) {
        final String table = mapped.schema().name();
        final StringBuilder numbers = new StringBuilder();
        for (int segment = 0; segment < mapped.segments().size(); segment++) {
            final List<Slab> parts = mapped.segments().get(segment);
            final int number = (int) parts.get(0).statistics(0).minSortable();
            numbers.append(number).append(' ');
            final List<Slab> expected = SomeRows.generation(table, number, parts.size(), ROWS, segment);
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(SomeRows.text(expected.get(i)), SomeRows.text(parts.get(i)));
            }
            SomeRows.close(expected);
        }
        final List<String> keys = new ArrayList<>();
        mapped.keys().forEach(key -> keys.add(key.key() + " " + key.tier()));
        return "%s %sof %d %s\n".formatted(table, numbers, mapped.partCount(), keys);
    }
}
