package io.keyfarm.farmer;

import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The tables a farmer can ask, by name. Thread-safe: an entry is replaced whole. */
public final class Catalogue {
    private final Map<String, TableEntry> entries = new ConcurrentHashMap<>();

    public void put(TableEntry entry) {
        entries.put(entry.schema().name(), entry);
    }

    public void remove(String table) {
        entries.remove(table);
    }

    public @Nullable TableEntry find(String table) {
        return entries.get(table);
    }

    /** @throws BadValueException naming the tables there are, if there is no such table */
    public TableEntry require(String table) {
        final TableEntry entry = entries.get(table);
        if (entry == null) {
            throw new BadValueException("there is no table " + table
                    + (entries.isEmpty()
                            ? "; nothing is loaded"
                            : "; there are " + String.join(", ", new TreeSet<>(entries.keySet()))));
        }
        return entry;
    }

    public List<TableEntry> entries() {
        return new ArrayList<>(entries.values());
    }
}
