package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tables that outlive a process: their rows in part files, mapped back as they are; their keys by name.
 *
 * <pre>
 *   lock                                    held while a process has the directory open
 *   catalogue.17                            in force: that it has its name makes it so
 *   catalogue.16                            in force if 17 is damaged
 *   orders.17.0.0123456789abcdef.part       part 0 of the generation of orders that came with catalogue 17
 *   orders.12.0.fedcba9876543210.part       of the generation before it, which serves if 17's is damaged
 *   orders.18.0.00112233aabbccdd.part.new   named by no catalogue: a write that did not end
 * </pre>
 *
 * A change writes new files beside the old, syncs them, gives them their names, syncs the names; then the same with a new
 * catalogue, whose rename is the moment of change. So after a crash at any point there is the old state or the new one,
 * and files that no catalogue names, which go when the directory is opened next. What was dropped or passed over is told
 * to the one who takes the notices.
 *
 * <p>Not thread-safe. Slabs that were mapped live on after their table has changed, and after this is closed.
 */
public final class DataDirectory implements AutoCloseable {
    static final int BLOCK_BYTES = 1 << 20;

    private final Path directory;
    private final MemoryLedger ledger;
    private final Disk disk;
    private final Random random;
    private final int blockBytes;
    private final Consumer<String> notices;
    private final DirectoryLock lock;
    private final CatalogueInForce catalogue;
    /** Generations for which the one before them was mapped. */
    private final Set<Long> passedOver = new HashSet<>();

    private boolean isClosed;

    private DataDirectory(
            Path directory,
            MemoryLedger ledger,
            Disk disk,
            Random random,
            int blockBytes,
            Consumer<String> notices,
            DirectoryLock lock)
            throws IOException {
        this.directory = directory;
        this.ledger = ledger;
        this.disk = disk;
        this.random = random;
        this.blockBytes = blockBytes;
        this.notices = notices;
        this.lock = lock;
        catalogue = CatalogueInForce.find(directory, disk, notices);
    }

    /**
     * Opens a directory, which is made if it is not there, and drops what unfinished writes left in it.
     *
     * @param ledger counts what will be mapped
     * @param notices takes a sentence for each thing that was dropped or passed over
     * @throws IOException if another process has it open, named by its id, or the disk fails
     * @throws LoadException if it has catalogues, and none that can be read
     */
    public static DataDirectory open(Path directory, MemoryLedger ledger, Consumer<String> notices) throws IOException {
        return open(directory, ledger, RealDisk.INSTANCE, new SecureRandom(), BLOCK_BYTES, notices);
    }

    static DataDirectory open(
            Path directory, MemoryLedger ledger, Disk disk, Random random, int blockBytes, Consumer<String> notices)
            throws IOException {
        make(directory.toAbsolutePath(), disk);
        final DirectoryLock lock = DirectoryLock.take(directory);
        boolean isDone = false;
        try {
            final DataDirectory opened = new DataDirectory(directory, ledger, disk, random, blockBytes, notices, lock);
            isDone = true;
            return opened;
        } finally {
            if (!isDone) {
                lock.close();
            }
        }
    }

    /** A directory that is made is a name in another one, and that must outlive a power cut as well. */
    private static void make(Path directory, Disk disk) throws IOException {
        if (!Files.isDirectory(directory)) {
            final Path above = Objects.requireNonNull(directory.getParent(), "there is no " + directory);
            make(above, disk);
            Files.createDirectory(directory);
            disk.syncDirectory(above);
        }
    }

    /** The tables, by name. */
    public List<StoredTable> tables() {
        return catalogue.current().tables().values().stream()
                .map(table -> StoredTable.of(serving(table)))
                .toList();
    }

    /**
     * Maps the table's parts, after every byte and every row of them was checked. If the newest generation is damaged, the
     * one before it is mapped, and a notice says what was found.
     *
     * @param progress hears of rows after each block of {@value #BLOCK_BYTES} bytes
     * @throws BadValueException if there is no such table
     * @throws LoadException naming the files and what is wrong with them, if no generation can be read
     */
    public MappedTable map(String table, LoadProgress progress) {
        requireOpen();
        final TableFiles files = require(table);
        final GenerationFiles current = files.current();
        final GenerationFiles before = files.previous();
        try {
            return mapGeneration(current, progress);
        } catch (LoadException e) {
            if (before == null) {
                throw LoadException.ofFile(
                        table, e.getMessage() + "; there is no generation before it: " + remedy(), e);
            }
            final MappedTable mapped = mapPrevious(table, before, e, progress);
            passedOver.add(current.number());
            notices.accept("%s: generation %d cannot be read, and the one before it, %d, serves: %s; %s"
                    .formatted(table, current.number(), before.number(), e.getMessage(), remedy()));
            return mapped;
        }
    }

    private MappedTable mapPrevious(String table, GenerationFiles before, LoadException newer, LoadProgress progress) {
        try {
            return mapGeneration(before, progress);
        } catch (LoadException e) {
            e.addSuppressed(newer);
            throw LoadException.ofFile(
                    table,
                    "neither of its generations can be read: %s; %s; %s"
                            .formatted(newer.getMessage(), e.getMessage(), remedy()),
                    e);
        }
    }

    private MappedTable mapGeneration(GenerationFiles files, LoadProgress progress) {
        return new MappedTable(
                files.schema(), files.number(), GenerationReader.map(directory, files, ledger, progress), files.keys());
    }

    private static String remedy() {
        return "restore the file from a copy and open the directory again, or load the table anew";
    }

    /**
     * Writes a generation of the table that the parts' schema names, and answers its number. When this returns the new
     * generation is in force, also after a power cut; if it throws, the old one is, unless the message says otherwise.
     *
     * @param parts at least one, all of one schema; they stay the caller's
     * @throws IOException naming both numbers if there is too little room on the disk, before anything is written
     */
    public long write(List<Slab> parts, List<KeyEntry> keys, LoadProgress progress) throws IOException {
        return append(0, parts, keys, progress);
    }

    /**
     * As {@link #write}, of a generation that begins with the first segments of the one before: their files are shared, and
     * nothing of them is written.
     *
     * @param keptCount how many segments are kept, at most all there are
     * @param parts of the segment behind them, as many as each of them has, and
     *     {@linkplain io.keyfarm.rows.JoinedSlabs#canJoin made to stand there}
     */
    public long append(int keptCount, List<Slab> parts, List<KeyEntry> keys, LoadProgress progress) throws IOException {
        requireWritable();
        final GenerationWriter writer =
                new GenerationWriter(directory, disk, random, blockBytes, catalogue.nextNumber(), parts);
        final GenerationFiles planned = writer.files(keys);
        final TableFiles before = catalogue.current().tables().get(planned.table());
        final GenerationFiles old = before == null ? null : serving(before);
        final List<SegmentFiles> kept = keptSegments(old, keptCount, planned);
        try {
            requireRoom(catalogue.current().with(planned.number(), new TableFiles(planned.behind(kept), old)), planned);
            writer.write(progress);
            catalogue.commit(catalogue
                    .current()
                    .with(planned.number(), new TableFiles(writer.files(keys).behind(kept), old)));
            return planned.number();
        } catch (IOException e) {
            throw failed("%s: generation %d could not be written".formatted(planned.table(), planned.number()), e);
        } finally {
            // Also what the listener threw leaves nothing behind.
            catalogue.sweep();
        }
    }

    private static List<SegmentFiles> keptSegments(@Nullable GenerationFiles old, int count, GenerationFiles behind) {
        if (count == 0) {
            return List.of();
        }
        if (old == null
                || count > old.segments().size()
                || old.partCount() != behind.partCount()
                || !old.schema().equals(behind.schema())) {
            throw new IllegalArgumentException("%s: %d parts of %s cannot stand behind %d segments of %s"
                    .formatted(behind.table(), behind.partCount(), behind.schema(), count, old));
        }
        return old.segments().subList(0, count);
    }

    /**
     * Changes which keys the table is to have.
     *
     * @throws BadValueException if there is no such table
     */
    public void keys(String table, List<KeyEntry> keys) throws IOException {
        requireWritable();
        final TableFiles files = require(table);
        final GenerationFiles before = isPassedOver(files) ? null : files.previous();
        change(
                "the keys of " + table,
                catalogue
                        .current()
                        .with(
                                catalogue.nextNumber(),
                                new TableFiles(serving(files).withKeys(keys), before)));
    }

    /** Drops the table, and its files at once; answers whether there was one. */
    public boolean drop(String table) throws IOException {
        requireWritable();
        if (!catalogue.current().tables().containsKey(table)) {
            return false;
        }
        change("that " + table + " is dropped", catalogue.current().without(catalogue.nextNumber(), table));
        // The catalogue before this one still names its files; after one more, none does.
        try {
            change("the next catalogue", catalogue.current().without(catalogue.nextNumber(), table));
        } catch (IOException e) {
            notices.accept(table + " is dropped, but its files stay until the next change: " + e.getMessage());
        }
        return true;
    }

    /** Lets go of the directory. */
    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            lock.close();
        }
    }

    private void change(String what, Catalogue next) throws IOException {
        try {
            catalogue.commit(next);
        } catch (IOException e) {
            throw failed(what + " could not be written", e);
        } finally {
            catalogue.sweep();
        }
    }

    private void requireRoom(Catalogue next, GenerationFiles files) throws IOException {
        long neededBytes = PartHeader.pages(CatalogueText.print(next).length);
        for (final PartFile part : files.parts()) {
            neededBytes = Math.addExact(neededBytes, PartHeader.pages(part.fileBytes()));
        }
        final long freeBytes = disk.freeBytes(directory);
        if (neededBytes > freeBytes) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "it needs %,d bytes on disk, but %s has %,d left: make room, or choose another directory",
                    neededBytes,
                    directory,
                    freeBytes));
        }
    }

    private IOException failed(String what, IOException e) {
        return new IOException("%s: %s; %s".formatted(what, e.getMessage(), catalogue.outcome()), e);
    }

    /** The generation to build upon: as far as was seen, the newest that can be read. */
    private GenerationFiles serving(TableFiles table) {
        return table.previous() != null && isPassedOver(table) ? table.previous() : table.current();
    }

    private boolean isPassedOver(TableFiles table) {
        return passedOver.contains(table.current().number());
    }

    private TableFiles require(String table) {
        final TableFiles files = catalogue.current().tables().get(table);
        if (files == null) {
            throw new BadValueException(directory + " has no table " + table + "; it has "
                    + String.join(", ", catalogue.current().tables().keySet()));
        }
        return files;
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException(directory + " is closed");
        }
    }

    private void requireWritable() throws IOException {
        requireOpen();
        catalogue.requireKnown();
    }
}
