package io.keyfarm.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A file being read from its beginning, unpacked if its first two bytes say that gzip packed it. */
final class InputFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final CountingInput counted;
    private final InputStream stream;
    private final boolean packed;
    private final long totalBytes;

    private InputFile(CountingInput counted, InputStream stream, boolean packed, long totalBytes) {
        this.packed = packed;
        this.counted = counted;
        this.stream = stream;
        this.totalBytes = totalBytes;
    }

    static InputFile open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw LoadException.ofFile(path.toString(), "is a directory, not a file", null);
        }
        final CountingInput counted;
        try {
            counted = new CountingInput(Files.newInputStream(path));
        } catch (NoSuchFileException e) {
            throw LoadException.ofFile(path.toString(), "there is no such file", e);
        }
        try {
            final BufferedInputStream raw = new BufferedInputStream(counted, BUFFER_BYTES);
            final boolean packed = isGzip(raw);
            final InputStream stream = packed ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
            return new InputFile(counted, stream, packed, Files.size(path));
        } catch (IOException e) {
            counted.close();
            throw e;
        }
    }

    private static boolean isGzip(BufferedInputStream raw) throws IOException {
        raw.mark(2);
        final boolean gzip = raw.read() == 0x1F && raw.read() == 0x8B;
        raw.reset();
        return gzip;
    }

    /** Without its directories. */
    static String name(Path path) {
        final Path name = path.getFileName();
        return name == null ? path.toString() : name.toString();
    }

    InputStream stream() {
        return stream;
    }

    /** Whether it is gzip that is being unpacked. */
    boolean isPacked() {
        return packed;
    }

    /** Bytes of the file that were read so far, some of them ahead. */
    long doneBytes() {
        return counted.countBytes();
    }

    /** Bytes of the file, packed if it is packed. */
    long totalBytes() {
        return totalBytes;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
