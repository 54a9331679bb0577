package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.MemoryLedger;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every step in turn fails: the process goes on with the old state or says that it does not know, and tries again. */
final class FailingDiskTest {
    /** How a disk fails. */
    enum Trouble {
        /** One step fails, the next ones do not. */
        ONCE,
        /** From one step on nothing can be written, but deleted. */
        FULL,
        /** From one step on, everything fails. */
        BROKEN
    }

    @TempDir
    private Path temporary;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");
    private int attemptCount;
    private int unknownCount;
    private int copyCount;

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheOldStateOrSayThatItDoesNotKnow(Trouble trouble) throws IOException {
        Path before = Files.createDirectory(temporary.resolve("0"));
        open(before, new FailingDisk(trouble), new ArrayList<>()).close();
        for (int change = 0; change < Changes.ALL.size(); change++) {
            boolean hasFailed = true;
            for (int step = 0; hasFailed; step++) {
                final Path directory = copy(before);
                final FailingDisk disk = new FailingDisk(trouble);
                assertKeeps(
                        directory, change, disk, step, "%s at step %d of change %d".formatted(trouble, step, change));
                hasFailed = disk.hasFailed;
                if (!hasFailed) {
                    before = directory;
                }
            }
        }
        assertTrue(attemptCount > 100, "attempts " + attemptCount);
        // The rename of a catalogue and the sync behind it, of fourteen of them; the last a drop makes is not told of.
        assertEquals(26, unknownCount);
        assertEquals(0, ledger.mappedBytes());
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotOpenOrOpenEmpty(Trouble trouble) throws IOException {
        boolean hasFailed = true;
        for (int step = 0; hasFailed; step++) {
            final Path directory = temporary.resolve("open" + step);
            final FailingDisk disk = new FailingDisk(trouble).failAt(step);
            try (DataDirectory data = open(directory, disk, new ArrayList<>())) {
                assertEquals(Changes.NOTHING, Changes.state(data));
            } catch (IOException e) {
                assertEquals("no room", e.getMessage());
            }
            try (DataDirectory data = open(directory, new FailingDisk(trouble), new ArrayList<>())) {
                assertEquals(Changes.NOTHING, Changes.state(data));
                Changes.ALL.get(0).doing().to(data);
                assertEquals(Changes.after(1), Changes.state(data));
            }
            hasFailed = disk.hasFailed;
        }
    }

    private void assertKeeps(Path directory, int number, FailingDisk disk, int step, String which) throws IOException {
        final Changes.Change change = Changes.ALL.get(number);
        final String old = Changes.after(number);
        attemptCount++;
        boolean isUnknown = false;
        boolean isTold = false;
        try (DataDirectory data = open(directory, disk, new ArrayList<>())) {
            disk.failAt(step);
            try {
                change.doing().to(data);
                assertEquals(change.after(), Changes.state(data), which);
            } catch (IOException e) {
                isTold = true;
                isUnknown = e.toString().contains("it is not known whether");
                final String end = isUnknown ? "and open it again" : " stays in force";
                assertTrue(e.toString().contains("no room") && e.toString().endsWith(end), () -> which + ": " + e);
                assertEquals(old, Changes.state(data), which);
                if (isUnknown) {
                    assertThrows(IOException.class, () -> change.doing().to(data));
                } else if (disk.trouble != Trouble.BROKEN) {
                    assertNothingUnnamed(directory, data);
                }
            }
        }
        unknownCount += isUnknown ? 1 : 0;
        final Path copy = copy(directory);
        final List<String> notices = new ArrayList<>();
        try (DataDirectory data = open(copy, new FailingDisk(disk.trouble), notices)) {
            final String state = Changes.state(data);
            if (!state.equals(change.after())) {
                assertEquals(old, state, which);
                change.doing().to(data);
                assertEquals(change.after(), Changes.state(data), which);
            } else {
                assertTrue(isUnknown || !isTold, which);
            }
            assertTrue(notices.stream().allMatch(notice -> notice.startsWith("dropped ")), notices::toString);
        }
    }

    private DataDirectory open(Path directory, Disk disk, List<String> notices) throws IOException {
        return DataDirectory.open(directory, ledger, disk, new Random(1), 4096, notices::add);
    }

    private Path copy(Path directory) throws IOException {
        final Path copy = Files.createDirectory(temporary.resolve("copy" + copyCount++));
        for (final String name : RealDisk.INSTANCE.list(directory)) {
            Files.copy(directory.resolve(name), copy.resolve(name));
        }
        return copy;
    }

    private static void assertNothingUnnamed(Path directory, DataDirectory data) throws IOException {
        final long newest =
                data.tables().stream().mapToLong(StoredTable::generation).max().orElse(0);
        for (final String name : RealDisk.INSTANCE.list(directory)) {
            assertFalse(name.endsWith(".new"), name);
            assertTrue(!name.endsWith(".part") || Long.parseLong(name.split("\\.")[1]) <= newest, name);
        }
    }

    /** Fails at the step given, a write after half of its bytes; until then it saves the time that syncing takes. */
    private static final class FailingDisk extends DelegatingDisk {
        private final Trouble trouble;
        private long stepsLeft = Long.MAX_VALUE;
        boolean hasFailed;

        FailingDisk(Trouble trouble) {
            this.trouble = trouble;
        }

        FailingDisk failAt(int step) {
            stepsLeft = step;
            return this;
        }

        private void step(boolean isWrite) throws IOException {
            final boolean isNow = stepsLeft-- == 0;
            final boolean isLater =
                    stepsLeft < -1 && (trouble == Trouble.BROKEN || (trouble == Trouble.FULL && isWrite));
            if (isNow || isLater) {
                hasFailed = true;
                throw new IOException("no room");
            }
        }

        @Override
        public List<String> list(Path directory) throws IOException {
            step(false);
            return super.list(directory);
        }

        @Override
        public File create(Path path) throws IOException {
            step(true);
            final File real = super.create(path);
            return new File() {
                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    try {
                        step(true);
                    } catch (IOException e) {
                        real.write(bytes.limit(bytes.position() + bytes.remaining() / 2));
                        throw e;
                    }
                    real.write(bytes);
                }

                @Override
                public void sync() throws IOException {
                    step(true);
                }

                @Override
                public void close() throws IOException {
                    real.close();
                    step(false);
                }
            };
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            step(true);
            super.rename(from, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            step(false);
            super.delete(path);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            step(true);
        }
    }
}
