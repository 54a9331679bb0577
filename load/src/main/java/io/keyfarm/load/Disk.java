package io.keyfarm.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * All that a data directory does to a disk, so that a test can hand in one that is full or that loses power. What is
 * promised after a power cut is no more than this: bytes of a file once the file was synced, names once their directory was.
 */
interface Disk {
    /** Bytes that may still be written. */
    long freeBytes(Path directory) throws IOException;

    /** The names of the files in it. */
    List<String> list(Path directory) throws IOException;

    /** A new file, to be written from its beginning. */
    File create(Path path) throws IOException;

    /** Gives a file another name in the same directory, which no file has: at once or not at all. */
    void rename(Path from, Path to) throws IOException;

    void delete(Path path) throws IOException;

    /** Makes what files the directory has, and their names, outlive a power cut. */
    void syncDirectory(Path directory) throws IOException;

    /** A file that is being written. */
    interface File extends AutoCloseable {
        /** Writes all that remains in the buffer. */
        void write(ByteBuffer bytes) throws IOException;

        /** Makes what was written outlive a power cut. */
        void sync() throws IOException;

        @Override
        void close() throws IOException;
    }
}
