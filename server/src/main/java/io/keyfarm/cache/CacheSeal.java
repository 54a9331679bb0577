package io.keyfarm.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Says of a cache's file what it holds, byte for byte, and who wrote it.
 *
 * <pre>
 *   keyfarm cache 1
 *   chronicle map 2026.1
 *   bytes 9048064 crc32c 01234567
 * </pre>
 *
 * Chronicle Map trusts what it maps: one spoilt length, and it reads past the end of the mapping, which ends the JVM. So a file is
 * opened only if it is what was sealed. Sealing after every change reads all of it, a few milliseconds; a process killed between
 * the two loses the cache, and no more than that.
 */
final class CacheSeal {
    private static final int MAX_BYTES = 1 << 10;
    private static final int BUFFER_BYTES = 256 << 10;

    private final Path file;
    private final Path seal;
    private final String writer;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** @param writer the version of what wrote the file, on one line */
    CacheSeal(Path file, String writer) {
        this.file = file;
        this.seal = path(file);
        this.writer = writer;
    }

    /** Where the seal of a file stands. */
    static Path path(Path file) {
        return file.resolveSibling("cache.seal");
    }

    /** @throws IOException saying what is wrong, if the file is not as it was sealed */
    void require() throws IOException {
        final String found = found();
        final String front = front();
        if (!found.startsWith(front)) {
            throw new IOException("it was not written by this version");
        }
        if (!found.equals(front + content())) {
            throw new IOException("it is damaged, or its process was killed while it wrote");
        }
    }

    private String found() throws IOException {
        try {
            if (Files.size(seal) > MAX_BYTES) {
                throw new IOException(seal + " is no seal");
            }
            return new String(Files.readAllBytes(seal), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no " + seal, e);
        }
    }

    /** From now on the file is to be as it is. */
    void write() throws IOException {
        final Path next = seal.resolveSibling(seal.getFileName() + ".new");
        Files.writeString(next, front() + content());
        Files.move(next, seal, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private String front() {
        return "keyfarm cache 1\nchronicle map " + writer + "\n";
    }

    private String content() throws IOException {
        final CRC32C crc = new CRC32C();
        long bytes = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer.clear()) >= 0) {
                bytes += buffer.flip().remaining();
                crc.update(buffer);
            }
        }
        return String.format(Locale.ROOT, "bytes %d crc32c %08x\n", bytes, crc.getValue());
    }
}
