package io.keyfarm.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a data directory for one process, and in that for one owner. The system lets go of it when the process ends,
 * however it ends; the file stays, with the process id of who had it last.
 */
final class DirectoryLock implements AutoCloseable {
    static final String FILE = "lock";

    /** Far behind the process id, so that where locked bytes cannot be read, the id still can. */
    private static final long LOCKED_BYTE = 1L << 40;

    /**
     * What this process holds. A second look at the lock file would do harm: on POSIX systems, closing any channel to a
     * file gives up all locks that the process has on it.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** @throws IOException naming the process that has it, if one does */
    static DirectoryLock take(Path directory) throws IOException {
        final Path real = directory.toRealPath();
        if (!HELD_HERE.add(real)) {
            throw new IOException(directory + " is open already, in this process");
        }
        boolean isTaken = false;
        try {
            final FileChannel channel = FileChannel.open(
                    real.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
            try {
                final FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
                if (lock == null) {
                    throw new IOException("%s is open in another process, %s; only one at a time may use it"
                            .formatted(
                                    directory,
                                    Files.readString(real.resolve(FILE)).strip()));
                }
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(
                        ("pid " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
                isTaken = true;
                return new DirectoryLock(real, channel);
            } finally {
                if (!isTaken) {
                    channel.close();
                }
            }
        } finally {
            if (!isTaken) {
                HELD_HERE.remove(real);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD_HERE.remove(directory);
        }
    }
}
