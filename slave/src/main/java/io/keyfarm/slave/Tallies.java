package io.keyfarm.slave;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tallies of a slave's tables. By schema: a table that comes back with other fields has another tally, and what was
 * counted of the old one goes with its last generation.
 */
final class Tallies {
    private final boolean isEver;
    private volatile boolean isOn;
    private final Map<TableSchema, TableTally> tables = new ConcurrentHashMap<>();

    /** @param isEver whether anything is ever counted */
    Tallies(boolean isEver) {
        this.isEver = isEver;
        isOn = isEver;
    }

    boolean isOn() {
        return isOn;
    }

    void turn(boolean on) {
        isOn = on && isEver;
    }

    /** Before the part is in sight. */
    void onPart(TableSchema schema) {
        if (isEver) {
            tables.computeIfAbsent(schema, it -> new TableTally(this, it));
        }
    }

    /** A part of this schema is gone, and these are left of its table. */
    void onGone(TableSchema schema, Generations left) {
        if (left.all().stream().noneMatch(part -> part.slab().schema().equals(schema))) {
            tables.remove(schema);
        }
    }

    /** Null where nothing is counted, or the table is gone. */
    @Nullable
    TableTally find(TableSchema schema) {
        return tables.get(schema);
    }

    /** The key's memory is free. */
    void forget(Object key) {
        for (final TableTally table : tables.values()) {
            table.forget(key);
        }
    }

    /** Of the keys that the part has now over its first segment, where most rows are, and of the scan. */
    List<KeyUse> uses(TablePart part) {
        final TableTally table = tables.get(part.slab().schema());
        final List<KeyUse> uses = new ArrayList<>();
        if (table != null) {
            final KeyShelf shelf = part.segment(0).shelf();
            for (final SortedKey key : shelf.keys()) {
                final boolean isHot = key.tier() == KeyTier.HOT;
                final KeyCandidate.Kind kind = isHot ? KeyCandidate.Kind.HOT : KeyCandidate.Kind.COLD;
                uses.add(table.use(new KeyCandidate(key.spec(), kind).toString(), key));
            }
            for (final BitmapKey key : shelf.bitmaps()) {
                uses.add(table.use(new KeyCandidate(key.spec(), KeyCandidate.Kind.BITMAP).toString(), key));
            }
            for (final ColumnCopy copy : shelf.columns()) {
                uses.add(table.use(new KeyCandidate(copy.spec(), KeyCandidate.Kind.COLUMN).toString(), copy));
            }
            uses.add(table.use(KeyUse.FULL_SCAN, SessionTally.SCAN));
        }
        return uses;
    }

    /** One session's, made as its reads meet the tables. For the session's thread. */
    static final class OfSession implements AutoCloseable {
        private final Tallies all;
        private final Map<TableSchema, SessionTally> mine = new HashMap<>();

        OfSession(Tallies all) {
            this.all = all;
        }

        /** Null where nothing is counted. */
        @Nullable
        SessionTally of(TableSchema schema) {
            final TableTally table = all.find(schema);
            if (table == null) {
                return null;
            }
            final SessionTally known = mine.get(schema);
            if (known != null && known.table() == table) {
                return known;
            }
            // Of tables that are gone, or have come back since, nobody asks any more.
            mine.entrySet()
                    .removeIf(it -> all.find(it.getKey()) != it.getValue().table());
            final SessionTally fresh = table.open();
            mine.put(schema, fresh);
            return fresh;
        }

        @Override
        public void close() {
            mine.values().forEach(it -> it.table().close(it));
            mine.clear();
        }
    }
}
