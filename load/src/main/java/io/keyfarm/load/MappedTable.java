package io.keyfarm.load;

import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import java.util.List;

/**
 * A table as it came back from disk.
 *
 * @param generation the one that serves: the previous one, if the newest is damaged
 * @param parts in order, mapped; whoever asked for them closes each once its last reader has left
 * @param keys that the table had, to be built again
 */
public record MappedTable(TableSchema schema, long generation, List<Slab> parts, List<KeyEntry> keys)
        implements AutoCloseable {
    public MappedTable {
        parts = List.copyOf(parts);
        keys = List.copyOf(keys);
    }

    /** All rows as they were dealt to the parts, to be dealt to another number of them. */
    public RowSource rows() {
        return new PartRows(schema, parts);
    }

    @Override
    public void close() {
        parts.forEach(Slab::close);
    }
}
