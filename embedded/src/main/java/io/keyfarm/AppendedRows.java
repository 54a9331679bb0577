package io.keyfarm;

import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.rows.JoinedSlabs;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are to stand behind those that slaves have, and the segment they become: alone, or with rows of segments that are
 * there, copied from slab to slab.
 *
 * <pre>
 *   slave 0   | main | 40 | 30 | 10 |  + 10      kept: main, 40, 30      new: 10 + 10
 *   slave 1   | main | 40 | 30 | 10 |  + 10
 * </pre>
 */
final class AppendedRows {
    private final TableSchema schema;
    /** By slave, then by segment; the slaves'. */
    private final List<List<Slab>> parts;

    private final MemoryLedger ledger;

    AppendedRows(String table, List<Slave> slaves, MemoryLedger ledger) {
        parts = slaves.stream().map(slave -> slave.slabs(table)).toList();
        schema = parts.get(0).get(0).schema();
        this.ledger = ledger;
    }

    /** Rows of the segments there are, over all slaves; the main one first. */
    long[] rowCounts() {
        final long[] counts = new long[segmentCount()];
        for (final List<Slab> part : parts) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] += part.get(i).rowCount();
            }
        }
        return counts;
    }

    int segmentCount() {
        return parts.get(0).size();
    }

    /**
     * Reads the rows and answers the generation to be; null if there are none.
     *
     * @param isWhole whether all rows are to become one segment, however few are new
     */
    @Nullable
    NewGeneration read(RowSource source, boolean isWhole, LoadProgress progress) throws IOException {
        final List<Slab> fresh = deal(source, progress);
        boolean isTaken = false;
        try {
            final long newRows = fresh.stream().mapToLong(Slab::rowCount).sum();
            if (newRows == 0) {
                return null;
            }
            final int kept = isWhole || !canStandBehind(fresh) ? 0 : AppendPlan.keptCount(rowCounts(), newRows);
            isTaken = kept == segmentCount();
            return new NewGeneration(kept, List.of(new NewSegment(isTaken ? fresh : merge(kept, fresh))));
        } finally {
            if (!isTaken) {
                fresh.forEach(Slab::close);
            }
        }
    }

    private List<Slab> deal(RowSource source, LoadProgress progress) throws IOException {
        final List<SlabBuilder> builders = new ArrayList<>();
        for (final List<Slab> part : parts) {
            builders.add(builder(part, part.size()));
        }
        try (DealtRows rows = new DealtRows(builders, shortest())) {
            source.load(rows, progress);
            return rows.build();
        }
    }

    /** The part with the fewest rows, where dealing goes on: so parts stay alike, also where rows come one by one. */
    private int shortest() {
        int shortest = 0;
        for (int i = 1; i < parts.size(); i++) {
            shortest = rowCount(parts.get(i)) < rowCount(parts.get(shortest)) ? i : shortest;
        }
        return shortest;
    }

    private static long rowCount(List<Slab> part) {
        return part.stream().mapToLong(Slab::rowCount).sum();
    }

    /** Whether there are row numbers for all. */
    private boolean canStandBehind(List<Slab> fresh) {
        for (int i = 0; i < parts.size(); i++) {
            final List<Slab> all = new ArrayList<>(parts.get(i));
            all.add(fresh.get(i));
            if (!JoinedSlabs.canJoin(all)) {
                return false;
            }
        }
        return true;
    }

    /** Copies the rows behind those that are kept, and the fresh ones, into one slab for each slave. */
    private List<Slab> merge(int kept, List<Slab> fresh) {
        final List<Slab> merged = new ArrayList<>();
        boolean isDone = false;
        try {
            for (int i = 0; i < parts.size(); i++) {
                final List<Slab> part = parts.get(i);
                try (SlabBuilder rows = kept == 0 ? new SlabBuilder(schema, ledger) : builder(part, kept)) {
                    part.subList(kept, part.size()).forEach(rows::addAll);
                    merged.add(rows.addAll(fresh.get(i)).build());
                }
            }
            isDone = true;
            return merged;
        } finally {
            if (!isDone) {
                merged.forEach(Slab::close);
            }
        }
    }

    /** For rows behind the first {@code kept} segments of a part. */
    private SlabBuilder builder(List<Slab> part, int kept) {
        final Slab last = part.get(kept - 1);
        return SlabBuilder.behind(schema, ledger, last.rowShift(), last.endHeapChunk());
    }
}
