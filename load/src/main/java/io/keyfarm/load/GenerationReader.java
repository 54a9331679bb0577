package io.keyfarm.load;

import io.keyfarm.rows.JoinedSlabs;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Maps all parts of a generation's segments, or none. */
final class GenerationReader {
    private GenerationReader() {}

    /**
     * The slabs by segment, then by part.
     *
     * @throws LoadException naming the file that is not the one the catalogue says, or not whole
     */
    static List<List<Slab>> map(
            Path directory, GenerationFiles generation, MemoryLedger ledger, LoadProgress listener) {
        final FilesProgress progress = new FilesProgress(listener, generation.table(), generation.fileBytes());
        final List<List<Slab>> segments = new ArrayList<>();
        boolean isDone = false;
        try {
            for (final SegmentFiles segment : generation.segments()) {
                final List<Slab> slabs = new ArrayList<>();
                segments.add(slabs);
                for (int i = 0; i < segment.parts().size(); i++) {
                    final PartFile part = segment.parts().get(i);
                    try (PartReader reader = new PartReader(directory.resolve(part.name()))) {
                        requireSame(generation.schema(), segment, i, reader.header());
                        slabs.add(reader.map(ledger, part.crc(), progress));
                    }
                    requireJoinable(segments, i, part.name());
                }
            }
            progress.end();
            isDone = true;
            return segments;
        } finally {
            if (!isDone) {
                segments.forEach(slabs -> slabs.forEach(Slab::close));
            }
        }
    }

    private static void requireJoinable(List<List<Slab>> segments, int part, String file) {
        if (!JoinedSlabs.canJoin(segments.stream().map(slabs -> slabs.get(part)).toList())) {
            throw LoadException.ofFile(
                    file,
                    "its rows cannot stand behind those of the files before it: they were appended to others",
                    null);
        }
    }

    private static void requireSame(TableSchema schema, SegmentFiles segment, int index, PartHeader header) {
        final PartFile part = segment.parts().get(index);
        final int count = segment.parts().size();
        if (!header.id().equals(part.id())
                || header.generation() != segment.number()
                || header.partIndex() != index
                || header.partCount() != count
                || header.rowCount() != part.rowCount()
                || !header.schema().equals(schema)) {
            throw LoadException.ofFile(
                    part.name(),
                    "files were swapped: here should be %s, but it is %s"
                            .formatted(
                                    name(index, count, segment.number(), schema.name(), part.id(), part.rowCount()),
                                    name(
                                            header.partIndex(),
                                            header.partCount(),
                                            header.generation(),
                                            header.schema().name(),
                                            header.id(),
                                            header.rowCount())),
                    null);
        }
    }

    private static String name(int index, int count, long generation, String table, PartId id, int rowCount) {
        return "part %d of %d of generation %d of %s (%s, %d rows)"
                .formatted(index + 1, count, generation, table, id, rowCount);
    }
}
