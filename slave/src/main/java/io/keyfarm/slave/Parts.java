package io.keyfarm.slave;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Slab;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The parts that a slave holds, by table and generation. Changed under the slave's lock, found without. */
final class Parts {
    private final Map<String, Generations> tables = new ConcurrentHashMap<>();

    private Generations generations(String table) {
        return tables.getOrDefault(table, Generations.NONE);
    }

    /** The one of this generation, or the newest one for {@link Generations#NEWEST}; null if there is none. */
    @Nullable
    TablePart find(String table, long generationDigest) {
        final Generations generations = tables.get(table);
        return generations == null ? null : generations.find(generationDigest);
    }

    /** The newest one. */
    TablePart require(String table) {
        final TablePart part = find(table, Generations.NEWEST);
        if (part == null) {
            throw new BadValueException("there is no table " + table + " here; there are " + tables.keySet());
        }
        return part;
    }

    /** Of the newest part of the slab's table. */
    Segment requireSegment(Slab slab) {
        for (final Segment segment : require(slab.schema().name()).segments()) {
            if (segment.slab() == slab) {
                return segment;
            }
        }
        throw new IllegalArgumentException("these rows of " + slab.schema().name() + " are no segment here");
    }

    /** One of these slabs behind the first {@code keptCount} segments of the newest part that is here. */
    TablePart part(List<Slab> slabs, int keptCount, long generationDigest) {
        final List<Segment> segments = new ArrayList<>();
        if (keptCount > 0) {
            final String table = slabs.get(0).schema().name();
            segments.addAll(require(table).segments().subList(0, keptCount));
        }
        slabs.forEach(slab -> segments.add(new Segment(slab)));
        return new TablePart(segments, generationDigest);
    }

    void add(TablePart part) {
        tables.put(part.table(), generations(part.table()).with(part));
    }

    /** Answers the generations of its table that are left. */
    Generations remove(TablePart part) {
        final String table = part.table();
        final Generations left = generations(table).without(part);
        if (left.isEmpty()) {
            tables.remove(table);
        } else {
            tables.put(table, left);
        }
        return left;
    }

    boolean has(String table) {
        return tables.containsKey(table);
    }

    /** By name. */
    List<String> tables() {
        return tables.keySet().stream().sorted().toList();
    }

    /** Forgets all; answers them. */
    List<TablePart> removeAll() {
        final List<TablePart> all = new ArrayList<>();
        tables.values().forEach(generations -> all.addAll(generations.all()));
        tables.clear();
        return all;
    }
}
