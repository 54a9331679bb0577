package io.keyfarm.load;

import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes the part files of one generation: each beside its name, synced, renamed; then the names synced. What it leaves
 * behind when it fails is the caller's to sweep away.
 */
final class GenerationWriter {
    /** What a file has for a last name while it is being written. */
    static final String BESIDE = ".new";

    private final Path directory;
    private final Disk disk;
    private final int blockBytes;
    private final List<PartWriter> writers = new ArrayList<>();
    private final List<PartFile> files = new ArrayList<>();
    private final TableSchema schema;
    private final long number;

    GenerationWriter(Path directory, Disk disk, Random random, int blockBytes, long number, List<Slab> slabs) {
        this.directory = directory;
        this.disk = disk;
        this.blockBytes = blockBytes;
        this.number = number;
        if (slabs.isEmpty()) {
            throw new IllegalArgumentException("a table has at least one part");
        }
        schema = slabs.get(0).schema();
        for (int i = 0; i < slabs.size(); i++) {
            final Slab slab = slabs.get(i);
            if (!slab.schema().equals(schema)) {
                throw new IllegalArgumentException("the parts of a table have one schema; part 0 has " + schema
                        + ", and part " + i + " has " + slab.schema());
            }
            final PartId id = PartId.random(random);
            final PartWriter writer =
                    new PartWriter(PartHeader.of(slab, id, number, i, slabs.size(), this.blockBytes), slab);
            writers.add(writer);
            files.add(new PartFile(
                    PartFile.name(schema.name(), number, i, id), id, slab.rowCount(), writer.fileBytes(), 0));
        }
    }

    /** What the catalogue will say; the checksums are 0 until the files are written. */
    GenerationFiles files(List<KeyEntry> keys) {
        return GenerationFiles.of(number, schema, files, keys);
    }

    void write(LoadProgress listener) throws IOException {
        final long bytes = files.stream().mapToLong(PartFile::fileBytes).sum();
        final FilesProgress progress = new FilesProgress(listener, schema.name(), bytes);
        for (int i = 0; i < files.size(); i++) {
            final PartFile part = files.get(i);
            final Path path = directory.resolve(part.name());
            final Path beside = directory.resolve(part.name() + BESIDE);
            final int crc;
            try (Disk.File file = disk.create(beside)) {
                crc = writers.get(i).write(file, progress);
                file.sync();
            }
            disk.rename(beside, path);
            files.set(i, new PartFile(part.name(), part.id(), part.rowCount(), part.fileBytes(), crc));
        }
        disk.syncDirectory(directory);
        progress.end();
    }
}
