package io.keyfarm.load;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a test does in a JVM of its own. */
final class OtherProcess {
    static final int ROWS = 1500;
    /** Printed before each step of the disk. */
    static final char STEP = '.';
    /** Printed after each generation. */
    static final char DONE = '#';

    private static final long DISK_BYTES = 2 << 20;

    private OtherProcess() {}

    /** The command line that runs {@code main} with these words. */
    static List<String> command(String... words) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(word -> word.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-ea", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(OtherProcess.class.getName());
        command.addAll(List.of(words));
        return command;
    }

    public static void main(String[] words) throws IOException {
        final Path directory = Path.of(words[1]);
        switch (words[0]) {
            case "open" -> open(directory);
            case "write" -> write(directory, Integer.parseInt(words[2]));
            case "fill" -> fill(directory);
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static void say(String notice) {
        System.out.println(notice);
    }

    private static MemoryLedger ledger() {
        return MemoryLedger.unlimited("other process");
    }

    /** Says whether it could, and waits until its input ends. */
    private static void open(Path directory) throws IOException {
        try (DataDirectory data = DataDirectory.open(directory, ledger(), notice -> {})) {
            System.out.println("open " + data.tables().size());
            System.out.flush();
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
    }

    /** Writes one generation after another, odd ones of one table and even ones of another, until it is killed. */
    private static void write(Path directory, int first) throws IOException {
        try (DataDirectory data =
                DataDirectory.open(directory, ledger(), new TellingDisk(), new SecureRandom(), 4096, notice -> {})) {
            for (int number = first; ; number++) {
                write(data, table(number), number, parts(number), ROWS);
                System.out.write(DONE);
                System.out.flush();
            }
        }
    }

    static String table(int number) {
        return number % 2 == 0 ? "customers" : "orders";
    }

    static int parts(int number) {
        return 1 + number % 3;
    }

    private static void write(DataDirectory data, String table, int number, int parts, int rows) throws IOException {
        final List<Slab> slabs = SomeRows.generation(table, number, parts, rows);
        try {
            data.write(slabs, List.of(new KeyEntry("row", "COLD", number)), LoadProgress.NONE);
        } finally {
            SomeRows.close(slabs);
        }
    }

    /** On a small disk: leaves a page more of it free each time, and writes. */
    private static void fill(Path directory) throws IOException {
        int refusedCount = 0;
        int fullCount = 0;
        int number = 1;
        final Disk lying = new DelegatingDisk() {
            @Override
            public long freeBytes(Path path) {
                return Long.MAX_VALUE;
            }
        };
        for (final Disk disk : List.of(lying, RealDisk.INSTANCE)) {
            try (DataDirectory data =
                    DataDirectory.open(directory, ledger(), disk, new Random(number), 4096, OtherProcess::say)) {
                write(data, "orders", number, 2, 100);
                for (int pages = 0; pages < 24; pages++) {
                    leave(directory, pages * 4096L);
                    try {
                        write(data, "orders", number + 1, 2, 100);
                        number++;
                    } catch (IOException e) {
                        final String message = String.valueOf(e.getMessage());
                        fullCount += message.contains("No space left on device; catalogue.") ? 1 : 0;
                        refusedCount += message.contains("it needs 36,864 bytes on disk, but ") ? 1 : 0;
                    }
                    Files.delete(directory.resolve("ballast"));
                    requireServes(data, number);
                }
            }
        }
        try (DataDirectory data = DataDirectory.open(directory, ledger(), OtherProcess::say)) {
            requireServes(data, number);
        }
        System.out.printf("%d times full, %d times refused, generation %d%n", fullCount, refusedCount, number);
    }

    private static void requireServes(DataDirectory data, int number) {
        try (MappedTable table = data.map("orders", LoadProgress.NONE)) {
            for (final Slab part : table.parts()) {
                if (part.statistics(0).minSortable() != number
                        || part.statistics(0).maxSortable() != number) {
                    throw new AssertionError(number + " should serve, but " + part.statistics(0));
                }
            }
        }
    }

    private static void leave(Path directory, long bytes) throws IOException {
        final Path ballast = directory.resolve("ballast");
        Files.createFile(ballast);
        final long free = RealDisk.INSTANCE.freeBytes(directory);
        if (free > DISK_BYTES) {
            throw new IOException(directory + " is no small disk: it has " + free + " bytes left");
        }
        Files.write(ballast, new byte[(int) (free - bytes)]);
    }

    /** Tells of each step before it takes it. */
    private static final class TellingDisk extends DelegatingDisk {
        private static void tell() {
            System.out.write(STEP);
            System.out.flush();
        }

        @Override
        public File create(Path path) throws IOException {
            tell();
            final File real = super.create(path);
            return new File() {
                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    tell();
                    real.write(bytes);
                }

                @Override
                public void sync() throws IOException {
                    tell();
                    real.sync();
                }

                @Override
                public void close() throws IOException {
                    real.close();
                }
            };
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            tell();
            super.rename(from, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            tell();
            super.delete(path);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            tell();
            super.syncDirectory(directory);
        }
    }
}
