package io.keyfarm.load;

import io.keyfarm.rows.TableSchema;
import java.util.List;

/** One generation of a table: where its rows are, and its keys. */
record GenerationFiles(long number, TableSchema schema, List<PartFile> parts, List<KeyEntry> keys) {
    GenerationFiles {
        parts = List.copyOf(parts);
        keys = List.copyOf(keys);
    }

    String table() {
        return schema.name();
    }

    GenerationFiles withKeys(List<KeyEntry> newKeys) {
        return new GenerationFiles(number, schema, parts, newKeys);
    }

    long fileBytes() {
        return parts.stream().mapToLong(PartFile::fileBytes).sum();
    }

    long rowCount() {
        return parts.stream().mapToLong(PartFile::rowCount).sum();
    }
}
