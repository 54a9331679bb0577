package io.keyfarm.farmer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One generation of each table that a flow reads, from the start of a run to its end: reads of a flow begin at different
 * moments, and must not find different rows. Tables that are replaced one after another are seen as they were at one
 * moment.
 */
final class HeldTables {
    private final Catalogue catalogue;
    private final List<PreparedQuery> reads;
    private final @Nullable TableEntry[] held;

    HeldTables(Catalogue catalogue, List<PreparedQuery> reads) {
        this.catalogue = catalogue;
        this.reads = List.copyOf(reads);
        held = new TableEntry[reads.size()];
    }

    /** @throws io.keyfarm.rows.BadValueException if there is no such table any more; {@link #release} is still due */
    void hold(long deadlineNs) {
        while (!tryHold(catalogue.now(), deadlineNs)) {
            // A table was replaced since the look at the catalogue, which shows the new one by now.
            release();
        }
    }

    private boolean tryHold(Catalogue.Tables tables, long deadlineNs) {
        for (int i = 0; i < held.length; i++) {
            final TableEntry entry = tables.require(reads.get(i).plan().tableName());
            if (!entry.holds().tryHold(deadlineNs)) {
                return false;
            }
            held[i] = entry;
            reads.get(i).readOnly(entry);
        }
        return true;
    }

    /** Ends what {@link #hold} began, as far as it came. */
    void release() {
        for (int i = 0; i < held.length; i++) {
            final TableEntry entry = held[i];
            if (entry != null) {
                held[i] = null;
                reads.get(i).readOnly(null);
                entry.holds().release();
            }
        }
    }
}
