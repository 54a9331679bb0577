package io.keyfarm;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.TableKey;
import io.keyfarm.load.KeyEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The keys that all tables have now, but for routed ones, which do not grow. Thread-safe. */
final class KeysInForce {
    private final Tables tables;

    KeysInForce(Tables tables) {
        this.tables = tables;
    }

    /** In the order in which hints count them, bitmaps and the like behind them. */
    List<KeyCandidate> of(String table) {
        return tables.keyList(table).stream()
                .filter(key -> !KeyEntries.isRouted(key))
                .map(KeyEntries::candidate)
                .toList();
    }

    Set<TableKey> all() {
        return those(false, false);
    }

    /** Those that somebody wants, whatever they save. */
    Set<TableKey> pinned() {
        return those(true, false);
    }

    Set<TableKey> grown() {
        return those(false, true);
    }

    private Set<TableKey> those(boolean onlyPinned, boolean onlyGrown) {
        final Set<TableKey> all = new LinkedHashSet<>();
        for (final String table : tables.names()) {
            for (final KeyEntry key : new ArrayList<>(tables.keyList(table))) {
                final boolean isWanted = KeyEntries.isGrown(key) ? !onlyPinned : !onlyGrown;
                if (!KeyEntries.isRouted(key) && isWanted) {
                    all.add(new TableKey(table, KeyEntries.candidate(key)));
                }
            }
        }
        return all;
    }

    /** As costs and budgets name them. */
    Set<String> names() {
        return all().stream().map(TableKey::toString).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
