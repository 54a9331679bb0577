package io.keyfarm.farmer;

import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tables a farmer can ask, by name. Thread-safe: a change puts other {@link Tables} in the place of those there are, by
 * one reference, so that whoever asks for several sees them as they were at one moment.
 */
public final class Catalogue {
    private volatile Tables tables = new Tables(Map.of());

    public synchronized void put(TableEntry entry) {
        final Map<String, TableEntry> changed = new HashMap<>(tables.entries);
        changed.put(entry.schema().name(), entry);
        tables = new Tables(changed);
    }

    /** Puts {@code after} in the place of {@code before}; false, and nothing is changed, if that is not there any more. */
    synchronized boolean replace(TableEntry before, TableEntry after) {
        if (!before.equals(tables.entries.get(before.schema().name()))) {
            return false;
        }
        put(after);
        return true;
    }

    public synchronized void remove(String table) {
        final Map<String, TableEntry> changed = new HashMap<>(tables.entries);
        changed.remove(table);
        tables = new Tables(changed);
    }

    public @Nullable TableEntry find(String table) {
        return tables.entries.get(table);
    }

    /** @throws BadValueException naming the tables there are, if there is no such table */
    public TableEntry require(String table) {
        return tables.require(table);
    }

    public List<TableEntry> entries() {
        return new ArrayList<>(tables.entries.values());
    }

    /** All tables as they are at this moment. */
    Tables now() {
        return tables;
    }

    /** The tables of one moment. Never changed. */
    static final class Tables {
        private final Map<String, TableEntry> entries;

        private Tables(Map<String, TableEntry> entries) {
            this.entries = entries;
        }

        TableEntry require(String table) {
            final TableEntry entry = entries.get(table);
            if (entry == null) {
                throw new BadValueException("there is no table " + table
                        + (entries.isEmpty()
                                ? "; nothing is loaded"
                                : "; there are " + String.join(", ", new TreeSet<>(entries.keySet()))));
            }
            return entry;
        }
    }
}
