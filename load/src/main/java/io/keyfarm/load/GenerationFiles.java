package io.keyfarm.load;

import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * One generation of a table: where its rows are, and its keys.
 *
 * @param segments at least one, of as many parts each; the last came with this generation, those before it with others, which
 *     have their files as well
 */
record GenerationFiles(long number, TableSchema schema, List<SegmentFiles> segments, List<KeyEntry> keys) {
    GenerationFiles {
        segments = List.copyOf(segments);
        keys = List.copyOf(keys);
    }

    /** Of one segment. */
    static GenerationFiles of(long number, TableSchema schema, List<PartFile> parts, List<KeyEntry> keys) {
        return new GenerationFiles(number, schema, List.of(new SegmentFiles(number, parts)), keys);
    }

    String table() {
        return schema.name();
    }

    /** Whether all its files came with it. */
    boolean isWhole() {
        return segments.size() == 1 && segments.get(0).number() == number;
    }

    int partCount() {
        return segments.get(0).parts().size();
    }

    /** Of all segments. */
    List<PartFile> parts() {
        return segments.stream().flatMap(segment -> segment.parts().stream()).toList();
    }

    GenerationFiles withKeys(List<KeyEntry> newKeys) {
        return new GenerationFiles(number, schema, segments, newKeys);
    }

    /** With segments of other generations before its own. */
    GenerationFiles behind(List<SegmentFiles> kept) {
        final List<SegmentFiles> all = new ArrayList<>(kept);
        all.addAll(segments);
        return new GenerationFiles(number, schema, all, keys);
    }

    long fileBytes() {
        return parts().stream().mapToLong(PartFile::fileBytes).sum();
    }

    long rowCount() {
        return segments.stream().mapToLong(SegmentFiles::rowCount).sum();
    }
}
