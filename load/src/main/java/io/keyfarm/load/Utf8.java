package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 bytes that stand one to a char, as {@link CsvInput} reads them. */
final class Utf8 {
    private Utf8() {}

    /**
     * The bytes of a text.
     *
     * @throws BadValueException if they are no UTF-8
     */
    static byte[] bytes(char[] buffer, int offset, int length) {
        final byte[] bytes = new byte[length];
        int seen = 0;
        for (int i = 0; i < length; i++) {
            final char c = buffer[offset + i];
            bytes[i] = (byte) c;
            seen |= c;
        }
        if (seen > 0x7F) {
            require(bytes);
        }
        return bytes;
    }

    static void require(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new BadValueException(
                    LoadException.quote(new String(bytes, StandardCharsets.UTF_8)) + " is no UTF-8; name its charset");
        }
    }

    /** The text for a message or a name; what is no UTF-8 in it becomes U+FFFD. */
    static String string(char[] buffer, int offset, int length) {
        return new String(
                new String(buffer, offset, length).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
