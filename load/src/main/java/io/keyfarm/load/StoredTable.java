package io.keyfarm.load;

import io.keyfarm.rows.TableSchema;
import java.util.List;

/**
 * What a data directory says of a table, before its files are looked at.
 *
 * @param generation rises with each that is written, over all tables of the directory
 * @param segmentCount how many times rows were written that are still as they were written then: one, unless some were
 *     appended
 * @param partCount of each segment
 * @param fileBytes of this generation, with those it shares with others
 */
public record StoredTable(
        TableSchema schema,
        long generation,
        int segmentCount,
        int partCount,
        long rowCount,
        long fileBytes,
        List<KeyEntry> keys) {
    public StoredTable {
        keys = List.copyOf(keys);
    }

    static StoredTable of(GenerationFiles files) {
        return new StoredTable(
                files.schema(),
                files.number(),
                files.segments().size(),
                files.partCount(),
                files.rowCount(),
                files.fileBytes(),
                files.keys());
    }

    public String name() {
        return schema.name();
    }
}
