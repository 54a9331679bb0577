package io.keyfarm.key;

import java.util.ArrayList;
import java.util.List;

/**
 * At most 63 bits of a key's code that follow each other, read from a row: a group, or the bits in which the rows of a
 * run differ. Immutable.
 */
public final class CodeWindow {
    final Piece[] pieces;

    private CodeWindow(Piece[] pieces) {
        this.pieces = pieces;
    }

    /** Bits {@code from} to {@code to} of the code; what lies behind the code's end is zero. */
    static CodeWindow of(KeyCode coder, int from, int to) {
        final List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < coder.codedFields(); i++) {
            addPieces(coder.field(i), coder.bitStart(i), from, to, coder, pieces);
        }
        return new CodeWindow(pieces.toArray(Piece[]::new));
    }

    private static void addPieces(FieldCode field, int bitStart, int from, int to, KeyCode coder, List<Piece> pieces) {
        int section = bitStart;
        if (field.flagBits == 1) {
            if (from <= section && section < to) {
                pieces.add(Piece.ofFlag(field, to - section - 1, coder.slab()));
            }
            section++;
        }
        final boolean isPlainText = field.isText() && field.textCode == null;
        final int valueBits = isPlainText ? 8 * field.textBytes : field.valueBits;
        int low = Math.max(from, section);
        int high = Math.min(to, section + valueBits);
        if (low < high) {
            pieces.add(
                    field.isText()
                            ? Piece.ofText(field, low - section, high - low, to - high, coder.slab())
                            : Piece.ofValue(field, section + valueBits - high, high - low, to - high, coder.slab()));
        }
        section += valueBits;
        low = Math.max(from, section);
        high = Math.min(to, section + field.lengthBits);
        if (low < high) {
            pieces.add(Piece.ofLength(field, section + field.lengthBits - high, high - low, to - high, coder.slab()));
        }
    }

    /** These bits of the row at this address. */
    public long of(long row) {
        final Piece[] all = pieces;
        if (all.length == 1) {
            return all[0].of(row);
        }
        long bits = 0;
        for (final Piece piece : all) {
            bits |= piece.of(row);
        }
        return bits;
    }
}
