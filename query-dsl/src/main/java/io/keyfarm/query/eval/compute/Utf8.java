package io.keyfarm.query.eval.compute;

import io.keyfarm.rows.Memory;

/** Text as characters: a byte, and the continuation bytes behind it. What is no UTF-8 is left as it is. */
final class Utf8 {
    private Utf8() {}

    static boolean isContinuation(byte next) {
        return (next & 0xC0) == 0x80;
    }

    static int lengthWithoutBlanks(long text, int width) {
        int length = width;
        while (length > 0 && Memory.getByte(text + length - 1) == ' ') {
            length--;
        }
        return length;
    }

    static int characters(long text, int length) {
        int characters = length > 0 && isContinuation(Memory.getByte(text)) ? 1 : 0;
        for (int i = 0; i < length; i++) {
            characters += isContinuation(Memory.getByte(text + i)) ? 0 : 1;
        }
        return characters;
    }

    /** Where the character behind the one at {@code at} begins. */
    static int next(long text, int length, int at) {
        int next = at + 1;
        while (next < length && isContinuation(Memory.getByte(text + next))) {
            next++;
        }
        return next;
    }

    /** The code point of the character {@code [at, next)}; −1 if its bytes are none. */
    static int codePoint(long text, int at, int next) {
        final int first = Memory.getByte(text + at);
        if (first >= 0) {
            return next == at + 1 ? first : -1;
        }
        final int bytes = next - at;
        final int wanted = (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : (first & 0xF8) == 0xF0 ? 4 : 0;
        if (bytes != wanted) {
            return -1;
        }
        int point = first & (0xFF >> (wanted + 1));
        for (int i = 1; i < wanted; i++) {
            point = point << 6 | (Memory.getByte(text + at + i) & 0x3F);
        }
        return point;
    }

    /** Writes a code point; answers its bytes. */
    static int write(int point, long to) {
        if (point < 0x80) {
            Memory.putByte(to, (byte) point);
            return 1;
        }
        if (point < 0x800) {
            Memory.putByte(to, (byte) (0xC0 | (point >> 6)));
            Memory.putByte(to + 1, (byte) (0x80 | (point & 0x3F)));
            return 2;
        }
        if (point < 0x10000) {
            Memory.putByte(to, (byte) (0xE0 | (point >> 12)));
            Memory.putByte(to + 1, (byte) (0x80 | ((point >> 6) & 0x3F)));
            Memory.putByte(to + 2, (byte) (0x80 | (point & 0x3F)));
            return 3;
        }
        Memory.putByte(to, (byte) (0xF0 | (point >> 18)));
        Memory.putByte(to + 1, (byte) (0x80 | ((point >> 12) & 0x3F)));
        Memory.putByte(to + 2, (byte) (0x80 | ((point >> 6) & 0x3F)));
        Memory.putByte(to + 3, (byte) (0x80 | (point & 0x3F)));
        return 4;
    }

    /** Where the piece first stands in the text from a byte on, or −1. */
    static int indexOf(long text, int length, long piece, int pieceLength, int from) {
        if (pieceLength == 0) {
            return from;
        }
        final byte first = Memory.getByte(piece);
        for (int i = from; i + pieceLength <= length; i++) {
            if (Memory.getByte(text + i) == first && Memory.compare(text + i, pieceLength, piece, pieceLength) == 0) {
                return i;
            }
        }
        return -1;
    }
}
