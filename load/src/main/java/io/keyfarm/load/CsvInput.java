package io.keyfarm.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file as a reader whose every char is one byte of UTF-8.
 *
 * <pre>
 *   file      5A C3 BC 72 69 63 68 2C …            "Zürich,"
 *   chars     'Z' '\u00c3' '\u00bc' 'r' …  ','     as ISO-8859-1 would have it
 *   slab      5A C3 BC 72 69 63 68                 the low bytes again
 * </pre>
 *
 * Delimiters, quotes and line ends are ASCII, which UTF-8 uses for nothing else, so the parser may look at bytes. Text is
 * then neither decoded nor encoded again, and a byte that is no UTF-8 is found in its own field, with line and column.
 */
final class CsvInput implements AutoCloseable {
    private static final int BOM_BYTES = 3;

    private final InputFile file;
    private final Reader reader;

    private CsvInput(InputFile file, Reader reader) {
        this.file = file;
        this.reader = reader;
    }

    static CsvInput open(CsvSettings settings) throws IOException {
        final InputFile file = InputFile.open(settings.path());
        try {
            final PushbackInputStream stream = new PushbackInputStream(file.stream(), BOM_BYTES);
            final Charset marked = readMark(stream);
            final Charset charset = settings.charset() != null ? settings.charset() : orUtf8(marked);
            return new CsvInput(
                    file,
                    new ByteReader(
                            charset.equals(StandardCharsets.UTF_8) ? stream : new TranscodingInput(stream, charset)));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static Charset orUtf8(@Nullable Charset charset) {
        return charset == null ? StandardCharsets.UTF_8 : charset;
    }

    /** Reads past a byte order mark, and answers the charset it stands for; null if there is none. */
    private static @Nullable Charset readMark(PushbackInputStream stream) throws IOException {
        final byte[] first = stream.readNBytes(BOM_BYTES);
        if (first.length == BOM_BYTES
                && first[0] == (byte) 0xEF
                && first[1] == (byte) 0xBB
                && first[2] == (byte) 0xBF) {
            return StandardCharsets.UTF_8;
        }
        final Charset utf16 = first.length < 2
                ? null
                : first[0] == (byte) 0xFF && first[1] == (byte) 0xFE
                        ? StandardCharsets.UTF_16LE
                        : first[0] == (byte) 0xFE && first[1] == (byte) 0xFF ? StandardCharsets.UTF_16BE : null;
        final int markBytes = utf16 == null ? 0 : 2;
        stream.unread(first, markBytes, first.length - markBytes);
        return utf16;
    }

    Reader reader() {
        return reader;
    }

    long doneBytes() {
        return file.doneBytes();
    }

    long totalBytes() {
        return file.totalBytes();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Each byte as one char. */
    private static final class ByteReader extends Reader {
        private final InputStream in;
        private final byte[] bytes = new byte[1 << 14];

        ByteReader(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(char[] chars, int offset, int length) throws IOException {
            final int count = in.read(bytes, 0, Math.min(length, bytes.length));
            for (int i = 0; i < count; i++) {
                chars[offset + i] = (char) (bytes[i] & 0xFF);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
