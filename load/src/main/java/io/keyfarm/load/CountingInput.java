package io.keyfarm.load;

import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes that were read of a file. */
final class CountingInput extends InputStream {
    private final InputStream in;
    private long countBytes;

    CountingInput(InputStream in) {
        this.in = in;
    }

    long countBytes() {
        return countBytes;
    }

    @Override
    public int read() throws IOException {
        final int read = in.read();
        if (read >= 0) {
            countBytes++;
        }
        return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        final int read = in.read(bytes, offset, length);
        if (read > 0) {
            countBytes += read;
        }
        return read;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
