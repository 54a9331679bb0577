package io.keyfarm.load;

import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import java.util.List;

/**
 * A table as it came back from disk.
 *
 * @param generation the one that serves: the previous one, if the newest is damaged
 * @param segments in order, each with its parts in order, as many as the others, mapped; whoever asked for them closes each
 *     once its last reader has left
 * @param keys that the table had, to be built again
 */
public record MappedTable(TableSchema schema, long generation, List<List<Slab>> segments, List<KeyEntry> keys)
        implements AutoCloseable {
    public MappedTable {
        segments = segments.stream().map(List::copyOf).toList();
        keys = List.copyOf(keys);
    }

    public int partCount() {
        return segments.get(0).size();
    }

    /** All segments' parts, one segment's after the other's. */
    public List<Slab> parts() {
        return segments.stream().flatMap(List::stream).toList();
    }

    /** All rows as they were dealt to the parts, to be dealt to another number of them. */
    public RowSource rows() {
        return new PartRows(schema, segments);
    }

    @Override
    public void close() {
        parts().forEach(Slab::close);
    }
}
