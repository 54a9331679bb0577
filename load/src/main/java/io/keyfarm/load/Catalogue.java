package io.keyfarm.load;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What tables a data directory has, and where. Immutable: each change makes the next catalogue, which is in force from the
 * moment its file has its name.
 *
 * @param number also that of the generation it was made for
 * @param previousNumber the catalogue before it, 0 if there was none
 * @param tables by name
 */
record Catalogue(long number, long previousNumber, SortedMap<String, TableFiles> tables) {
    static final Catalogue EMPTY = new Catalogue(1, 0, new TreeMap<>());

    /** The next one, with the table as given; it replaces what was there. */
    Catalogue with(long nextNumber, TableFiles table) {
        final SortedMap<String, TableFiles> next = new TreeMap<>(tables);
        next.put(table.current().table(), table);
        return new Catalogue(nextNumber, number, next);
    }

    Catalogue without(long nextNumber, String table) {
        final SortedMap<String, TableFiles> next = new TreeMap<>(tables);
        next.remove(table);
        return new Catalogue(nextNumber, number, next);
    }

    /** Files of the generations in force. */
    Set<String> currentFiles() {
        final Set<String> files = new HashSet<>();
        for (final TableFiles table : tables.values()) {
            table.current().parts().forEach(part -> files.add(part.name()));
        }
        return files;
    }

    /** Files of the generations in force and of those before them. */
    Set<String> files() {
        final Set<String> files = currentFiles();
        for (final GenerationFiles generation : generations()) {
            generation.parts().forEach(part -> files.add(part.name()));
        }
        return files;
    }

    /** All that it names. */
    List<GenerationFiles> generations() {
        final List<GenerationFiles> generations = new ArrayList<>();
        for (final TableFiles table : tables.values()) {
            generations.add(table.current());
            if (table.previous() != null) {
                generations.add(table.previous());
            }
        }
        return generations;
    }
}
