package io.keyfarm.wire.aeron;

import io.aeron.CncFileDescriptor;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The directories of drivers that run within a process, and what crashes leave of them.
 *
 * <pre>
 *   /dev/shm/keyfarm-joe-4711-1f3a…      for the user alone
 *              └─ driver                 Aeron's directory
 *                  ├─ cnc.dat            with the driver's heartbeat
 *                  └─ publications, images: the term buffers
 * </pre>
 *
 * One is swept when its process is gone and its heartbeat old. Both, since a process in another container is not to be
 * seen from here, though the directory is; and one that was stopped for a while is seen, though its heart does not beat.
 */
final class DriverDirectories {
    /** Aeron's name for its directory in ours. */
    static final String DRIVER = "driver";

    /** A driver whose heart has not beaten for so long is dead, if its process is. */
    static final long HEARTBEAT_TIMEOUT_MS = 10_000;

    /** In memory with less room than this, as Docker's 64 MiB, a full term buffer would kill the process. */
    private static final long MIN_MEMORY_BYTES = 1L << 30;

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String USER = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9_]", "_");
    private static final Pattern NAME = Pattern.compile("keyfarm-" + USER + "-([0-9]{1,18})-[0-9a-f]{16}");
    private static final long START_SLACK_MS = 2_000;

    private DriverDirectories() {}

    /** In memory where there is room, else where temporary files are. */
    static Path defaultBase() {
        try {
            if (Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= MIN_MEMORY_BYTES) {
                return MEMORY;
            }
        } catch (IOException e) {
            // Not to be had then.
        }
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** A new directory, which nobody but this user can look into. */
    static Path fresh(Path base) {
        final String name =
                "keyfarm-%s-%d-%016x".formatted(USER, ProcessHandle.current().pid(), new SecureRandom().nextLong());
        final Path directory = base.resolve(name);
        try {
            Files.createDirectories(base);
            if (base.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectory(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for Aeron's driver: " + directory, e);
        }
        return directory;
    }

    /**
     * Deletes what dead processes of this user left.
     *
     * @return the directories that are gone now.
     */
    static List<Path> sweep(Path base, long heartbeatTimeoutMs) {
        final List<Path> swept = new ArrayList<>();
        if (!Files.isDirectory(base)) {
            return swept;
        }
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(base, "keyfarm-*")) {
            for (final Path directory : directories) {
                if (isDead(directory, heartbeatTimeoutMs)) {
                    delete(directory);
                    swept.add(directory);
                }
            }
        } catch (IOException e) {
            // Another node sweeps too, or the file system does not let us: what is left is left for the next start.
        }
        return swept;
    }

    /** Deletes a directory with all it holds; links in it are deleted and not followed. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException thrown) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isDead(Path directory, long heartbeatTimeoutMs) throws IOException {
        final Matcher name = NAME.matcher(directory.getFileName().toString());
        if (!name.matches() || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        final long madeMs = Files.getLastModifiedTime(directory).toMillis();
        if (!isGone(Long.parseLong(name.group(1)), madeMs)) {
            return false;
        }
        final long beatMs = Math.max(madeMs, lastBeatMs(directory));
        return System.currentTimeMillis() - beatMs > heartbeatTimeoutMs;
    }

    /** Whether the process that made a directory is not here, or another one has its number by now. */
    private static boolean isGone(long pid, long madeMs) {
        final Optional<ProcessHandle> process = ProcessHandle.of(pid);
        final Optional<Instant> start = process.flatMap(it -> it.info().startInstant());
        return process.isEmpty() || (start.isPresent() && start.get().toEpochMilli() > madeMs + START_SLACK_MS);
    }

    /** When the driver's heart beat last, 0 when it never did. */
    private static long lastBeatMs(Path directory) {
        final File cnc =
                directory.resolve(DRIVER).resolve(CncFileDescriptor.CNC_FILE).toFile();
        if (cnc.length() <= CncFileDescriptor.META_DATA_LENGTH) {
            return 0;
        }
        final MappedByteBuffer bytes = IoUtil.mapExistingFile(cnc, FileChannel.MapMode.READ_ONLY, "CnC file");
        try {
            final UnsafeBuffer metaData = CncFileDescriptor.createMetaDataBuffer(bytes);
            if (metaData.getIntVolatile(CncFileDescriptor.cncVersionOffset(0)) == 0) {
                return 0;
            }
            return new ManyToOneRingBuffer(CncFileDescriptor.createToDriverBuffer(bytes, metaData))
                    .consumerHeartbeatTime();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // Of another version, or cut off: the directory's age decides.
            return 0;
        } finally {
            BufferUtil.free(bytes);
        }
    }
}
