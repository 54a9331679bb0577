package io.keyfarm.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** A stream in some other charset, read as UTF-8. What that charset has no character for is an error. */
final class TranscodingInput extends InputStream {
    private final Reader reader;
    private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    private final CharBuffer chars = CharBuffer.allocate(1 << 14).flip();
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
    private boolean atEnd;

    TranscodingInput(InputStream in, Charset charset) {
        reader = new InputStreamReader(
                in,
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    @Override
    public int read() throws IOException {
        return fill() ? bytes.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        final int count = Math.min(length, bytes.remaining());
        bytes.get(target, offset, count);
        return count;
    }

    /** Whether there is a byte to give. */
    private boolean fill() throws IOException {
        while (!bytes.hasRemaining() && !atEnd) {
            chars.compact();
            atEnd = reader.read(chars) < 0;
            chars.flip();
            bytes.clear();
            // A surrogate at the end of what was read waits for its other half.
            encoder.encode(chars, bytes, atEnd);
            if (atEnd) {
                encoder.flush(bytes);
            }
            bytes.flip();
        }
        return bytes.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
