package io.keyfarm.load;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Maps all parts of a generation, or none. */
final class GenerationReader {
    private GenerationReader() {}

    /** @throws LoadException naming the file that is not the one the catalogue says, or not whole */
    static List<Slab> map(Path directory, GenerationFiles generation, MemoryLedger ledger, LoadProgress listener) {
        final FilesProgress progress = new FilesProgress(listener, generation.table(), generation.fileBytes());
        final List<Slab> slabs = new ArrayList<>();
        boolean isDone = false;
        try {
            for (int i = 0; i < generation.parts().size(); i++) {
                final PartFile part = generation.parts().get(i);
                try (PartReader reader = new PartReader(directory.resolve(part.name()))) {
                    requireSame(generation, i, reader.header());
                    slabs.add(reader.map(ledger, part.crc(), progress));
                }
            }
            progress.end();
            isDone = true;
            return slabs;
        } finally {
            if (!isDone) {
                slabs.forEach(Slab::close);
            }
        }
    }

    private static void requireSame(GenerationFiles generation, int index, PartHeader header) {
        final PartFile part = generation.parts().get(index);
        final int count = generation.parts().size();
        if (!header.id().equals(part.id())
                || header.generation() != generation.number()
                || header.partIndex() != index
                || header.partCount() != count
                || header.rowCount() != part.rowCount()
                || !header.schema().equals(generation.schema())) {
            throw LoadException.ofFile(
                    part.name(),
                    "files were swapped: here should be %s, but it is %s"
                            .formatted(
                                    name(
                                            index,
                                            count,
                                            generation.number(),
                                            generation.table(),
                                            part.id(),
                                            part.rowCount()),
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
